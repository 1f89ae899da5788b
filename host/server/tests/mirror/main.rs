//! The mirror, with a small plugin in plain Rust: devices push and pull, and the server is restarted in between.

/// Makes a test of each of these functions for each kind of store.
macro_rules! on_each_store {
    ($($name:ident),* $(,)?) => {
        on_each_store!(@ sqlite Sqlite $($name)*);
        on_each_store!(@ postgres Postgres $($name)*);
        on_each_store!(@ pooled Pooled $($name)*);
    };
    (@ $module:ident $kind:ident $($name:ident)*) => {
        mod $module {
            $(#[test] fn $name() { super::$name(crate::server::Kind::$kind); })*
        }
    };
}

mod draining;
mod equality;
mod feeding;
mod over_http;
mod pulling;
mod pushing;
mod replaying;
mod rounds;
mod server;
mod sharing;
mod storing;
mod waiting;

#[path = "../support/postgres.rs"]
mod postgres;

#[path = "../../../sync/tests/sync/plugin.rs"]
mod plugin;
#[expect(dead_code, reason = "it is shared with the tests of executing")]
#[path = "../../../sync/tests/sync/world.rs"]
mod world;
