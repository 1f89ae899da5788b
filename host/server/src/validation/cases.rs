//! A package's own cases, on both engines: each must come out as it expects, and the same on both.

use std::{convert::Infallible, fmt::Write as _};

use lockstep_cases::{Case, Difference, expectation, reference};
use lockstep_engine::{EvaluateError, HostError, Plugin};
use lockstep_model::{
    Concluded, Digest, Limits, Request, RoundsError, evaluate_in_rounds, input_digest, json::Json, outcome_digest,
    schema::Descriptor, tables::Tables,
};
use lockstep_package::CaseFiles;

use super::reason::{Reason, ReasonCode};

/// Most differences that are told of one case.
const DIFFERENCES_MAX: usize = 5;

/// Longest value that is shown, in characters.
const VALUE_CHARACTERS_MAX: usize = 60;

type Failure = RoundsError<EvaluateError, Infallible>;

/// Runs the cases and adds what stands against the package.
pub(super) fn run(files: &CaseFiles, native: &Plugin, portable: &Plugin, limits: &Limits, reasons: &mut Vec<Reason>) {
    let descriptor = native.descriptor();
    let texts = files.reference.iter().map(|(table, csv)| (table.as_str(), csv.as_str()));
    let tables = match reference::read_texts(descriptor, texts) {
        Ok(tables) => tables,
        Err(error) => return reasons.push(Reason::new(ReasonCode::CaseDiffers, error)),
    };
    for (name, text) in &files.cases {
        let found = match scenario(name, text, descriptor, &tables) {
            Ok(scenario) => scenario.judge(native, portable, limits),
            Err(error) => Some((ReasonCode::CaseDiffers, error)),
        };
        let reason = found.map(|(code, message)| Reason::about(code, name, format!("case `{name}`: {message}")));
        reasons.extend(reason);
    }
}

struct Scenario {
    request: Request,
    tables: Tables,
    expect: Option<Json>,
}

fn scenario(name: &str, text: &str, descriptor: &Descriptor, tables: &Tables) -> Result<Scenario, String> {
    let read = || {
        let case = Case::named(name, text.to_owned())?;
        let (request, tables) = (case.request(descriptor)?, case.tables_with(descriptor, tables)?);
        Ok(Scenario { request, tables, expect: case.expect })
    };
    read().map_err(|error: lockstep_cases::InputError| error.to_string())
}

impl Scenario {
    fn judge(&self, native: &Plugin, portable: &Plugin, limits: &Limits) -> Option<(ReasonCode, String)> {
        let run = |plugin: &Plugin| {
            evaluate_in_rounds(plugin, plugin.descriptor(), self.request.clone(), &self.tables, limits)
        };
        let native_run = match run(native) {
            Err(failure) if is_no_memory(&failure) => return Some((ReasonCode::ValidationMemory, failure.to_string())),
            run => run,
        };
        let portable_run = run(portable);
        if let Some(what) = disagreement(&Run::of(&native_run), &Run::of(&portable_run)) {
            return Some((ReasonCode::EnginesDiffer, what));
        }
        let concluded = match native_run {
            Ok(concluded) => concluded,
            Err(failure) => return Some((ReasonCode::CaseDiffers, failure.to_string())),
        };
        let Some(expect) = &self.expect else {
            let message = "it expects nothing: write what it expects with `lockstep test --update`";
            return Some((ReasonCode::CaseDiffers, message.to_owned()));
        };
        match expectation::differences(expect, &concluded, native.descriptor()) {
            Ok(differences) if differences.is_empty() => None,
            Ok(differences) => Some((ReasonCode::CaseDiffers, told(&differences))),
            Err(error) => Some((ReasonCode::CaseDiffers, error.within("expect").to_string())),
        }
    }
}

fn is_no_memory(failure: &Failure) -> bool {
    matches!(failure, RoundsError::Evaluate(EvaluateError::Host(HostError::Memory(_))))
}

/// What two engines must agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Run {
    Ended { input: Digest, outcome: Digest, fuel: Option<u64> },
    Failed(String),
}

impl Run {
    fn of(run: &Result<Concluded, Failure>) -> Self {
        match run {
            Ok(concluded) => Self::Ended {
                input: input_digest(&concluded.request, &concluded.outcome),
                outcome: outcome_digest(&concluded.outcome),
                fuel: concluded.fuel,
            },
            Err(failure) => Self::Failed(failure.to_string()),
        }
    }
}

/// In what two runs differ, in words.
fn disagreement(native: &Run, portable: &Run) -> Option<String> {
    if native == portable {
        return None;
    }
    Some(match (native, portable) {
        (
            Run::Ended { input, outcome, fuel },
            Run::Ended { input: other_input, outcome: other_outcome, fuel: other_fuel },
        ) => {
            let parts = [
                (input != other_input, "the rows that they used"),
                (outcome != other_outcome, "the outcome"),
                (fuel != other_fuel, "fuel"),
            ];
            let named: Vec<_> = parts.into_iter().filter(|(differs, _)| *differs).map(|(_, name)| name).collect();
            format!("the engines differ in {}", named.join(" and "))
        }
        (Run::Failed(native), Run::Failed(portable)) => {
            format!("the engines differ: on the native one {native}, on the portable one {portable}")
        }
        (Run::Failed(native), Run::Ended { .. }) => {
            format!("the engines differ: on the native one {native}, on the portable one there is an outcome")
        }
        (Run::Ended { .. }, Run::Failed(portable)) => {
            format!("the engines differ: on the portable one {portable}, on the native one there is an outcome")
        }
    })
}

/// `total: expected "1", found "2"; …`.
fn told(differences: &[Difference]) -> String {
    let value = |side: &Option<Json>| {
        let text = side.as_ref().map_or_else(|| "nothing".to_owned(), Json::to_string);
        let short: String = text.chars().take(VALUE_CHARACTERS_MAX).collect();
        if short.len() < text.len() { short + " …" } else { short }
    };
    let first = differences.iter().take(DIFFERENCES_MAX);
    let each = first.map(|it| format!("{}: expected {}, found {}", it.path, value(&it.left), value(&it.right)));
    let mut told = each.collect::<Vec<_>>().join("; ");
    if differences.len() > DIFFERENCES_MAX {
        // Writing into text does not fail.
        let _ = write!(told, "; and {} more", differences.len() - DIFFERENCES_MAX);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(input: &str, outcome: &str, fuel: u64) -> Run {
        Run::Ended { input: Digest::of(input.as_bytes()), outcome: Digest::of(outcome.as_bytes()), fuel: Some(fuel) }
    }

    #[test]
    fn equal_runs_agree() {
        assert_eq!(disagreement(&ended("a", "b", 1), &ended("a", "b", 1)), None);
        let failed = Run::Failed("the plugin ran out of fuel".into());
        assert_eq!(disagreement(&failed, &failed), None);
    }

    #[test]
    fn whatever_differs_between_engines_is_named() {
        let said = |one: &Run, other: &Run| disagreement(one, other).expect("they differ");
        assert_eq!(said(&ended("a", "b", 1), &ended("a", "c", 1)), "the engines differ in the outcome");
        assert_eq!(said(&ended("a", "b", 1), &ended("a", "b", 2)), "the engines differ in fuel");
        assert_eq!(
            said(&ended("a", "b", 1), &ended("x", "c", 2)),
            "the engines differ in the rows that they used and the outcome and fuel"
        );
        let failed = Run::Failed("it trapped".into());
        assert!(said(&failed, &ended("a", "b", 1)).contains("on the native one it trapped"));
        assert!(said(&ended("a", "b", 1), &failed).contains("on the portable one it trapped"));
        let other = Run::Failed("it overflowed".into());
        assert!(said(&failed, &other).contains("it trapped") && said(&failed, &other).contains("it overflowed"));
    }

    #[test]
    fn many_differences_are_counted_and_long_values_cut() {
        let difference = |number: usize| Difference {
            path: format!("lines[{number}]"),
            left: Some(Json::text("x".repeat(500))),
            right: None,
        };
        let told = told(&(0..7).map(difference).collect::<Vec<_>>());
        assert!(told.contains("lines[4]: expected") && !told.contains("lines[5]"), "{told}");
        assert!(told.ends_with("; and 2 more") && told.contains("found nothing"), "{told}");
        assert!(told.len() < 700, "{}", told.len());
    }
}
