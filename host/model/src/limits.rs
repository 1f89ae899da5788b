//! What one evaluation may take. Every limit is enforced; there are no defaults in code.

use serde::{Deserialize, Serialize};

/// What one evaluation may take. All are required: whoever runs plugins decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Limits {
    /// Units of work, counted from after instantiation: about one a WebAssembly instruction.
    pub fuel: u64,
    /// Units of work for instantiation alone.
    pub instantiation_fuel: u64,
    /// Linear memory, in bytes.
    pub memory_bytes: usize,
    /// Elements of all tables (of functions) together.
    pub table_elements: usize,
    /// What goes in: the request's texts and pools, in bytes.
    pub input_bytes: usize,
    /// What comes out: the answer's texts and pools, in bytes; for a descriptor the same.
    pub output_bytes: usize,
    /// Issues in an outcome.
    pub issues: usize,
    /// Patches in an outcome.
    pub patches: usize,
    /// Log lines in an answer.
    pub log_lines: usize,
    /// Look-ups answered for one outcome.
    pub look_ups: usize,
    /// Evaluations until there is an outcome: the longest chain of look-ups and one more.
    pub rounds: u32,
    /// A backstop by the clock, in milliseconds; fuel decides long before.
    pub wall_clock_ms: u64,
}
