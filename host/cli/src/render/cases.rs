//! What became of cases, as lines and as JSON.

use lockstep_cases::{Coverage, Difference};
use serde_json::{Value, json};

use super::{
    differences,
    style::{Tone, thousands},
};
use crate::command::test::{CaseResult, Finding};

/// A line for each case, and the differences below those that differ.
pub(crate) fn text(results: &[CaseResult], width: Option<u16>) -> String {
    let longest = results.iter().map(|result| result.case.name.len()).max().unwrap_or_default();
    results.iter().map(|result| line(result, longest, width)).collect()
}

fn line(result: &CaseResult, longest: usize, width: Option<u16>) -> String {
    let name = format!("{:longest$}", result.case.name);
    let fuel = result.receipt.as_ref().and_then(|receipt| receipt.fuel);
    let fuel = fuel.map_or_else(String::new, |fuel| Tone::Faint.paint(format!("{} fuel", thousands(fuel))));
    let (mark, below) = match &result.finding {
        Finding::Agrees => (Tone::Good.paint("agrees "), String::new()),
        Finding::Updated => (Tone::Known.paint("updated"), String::new()),
        Finding::Unexpected => (
            Tone::Doubtful.paint("expects nothing"),
            "           write what came out into the case with `lockstep test --update`\n".to_owned(),
        ),
        Finding::Differs(found) => {
            (Tone::Bad.paint("DIFFERS"), differences::table(found, ["expected", "found"], width))
        }
        Finding::EnginesDiffer(what, found) => (
            Tone::Bad.paint(format!("ENGINES DIFFER in {what}")),
            differences::table(found, ["native", "portable"], width),
        ),
        Finding::Fails(failure) => (Tone::Bad.paint("FAILS  "), format!("           {failure}\n")),
    };
    let description = match (&result.case.description, result.is_good()) {
        (Some(description), false) => format!("           {}\n", Tone::Faint.paint(description)),
        _ => String::new(),
    };
    format!("  {mark}  {name}  {fuel}\n{description}{below}")
}

/// How many cases came to what.
pub(crate) fn summary(results: &[CaseResult]) -> String {
    let count = |is: fn(&Finding) -> bool| results.iter().filter(|result| is(&result.finding)).count();
    let counts = [
        (count(|it| matches!(it, Finding::Agrees)), Tone::Good, "agree"),
        (count(|it| matches!(it, Finding::Updated)), Tone::Known, "updated"),
        (count(|it| matches!(it, Finding::Unexpected)), Tone::Doubtful, "expect nothing"),
        (count(|it| matches!(it, Finding::Differs(_))), Tone::Bad, "differ"),
        (count(|it| matches!(it, Finding::EnginesDiffer(..))), Tone::Bad, "differ between the engines"),
        (count(|it| matches!(it, Finding::Fails(_))), Tone::Bad, "fail"),
    ];
    let parts = counts.iter().filter(|(count, ..)| *count > 0);
    let parts: Vec<_> = parts.map(|(count, tone, what)| tone.paint(format!("{count} {what}"))).collect();
    let cases = if results.len() == 1 { "case" } else { "cases" };
    format!("\n{} {cases}, native and portable: {}\n", results.len(), parts.join(", "))
}

/// The same for programs.
pub(crate) fn report(results: &[CaseResult], coverage: Option<&Coverage<'_>>) -> Value {
    json!({
        "cases": results.iter().map(case).collect::<Vec<_>>(),
        "agree": results.iter().all(CaseResult::is_good),
        "coverage": coverage.map(super::coverage::report),
    })
}

fn case(result: &CaseResult) -> Value {
    let (name, differences, detail): (_, &[Difference], _) = match &result.finding {
        Finding::Agrees => ("agrees", &[], None),
        Finding::Updated => ("updated", &[], None),
        Finding::Unexpected => ("expects-nothing", &[], None),
        Finding::Differs(found) => ("differs", found, None),
        Finding::EnginesDiffer(what, found) => ("engines-differ", found, Some(what.clone())),
        Finding::Fails(failure) => ("fails", &[], Some(failure.to_string())),
    };
    let differences = differences.iter().map(|it| json!({ "path": it.path, "left": it.left, "right": it.right }));
    json!({
        "case": result.case.name,
        "file": result.case.path,
        "description": result.case.description,
        "result": name,
        "differences": differences.collect::<Vec<_>>(),
        "detail": detail,
        "receipt": result.receipt,
    })
}
