//! The mirror, with a small plugin in plain Rust: devices push and pull, and the server is restarted in between.

mod draining;
mod feeding;
mod over_http;
mod pulling;
mod pushing;
mod replaying;
mod rounds;
mod server;
mod waiting;

#[path = "../../../sync/tests/sync/plugin.rs"]
mod plugin;
#[expect(dead_code, reason = "it is shared with the tests of executing")]
#[path = "../../../sync/tests/sync/world.rs"]
mod world;
