//! What cases reach, as tables and as JSON.

use lockstep_cases::{Coverage, coverage::RuleCoverage};
use serde_json::{Value, json};

use super::style::{Grid, Tone, heading, line};

/// Each rule, entity by entity, and each kind of issue, with the number of cases that reach it.
pub(crate) fn table(coverage: &Coverage<'_>, width: Option<u16>) -> String {
    let rules: Vec<_> = coverage.rules().collect();
    let mut text = String::new();
    for rules in rules.chunk_by(|one, other| one.entity.name == other.entity.name) {
        text += &heading(format!("Rules of {}, by cases", rules[0].entity.name));
        let mut grid = Grid::new(width, &["rule", "", "ran", "yielded"]);
        for rule in rules {
            grid.row([
                Tone::Plain.cell(&rule.name),
                Tone::Faint.cell(rule.rule.kind.name()),
                Tone::Plain.cell(rule.ran),
                reached(rule.yielded).cell(rule.yielded),
            ]);
        }
        text += &grid.finish(&[2, 3]);
    }
    let issues: Vec<_> = coverage.issues().collect();
    if !issues.is_empty() {
        text += &heading("Issues, by cases");
        let mut grid = Grid::new(width, &["issue", "raised"]);
        for issue in issues {
            grid.row([Tone::Plain.cell(&issue.kind.code), reached(issue.raised).cell(issue.raised)]);
        }
        text += &grid.finish(&[1]);
    }
    text
}

fn reached(cases: usize) -> Tone {
    if cases == 0 { Tone::Bad } else { Tone::Plain }
}

/// What no case reaches; nothing where all is reached.
pub(crate) fn gaps(coverage: &Coverage<'_>) -> String {
    let rules: Vec<_> = coverage.rules_not_reached().map(|rule| unreached(&rule)).collect();
    let issues: Vec<_> = coverage.issues_not_raised().map(str::to_owned).collect();
    names("No case reaches", &rules) + &names("No case raises", &issues)
}

fn unreached(rule: &RuleCoverage<'_>) -> String {
    match rule.ran {
        0 => rule.to_string(),
        1 => format!("{rule}, which ran in 1 case and yielded nothing"),
        ran => format!("{rule}, which ran in {ran} cases and yielded nothing"),
    }
}

fn names(title: &str, names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let names: String = names.iter().map(line).collect();
    format!("\n{}\n{names}", Tone::Faint.paint(format!("{title}:")))
}

/// The same for programs.
pub(crate) fn report(coverage: &Coverage<'_>) -> Value {
    let rule = |rule: RuleCoverage<'_>| {
        json!({
            "entity": rule.entity.name,
            "rule": rule.name,
            "kind": rule.rule.kind.name(),
            "ran": rule.ran,
            "yielded": rule.yielded,
        })
    };
    let issues = coverage.issues().map(|issue| json!({ "issue": issue.kind.code, "raised": issue.raised }));
    json!({
        "rules": coverage.rules().map(rule).collect::<Vec<_>>(),
        "issues": issues.collect::<Vec<_>>(),
        "rules-not-reached": coverage.rules_not_reached().map(|rule| rule.to_string()).collect::<Vec<_>>(),
        "issues-not-raised": coverage.issues_not_raised().collect::<Vec<_>>(),
    })
}
