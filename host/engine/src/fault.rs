//! What a plugin did wrong, and in which rule: read from wasmtime's error and the guest's backtrace.

use std::fmt;

use lockstep_model::schema::Entity;
use wasmtime::{Trap, WasmBacktrace};

use crate::{
    error::HostError,
    sandbox::{HostMemory, Refused},
};

/// How often one function must stand in a backtrace to be called a recursion.
const RECURSION_FRAMES: usize = 8;

/// What wasmtime says when more is lifted than allowed; it has no type for it.
const TOO_MUCH_LIFTED: &str = "fuel allocated for hostcalls has been exhausted";

/// Functions of Rust's library that run when code panics, in parts of their names.
const PANIC_FUNCTIONS: [&str; 5] =
    ["core::panicking::", "std::panicking::", "rust_panic", "rust_begin_unwind", "core::result::unwrap_failed"];

/// A fault of the plugin: whoever wrote it has to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginFault {
    /// What happened.
    pub kind: FaultKind,
    /// What the plugin was asked for.
    pub stage: Stage,
    /// The name of the rule in which it happened.
    pub rule: Option<String>,
    /// The function in which it happened, as the plugin's source has it: the rule's, else the innermost one.
    pub function: Option<String>,
    /// The panic's message, in development builds.
    pub message: Option<String>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// Rust code panicked: overflow, division by zero, an index out of range, `unwrap`.
    #[error("panicked")]
    Panic,
    /// Another trap.
    #[error("trapped ({0})")]
    Trap(String),
    /// More work than [`Limits::fuel`](lockstep_model::Limits::fuel), or at the start than `instantiation_fuel`.
    #[error("ran out of fuel")]
    OutOfFuel,
    /// More memory or table elements than its limits.
    #[error("ran out of memory")]
    OutOfMemory,
    /// Calls nested too deeply. Which depth is too deep depends on the engine.
    #[error("nested calls too deeply for its stack")]
    StackOverflow,
    /// It took longer than [`Limits::wall_clock_ms`](lockstep_model::Limits::wall_clock_ms).
    #[error("ran out of time")]
    OutOfTime,
    /// The answer is larger than [`Limits::output_bytes`](lockstep_model::Limits::output_bytes).
    #[error("returned more than the output limit allows")]
    OutputTooLarge,
    /// The answer does not have the contract's types, or does not fit the plugin's own descriptor.
    #[error("returned what cannot be right: {0}")]
    BadOutput(String),
}

/// What a plugin was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// To start.
    Instantiation,
    /// To describe itself.
    Describe,
    /// To evaluate a document.
    Evaluate,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Instantiation => "while it started",
            Self::Describe => "while it described itself",
            Self::Evaluate => "while it evaluated a document",
        })
    }
}

impl fmt::Display for PluginFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.rule, &self.function) {
            (Some(rule), _) => write!(f, "the plugin's rule `{rule}` {}", self.kind)?,
            (None, Some(function)) => write!(f, "the plugin {} in `{function}` {}", self.kind, self.stage)?,
            (None, None) => write!(f, "the plugin {} {}", self.kind, self.stage)?,
        }
        self.message.iter().try_for_each(|message| write!(f, ": {message}"))
    }
}

impl std::error::Error for PluginFault {}

impl PluginFault {
    pub(crate) fn output_too_large(stage: Stage) -> Self {
        Self { kind: FaultKind::OutputTooLarge, stage, rule: None, function: None, message: None }
    }

    pub(crate) fn bad_output(stage: Stage, what: impl fmt::Display) -> Self {
        Self { kind: FaultKind::BadOutput(what.to_string()), stage, rule: None, function: None, message: None }
    }
}

/// A run that failed, before it is known which rules there are.
#[derive(Debug)]
pub(crate) enum Failure {
    Fault(Box<Found>),
    Host(HostError),
}

/// A fault, and the functions that were under way, innermost first.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) fault: PluginFault,
    frames: Vec<String>,
}

impl Failure {
    /// Sorts wasmtime's error by whose fault it is.
    #[cold]
    pub(crate) fn new(stage: Stage, error: &wasmtime::Error, last_line: &str) -> Self {
        let frames = frames(error);
        let kind = match kind(stage, error, &frames) {
            Ok(kind) => kind,
            Err(host) => return Self::Host(host),
        };
        let message = (kind == FaultKind::Panic && !last_line.is_empty()).then(|| last_line.to_owned());
        let function = frames.iter().find(|frame| !is_library(frame)).cloned();
        Self::Fault(Box::new(Found { fault: PluginFault { kind, stage, rule: None, function, message }, frames }))
    }
}

impl Found {
    /// The fault, with the rule in which it happened: the innermost one of the backtrace.
    pub(crate) fn in_rule(self, entity: &Entity) -> PluginFault {
        let rules = (0u16..).zip(&entity.rules);
        let of = |frame: &String| rules.clone().find(|(_, rule)| is_function(frame, &rule.function));
        match self.frames.iter().find_map(of) {
            Some((position, rule)) => PluginFault {
                rule: Some(entity.rule_name(position)),
                function: Some(rule.function.clone()),
                ..self.fault
            },
            None => self.fault,
        }
    }
}

fn kind(stage: Stage, error: &wasmtime::Error, frames: &[String]) -> Result<FaultKind, HostError> {
    if error.downcast_ref::<Refused>().is_some() {
        return Ok(FaultKind::OutOfMemory);
    }
    if let Some(memory) = error.downcast_ref::<HostMemory>() {
        return Err(HostError::Memory(memory.to_string()));
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return Ok(of_trap(*trap, frames));
    }
    if is_pool_exhausted(error) {
        return Err(HostError::PoolExhausted);
    }
    let text = format!("{error:#}");
    match stage {
        Stage::Instantiation => Err(HostError::Engine(text)),
        _ if text.contains(TOO_MUCH_LIFTED) => Ok(FaultKind::OutputTooLarge),
        // What is neither a trap nor the host's lies in what the guest returned: the types are checked at load.
        _ => Ok(FaultKind::BadOutput(error.root_cause().to_string())),
    }
}

/// Without a compiler there is no pool.
fn is_pool_exhausted(error: &wasmtime::Error) -> bool {
    #[cfg(feature = "compiler")]
    return error.downcast_ref::<wasmtime::PoolConcurrencyLimitError>().is_some();
    #[cfg(not(feature = "compiler"))]
    return error.downcast_ref::<std::convert::Infallible>().is_some();
}

fn of_trap(trap: Trap, frames: &[String]) -> FaultKind {
    match trap {
        Trap::OutOfFuel => FaultKind::OutOfFuel,
        Trap::Interrupt => FaultKind::OutOfTime,
        Trap::StackOverflow => FaultKind::StackOverflow,
        // A guest has a stack of its own in its memory, below all else: beyond it there is nothing.
        Trap::MemoryOutOfBounds if is_recursion(frames) => FaultKind::StackOverflow,
        // What Rust does when it panics, whether it says why or not.
        Trap::UnreachableCodeReached => FaultKind::Panic,
        other => FaultKind::Trap(other.to_string().trim_start_matches("wasm trap: ").to_owned()),
    }
}

/// The backtrace's functions, innermost first, as the source has them.
fn frames(error: &wasmtime::Error) -> Vec<String> {
    let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else { return Vec::new() };
    let names = backtrace.frames().iter().filter_map(wasmtime::FrameInfo::func_name);
    names.map(|name| format!("{:#}", rustc_demangle::demangle(name))).collect()
}

fn is_panic(frame: &str) -> bool {
    PANIC_FUNCTIONS.iter().any(|part| frame.contains(part))
}

fn is_library(frame: &str) -> bool {
    let path = frame.trim_start_matches('<');
    is_panic(frame)
        || ["core::", "std::", "alloc::", "__rust", "cabi_", "__rustc"].iter().any(|part| path.starts_with(part))
}

fn is_recursion(frames: &[String]) -> bool {
    frames.iter().any(|frame| frames.iter().filter(|other| *other == frame).count() >= RECURSION_FRAMES)
}

/// Whether a frame is this function or a closure in it. A backtrace may have the crate's name in front.
fn is_function(frame: &str, function: &str) -> bool {
    let own = |path: &str| path.strip_prefix(function).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
    !function.is_empty() && (own(frame) || frame.match_indices("::").any(|(at, _)| own(&frame[at + 2..])))
}

#[cfg(test)]
mod tests {
    use super::is_function;

    #[test]
    fn a_frame_is_a_rules_function_with_or_without_its_crate_and_in_its_closures() {
        assert!(is_function("orders::order::Line::net_amount", "order::Line::net_amount"));
        assert!(is_function("order::Line::net_amount", "order::Line::net_amount"));
        assert!(is_function("orders::order::Line::net_amount::{{closure}}", "order::Line::net_amount"));
    }

    #[test]
    fn a_frame_is_not_a_function_whose_name_it_merely_contains() {
        assert!(!is_function("orders::order::Line::net_amount_rounded", "order::Line::net_amount"));
        assert!(!is_function("orders::reorder::Line::net_amount", "order::Line::net_amount"));
        assert!(!is_function("orders::order::Line::net_amount", ""));
    }
}
