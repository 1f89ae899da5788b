//! The limits under which the command evaluates: the preset `author`, changed by options, and the one of servers and
//! devices.
//!
//! `author` is generous: a rule that a server would stop should show its author where its work goes, not only that it
//! stopped. It is no server's setting.

use lockstep_model::Limits;

use crate::args::LimitOptions;

const MIB: usize = 1 << 20;

/// The preset of everybody who writes plugins.
pub(crate) const AUTHOR: Limits = Limits {
    fuel: 2_000_000_000,
    instantiation_fuel: 50_000_000,
    memory_bytes: 64 * MIB,
    table_elements: 10_000,
    input_bytes: 32 * MIB,
    output_bytes: 32 * MIB,
    issues: 10_000,
    patches: 1_000,
    log_lines: 1_000,
    look_ups: 100_000,
    rounds: 32,
    wall_clock_ms: 30_000,
};

/// What servers and devices give an evaluation: what a device could run the server can.
pub(crate) const EVALUATION: Limits = Limits {
    fuel: 200_000_000,
    instantiation_fuel: 50_000_000,
    memory_bytes: 64 * MIB,
    table_elements: 10_000,
    input_bytes: 8 * MIB,
    output_bytes: 8 * MIB,
    issues: 10_000,
    patches: 1_000,
    log_lines: 1_000,
    look_ups: 100_000,
    rounds: 32,
    wall_clock_ms: 10_000,
};

/// The `author` preset with the options' changes.
pub(crate) fn author(options: &LimitOptions) -> Limits {
    let mib = |given: Option<std::num::NonZeroU32>, preset| given.map_or(preset, |mib| mib.get() as usize * MIB);
    Limits {
        fuel: options.fuel.unwrap_or(AUTHOR.fuel),
        memory_bytes: mib(options.memory_mib, AUTHOR.memory_bytes),
        input_bytes: mib(options.input_mib, AUTHOR.input_bytes),
        output_bytes: mib(options.output_mib, AUTHOR.output_bytes),
        look_ups: options.look_ups.unwrap_or(AUTHOR.look_ups),
        rounds: options.rounds.unwrap_or(AUTHOR.rounds),
        wall_clock_ms: options.wall_clock_ms.unwrap_or(AUTHOR.wall_clock_ms),
        ..AUTHOR
    }
}

/// The same for loading: a plugin describes itself with the preset's fuel, so that little fuel for evaluations does not
/// keep it from loading.
pub(crate) fn for_loading(limits: Limits) -> Limits {
    Limits { fuel: AUTHOR.fuel, ..limits }
}
