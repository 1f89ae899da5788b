//! Lockstep's figures: speed and memory as ratios taken in one run.
//!
//! Each question has a file in `benches/`; what they share is here. A subject and what it is measured against take
//! turns in short stretches, and medians of the stretches' ratios count, so that whatever else the machine does falls
//! on both. [`figures`] keeps what was found until the last file makes a table of it.

#![forbid(unsafe_code)]
#![expect(clippy::cast_precision_loss, reason = "figures have three digits")]

pub mod bare;
mod contract;
pub mod crew;
pub mod documents;
pub mod figures;
pub mod linked;
pub mod packages;
pub mod recorded;
pub mod residents;
pub mod service;
pub mod site;
pub mod turns;

use lockstep_model::Limits;

const MIB: usize = 1 << 20;

/// What every evaluation may take.
pub const LIMITS: Limits = Limits {
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
