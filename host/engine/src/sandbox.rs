//! One evaluation's store: what it may take, and what it was refused.

use wasmtime::{ResourceLimiter, Store, component::Instance};

use lockstep_model::Limits;

use crate::{
    clock::Clock,
    config::LogSink,
    engine::Inner,
    fault::{Failure, Stage},
};

/// How many bytes the host may take while it lifts an answer, for each byte of output that is allowed: a text of one
/// byte takes as much as the words that say where it is. It stops a flood; what was lifted is then counted exactly.
const LIFTED_PER_OUTPUT_BYTE: usize = 32;

/// A store's data.
pub(crate) struct Sandbox {
    memory_bytes_left: usize,
    table_elements_left: usize,
    memory_asked_for: bool,
    sink: Option<LogSink>,
    last_line: String,
}

/// The guest asked for more than its limits allow.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("memory beyond its limit")]
    Memory,
    #[error("table elements beyond their limit")]
    Table,
}

/// The host could not give what the limits allow.
#[derive(Debug, thiserror::Error)]
#[error("the host has no memory left: {0}")]
pub(crate) struct HostMemory(String);

impl Sandbox {
    /// The last line that was logged, in development builds.
    pub(crate) fn last_line(&self) -> &str {
        &self.last_line
    }

    /// Takes a line that a development build logs.
    pub(crate) fn log(&mut self, line: String) {
        if let Some(sink) = &self.sink {
            (sink.0)(&line);
        }
        self.last_line = line;
    }
}

/// Growth is refused by an error, not by the answer that a guest could go on with: so a fault has one kind, and
/// nothing depends on what the host has left.
impl ResourceLimiter for Sandbox {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        if more > self.memory_bytes_left || maximum.is_some_and(|maximum| desired > maximum) {
            return Err(Refused::Memory.into());
        }
        self.memory_bytes_left -= more;
        self.memory_asked_for = true;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        if self.memory_asked_for { Err(HostMemory(format!("{error:#}")).into()) } else { Err(Refused::Memory.into()) }
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        if more > self.table_elements_left {
            return Err(Refused::Table.into());
        }
        self.table_elements_left -= more;
        Ok(true)
    }

    fn table_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(HostMemory(format!("{error:#}")).into())
    }
}

/// Makes a sandbox, runs `call` in it and takes it down. Yields what the call took in fuel, too.
pub(crate) fn run<R>(
    engine: &Inner,
    plugin: &wasmtime::component::InstancePre<Sandbox>,
    limits: &Limits,
    stage: Stage,
    call: impl FnOnce(&mut Store<Sandbox>, &Instance) -> wasmtime::Result<R>,
) -> Result<(R, u64), Failure> {
    let _under_way = engine.clock.begin();
    let mut store = store(engine, limits);
    let failed =
        |store: &Store<Sandbox>, stage, error: wasmtime::Error| Failure::new(stage, &error, store.data().last_line());
    let instance = prepare(&mut store, limits, limits.instantiation_fuel)
        .and_then(|()| plugin.instantiate(&mut store))
        .map_err(|error| failed(&store, Stage::Instantiation, error))?;
    // Whether data segments cost fuel depends on how memory is set up; from here on engines agree.
    let result = store.set_fuel(limits.fuel).and_then(|()| call(&mut store, &instance));
    let result = result.map_err(|error| failed(&store, stage, error))?;
    let left = store.get_fuel().map_err(|error| failed(&store, stage, error))?;
    Ok((result, limits.fuel - left))
}

fn store(engine: &Inner, limits: &Limits) -> Store<Sandbox> {
    let mut store = Store::new(
        &engine.wasmtime,
        Sandbox {
            memory_bytes_left: limits.memory_bytes,
            table_elements_left: limits.table_elements,
            memory_asked_for: false,
            sink: engine.sink().cloned(),
            last_line: String::new(),
        },
    );
    store.limiter(|sandbox| sandbox);
    store
}

fn prepare(store: &mut Store<Sandbox>, limits: &Limits, fuel: u64) -> wasmtime::Result<()> {
    store.set_epoch_deadline(Clock::ticks(limits.wall_clock_ms));
    store.set_hostcall_fuel(limits.output_bytes.saturating_mul(LIFTED_PER_OUTPUT_BYTE));
    store.set_fuel(fuel)
}
