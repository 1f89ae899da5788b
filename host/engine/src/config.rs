//! What an engine is made for, and the one place where wasmtime's settings come from.
//!
//! Nearly every setting of wasmtime must match for precompiled code to load. [`code_settings`] therefore depends on the
//! profile alone: code that a server makes for phones is the code that phones load.

use std::{fmt, sync::Arc};

use wasmtime::{Config, InstanceAllocationStrategy};

/// The most that [`Limits`](lockstep_model::Limits) can allow a native memory.
pub const NATIVE_MEMORY_BYTES_MAX: usize = 64 << 20;

/// Address space that each native memory has to itself: all that a guest can name. Code then needs no checks of its
/// own where it reads and writes, which would be a fifth of a large evaluation; it takes addresses, not memory.
const NATIVE_ADDRESSES_BYTES: u64 = 4 << 30;

/// Stack of a guest on a server or a desktop.
pub const SERVER_STACK_BYTES: usize = 512 << 10;

/// Stack of a guest on a device: smaller than a server's, since compilers differ in what a call takes, so that a
/// server can run whatever a device could.
pub const DEVICE_STACK_BYTES: usize = 128 << 10;

/// Largest component that is loaded, unless the embedder says otherwise.
pub const COMPONENT_BYTES_MAX: usize = 32 << 20;

const _: () = assert!(DEVICE_STACK_BYTES * 4 <= SERVER_STACK_BYTES);

/// How a plugin's code is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Machine code of this host, made by Cranelift.
    Native,
    /// Bytecode for the interpreter Pulley, the same on every host with 64 bits.
    Portable,
}

impl Profile {
    /// `native` or `portable`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Portable => "portable",
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Sandboxes kept ready for reuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// How many evaluations can be under way at one time; one more is refused as [`HostError::PoolExhausted`].
    ///
    /// [`HostError::PoolExhausted`]: crate::HostError::PoolExhausted
    pub sandboxes: u32,
    /// How much of a sandbox's memory stays resident between evaluations: what an evaluation dirties of it is
    /// cleared, what lies beyond is given back to the system.
    pub resident_bytes: usize,
}

impl Pool {
    /// Enough for one core's worth of threads many times over. What a document of 1,000 lines takes stays resident: to
    /// get it from the system anew would be a sixth of such an evaluation.
    pub const STANDARD: Self = Self { sandboxes: 64, resident_bytes: 512 << 10 };
}

/// Where sandboxes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// From a pool, when the profile is native. The portable profile has none: its settings are a phone's.
    Server(Pool),
    /// Made on demand, with as little memory as there can be.
    Device,
}

/// Takes what a development build logs, line by line.
#[derive(Clone)]
pub struct LogSink(pub(crate) Arc<dyn Fn(&str) + Send + Sync>);

impl LogSink {
    /// Calls this for each line.
    pub fn new(sink: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }
}

impl fmt::Debug for LogSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogSink")
    }
}

/// Which components an engine loads.
#[derive(Clone, Debug)]
pub enum Accept {
    /// Those that import nothing.
    Packages,
    /// Those too that import `log`. Not for servers.
    DevelopmentBuilds(LogSink),
}

/// What an engine is made for. All is required; the constructors are the usual choices.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// How code is made.
    pub profile: Profile,
    /// Where sandboxes come from.
    pub placement: Placement,
    /// Stack of a guest, in bytes; the calling thread must have as much and some more.
    pub stack_bytes: usize,
    /// Largest component that is loaded, in bytes.
    pub component_bytes_max: usize,
    /// Which components are loaded.
    pub accept: Accept,
}

impl EngineConfig {
    /// For a server or a desktop.
    pub fn server(profile: Profile, pool: Pool) -> Self {
        Self {
            profile,
            placement: Placement::Server(pool),
            stack_bytes: SERVER_STACK_BYTES,
            component_bytes_max: COMPONENT_BYTES_MAX,
            accept: Accept::Packages,
        }
    }

    /// For a phone or a tablet.
    pub fn device(profile: Profile) -> Self {
        Self {
            profile,
            placement: Placement::Device,
            stack_bytes: DEVICE_STACK_BYTES,
            component_bytes_max: COMPONENT_BYTES_MAX,
            accept: Accept::Packages,
        }
    }

    /// The same, and development builds load too.
    #[must_use]
    pub fn with_development_builds(self, sink: LogSink) -> Self {
        Self { accept: Accept::DevelopmentBuilds(sink), ..self }
    }

    /// wasmtime's settings.
    pub(crate) fn settings(&self) -> wasmtime::Result<Config> {
        let mut config = code_settings(self.profile)?;
        config.max_wasm_stack(self.stack_bytes);
        config.allocation_strategy(self.allocation());
        Ok(config)
    }

    #[cfg(feature = "compiler")]
    fn allocation(&self) -> InstanceAllocationStrategy {
        match (self.profile, self.placement) {
            (Profile::Native, Placement::Server(pool)) => InstanceAllocationStrategy::Pooling(pooling(pool)),
            _ => InstanceAllocationStrategy::OnDemand,
        }
    }

    #[cfg(not(feature = "compiler"))]
    fn allocation(&self) -> InstanceAllocationStrategy {
        InstanceAllocationStrategy::OnDemand
    }
}

/// All settings that the code depends on.
fn code_settings(profile: Profile) -> wasmtime::Result<Config> {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .concurrency_support(false)
        .consume_fuel(true)
        .epoch_interruption(true)
        .relaxed_simd_deterministic(true)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_wide_arithmetic(false)
        .wasm_custom_page_sizes(false)
        .shared_memory(false)
        .native_unwind_info(false)
        .generate_address_map(false);
    #[cfg(feature = "compiler")]
    config.cranelift_nan_canonicalization(true);
    match profile {
        Profile::Native => {
            config.memory_reservation(NATIVE_ADDRESSES_BYTES).memory_may_move(false);
        }
        // What a phone can give: no reservations, no guards, no signals; checks are made by the code.
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

/// A guest has one memory and one table; a component that needs more of either takes more of the pool.
#[cfg(feature = "compiler")]
fn pooling(pool: Pool) -> wasmtime::PoolingAllocationConfig {
    let mut config = wasmtime::PoolingAllocationConfig::new();
    config
        .total_component_instances(pool.sandboxes)
        .total_core_instances(pool.sandboxes.saturating_mul(4))
        .total_memories(pool.sandboxes)
        .total_tables(pool.sandboxes.saturating_mul(4))
        .max_memory_size(NATIVE_MEMORY_BYTES_MAX)
        .linear_memory_keep_resident(pool.resident_bytes)
        .table_keep_resident(pool.resident_bytes)
        // Asking the system which pages are dirty costs more than clearing the few that a guest has.
        .pagemap_scan(wasmtime::Enabled::No);
    config
}
