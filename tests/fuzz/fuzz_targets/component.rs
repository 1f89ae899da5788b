//! Components: loaded as a server loads them, and run if they are plugins.

#![no_main]

use std::sync::LazyLock;

use lockstep_engine::{Engine, EngineConfig, Pool, Profile};

static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::new(&EngineConfig::server(Profile::Native, Pool::STANDARD)).expect("a native engine"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entry_points::load_component(&ENGINE, bytes));
