//! The same component in the same wasmtime, without `lockstep-engine` around it: to take an evaluation apart, to
//! measure what the engine has no switch for, and to hold sandboxes that are under way.
//!
//! The settings repeat those of the engine; [`Bare::evaluate`] costs the same fuel, which the benches check.

use lockstep_engine::{Pool, Profile};
use lockstep_model as model;
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, ResourceLimiter, Store,
    component::{Component, ComponentExportIndex, Instance, InstancePre, Linker},
};

use self::generated::{
    exports::lockstep::logic::logic::{Answer, Context, Document, Part, Request},
    lockstep::logic::values::RecordSetParam,
};
use crate::{LIMITS, MIB};

mod generated {
    wasmtime::component::bindgen!({
        path: "../wit/1.0.0",
        world: "plugin",
        ownership: Borrowing { duplicate_if_necessary: true },
    });
}

/// Whether an engine counts fuel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metering {
    /// As all engines of Lockstep do.
    Fuel,
    /// For comparison alone.
    Nothing,
}

/// A component, ready for sandboxes.
pub struct Bare {
    engine: Engine,
    ready: InstancePre<Permissive>,
    evaluate: ComponentExportIndex,
    metering: Metering,
}

/// A sandbox with an instance in it.
pub struct Sandbox {
    store: Store<Permissive>,
    instance: Instance,
}

/// Allows all growth, at the price of being asked.
struct Permissive;

impl ResourceLimiter for Permissive {
    fn memory_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }
}

impl Bare {
    /// Compiles a component.
    ///
    /// # Errors
    /// When it is no plugin.
    pub fn new(component: &[u8], profile: Profile, metering: Metering) -> anyhow::Result<Self> {
        Self::prepare(component, profile, metering).map_err(|error| told(&error))
    }

    fn prepare(component: &[u8], profile: Profile, metering: Metering) -> wasmtime::Result<Self> {
        let engine = Engine::new(&settings(profile, metering)?)?;
        let component = Component::new(&engine, component)?;
        let ready = Linker::new(&engine).instantiate_pre(&component)?;
        let logic = component.get_export_index(None, "lockstep:logic/logic@1.0.0");
        let evaluate = logic.and_then(|logic| component.get_export_index(Some(&logic), "evaluate"));
        let evaluate = evaluate.ok_or_else(|| wasmtime::Error::msg("the component does not export `evaluate`"))?;
        Ok(Self { engine, ready, evaluate, metering })
    }

    /// A sandbox, ready to be called.
    ///
    /// # Errors
    /// When there is none left.
    pub fn instantiate(&self) -> anyhow::Result<Sandbox> {
        self.sandbox().map_err(|error| told(&error))
    }

    fn sandbox(&self) -> wasmtime::Result<Sandbox> {
        let mut store = Store::new(&self.engine, Permissive);
        store.limiter(|permissive| permissive);
        store.set_epoch_deadline(1 << 40);
        store.set_hostcall_fuel(LIMITS.output_bytes * 32);
        if self.metering == Metering::Fuel {
            store.set_fuel(LIMITS.fuel)?;
        }
        let instance = self.ready.instantiate(&mut store)?;
        Ok(Sandbox { store, instance })
    }

    /// Calls `evaluate` in a sandbox, and leaves the sandbox as it is then. Yields how much fuel it took, 0 where none
    /// is counted.
    ///
    /// # Errors
    /// When it traps.
    pub fn call(&self, sandbox: &mut Sandbox, request: &model::Request) -> anyhow::Result<(Answer, u64)> {
        self.run(sandbox, request).map_err(|error| told(&error))
    }

    fn run(&self, sandbox: &mut Sandbox, request: &model::Request) -> wasmtime::Result<(Answer, u64)> {
        let Sandbox { store, instance } = sandbox;
        if self.metering == Metering::Fuel {
            store.set_fuel(LIMITS.fuel)?;
        }
        let evaluate = instance.get_typed_func::<(Request<'_>,), (Answer,)>(&mut *store, &self.evaluate)?;
        let answer = with_request(request, |request| evaluate.call(&mut *store, (request,)))?.0;
        let fuel = if self.metering == Metering::Fuel { LIMITS.fuel - store.get_fuel()? } else { 0 };
        Ok((answer, fuel))
    }

    /// Compares the types of `evaluate` with the contract's, as [`call`](Self::call) does each time. The engine does it
    /// once for a package.
    ///
    /// # Errors
    /// When they differ.
    pub fn check_types(&self, sandbox: &mut Sandbox) -> anyhow::Result<()> {
        let Sandbox { store, instance } = sandbox;
        let function = instance.get_typed_func::<(Request<'_>,), (Answer,)>(store, &self.evaluate);
        function.map(|_| ()).map_err(|error| told(&error))
    }

    /// A sandbox of its own, called once.
    ///
    /// # Errors
    /// When it traps.
    pub fn evaluate(&self, request: &model::Request) -> anyhow::Result<(Answer, u64)> {
        self.call(&mut self.instantiate()?, request)
    }
}

/// wasmtime's errors are no standard ones without a feature that the engine does not need.
fn told(error: &wasmtime::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}

fn settings(profile: Profile, metering: Metering) -> wasmtime::Result<Config> {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .concurrency_support(false)
        .consume_fuel(metering == Metering::Fuel)
        .epoch_interruption(true)
        .relaxed_simd_deterministic(true)
        .native_unwind_info(false)
        .generate_address_map(false)
        .cranelift_nan_canonicalization(true)
        .max_wasm_stack(512 << 10);
    match profile {
        Profile::Native => {
            let mut pool = PoolingAllocationConfig::new();
            pool.total_component_instances(64)
                .total_core_instances(256)
                .total_memories(64)
                .total_tables(256)
                .max_memory_size(64 * MIB)
                .linear_memory_keep_resident(Pool::STANDARD.resident_bytes)
                .table_keep_resident(Pool::STANDARD.resident_bytes)
                .pagemap_scan(Enabled::No);
            config
                .memory_reservation(4 << 30)
                .memory_may_move(false)
                .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        }
        Profile::Portable => {
            config
                .target("pulley64")?
                .signals_based_traps(false)
                .memory_reservation(0)
                .memory_guard_size(0)
                .guard_before_linear_memory(false)
                .memory_reservation_for_growth(0)
                .memory_may_move(true)
                .memory_init_cow(false);
        }
    }
    Ok(config)
}

/// The contract's form of a request without rows.
fn with_request<R>(request: &model::Request, call: impl FnOnce(Request<'_>) -> R) -> R {
    let context = &request.context;
    let roles: Vec<_> = context.roles.iter().map(String::as_str).collect();
    let collections: Vec<_> = request.document.collections.iter().map(record_set).collect();
    call(Request {
        context: Context {
            now: context.now.0,
            today: context.today.0,
            seed: context.seed,
            user: &context.user,
            company: &context.company,
            roles: &roles,
        },
        entity: request.entity,
        document: Document {
            key: &request.document.key,
            header: record_set(&request.document.header),
            collections: &collections,
            stored: None,
        },
        action: request.action,
        arguments: record_set(&request.arguments),
        part: Part::Mirrored,
        rows: &[],
        explain: false,
    })
}

fn record_set(set: &model::RecordSet) -> RecordSetParam<'_> {
    RecordSetParam {
        rows: set.rows,
        present: &set.present,
        integers: &set.integers,
        decimals: &set.decimals,
        text_ends: &set.text_ends,
        texts: &set.texts,
    }
}
