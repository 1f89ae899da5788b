//! Every plugin's cases: both engines give what each expects, and no rule and no kind of issue is out of their reach.
//!
//! `lockstep test --coverage` says the same of one plugin, case by case.

use lockstep_cases::{Case, Coverage, case, expectation};
use lockstep_model::{Concluded, Request, Tables, evaluate_in_rounds};
use lockstep_tests::plugins::{self, LIMITS, Workspace};

/// What is wrong with one plugin's cases.
fn check(plugin: &Workspace) -> Vec<String> {
    let cases = match case::read_all(&plugin.folder) {
        Ok(cases) => cases,
        Err(error) => return vec![error.to_string()],
    };
    let mut coverage = Coverage::new(plugin.native.descriptor());
    let run = |case: &Case| {
        let ran = run(plugin, case, &mut coverage);
        ran.err().map(|why| format!("{}: {}: {why}", plugin.name, case.name))
    };
    let mut wrong: Vec<_> = cases.iter().filter_map(run).collect();
    wrong.extend(gaps(&coverage).into_iter().map(|gap| format!("{}: {gap}", plugin.name)));
    wrong
}

fn run(plugin: &Workspace, case: &Case, coverage: &mut Coverage<'_>) -> Result<(), String> {
    let descriptor = plugin.native.descriptor();
    let request = case.request(descriptor).map_err(|error| error.to_string())?;
    let tables = case.tables(descriptor, &plugin.folder).map_err(|error| error.to_string())?;
    let native = evaluate(plugin, &request, &tables)?;
    let on_phone = evaluate_in_rounds(&plugin.portable, descriptor, request.clone(), &tables, &LIMITS);
    if on_phone.map_err(|error| error.to_string())? != native {
        return Err("the engines differ".to_owned());
    }
    let explained = evaluate(plugin, &Request { explain: true, ..request.clone() }, &tables)?;
    coverage.add(&request, &explained);
    let expect = case.expect.as_ref().ok_or("it expects nothing: `lockstep test --update` writes what comes out")?;
    let differences = expectation::differences(expect, &native, descriptor).map_err(|error| error.to_string())?;
    if differences.is_empty() { Ok(()) } else { Err(format!("it differs from what it expects: {differences:?}")) }
}

fn evaluate(plugin: &Workspace, request: &Request, tables: &Tables) -> Result<Concluded, String> {
    evaluate_in_rounds(&plugin.native, plugin.native.descriptor(), request.clone(), tables, &LIMITS)
        .map_err(|error| error.to_string())
}

fn gaps(coverage: &Coverage<'_>) -> Vec<String> {
    let rules = coverage.rules_not_reached().map(|rule| format!("no case reaches {} {rule}", rule.entity.name));
    let issues = coverage.issues_not_raised().map(|code| format!("no case raises {code}"));
    rules.chain(issues).collect()
}

#[test]
fn cases_agree_and_reach_every_rule_and_every_issue() {
    let wrong: Vec<_> = plugins::all().iter().flat_map(check).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn without_its_cases_a_plugin_is_full_of_gaps() {
    for plugin in plugins::all() {
        let descriptor = plugin.native.descriptor();
        let mut coverage = Coverage::new(descriptor);
        let rules = descriptor.entities.iter().map(|entity| entity.rules.len()).sum::<usize>();
        assert!(!coverage.is_complete());
        assert_eq!(gaps(&coverage).len(), rules + descriptor.issues.len(), "{}", plugin.name);
        let first = &case::read_all(&plugin.folder).expect("it has cases")[0];
        run(plugin, first, &mut coverage).unwrap_or_else(|why| panic!("{}: {why}", first.name));
        let left = gaps(&coverage).len();
        assert!(0 < left && left < rules + descriptor.issues.len(), "{}: {left} gaps", plugin.name);
    }
}

#[test]
fn a_case_that_expects_something_else_or_nothing_is_found() {
    let plugin = &plugins::all()[0];
    let mut case = case::read_all(&plugin.folder).expect("it has cases").swap_remove(0);
    let mut coverage = Coverage::new(plugin.native.descriptor());
    case.expect = Some(lockstep_model::json::Json::object([("digest", lockstep_model::json::Json::text("other"))]));
    assert!(run(plugin, &case, &mut coverage).expect_err("the digest is another").contains("it differs"));
    case.expect = None;
    assert!(run(plugin, &case, &mut coverage).expect_err("nothing is expected").contains("expects nothing"));
}
