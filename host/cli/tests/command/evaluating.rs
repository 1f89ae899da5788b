//! `run` and `test` on a plugin that is in order.

use std::fs;

use lockstep_package::{Sections, workspace};
use serde_json::Value;

use crate::support::{file, folder, lockstep, package, plugin, with_input};

fn demo() -> String {
    format!("{}/demo/request.json", plugin())
}

fn json(arguments: &[&str], code: i32) -> Value {
    let ran = lockstep(arguments.iter().copied().chain(["--format", "json"]));
    serde_json::from_str(ran.ends(code)).unwrap()
}

#[test]
fn run_shows_all_that_came_of_a_document() {
    let shown = lockstep(["run", plugin(), &demo(), "--today", "2026-03-02"]);
    let shown = shown.ends(0);
    let (shown, receipt) = shown.split_once("Receipt").unwrap();
    assert!(receipt.contains("  same\n"), "{receipt}");
    insta::assert_snapshot!(shown, @"
    update purchase-request  on 2026-03-02 by author

    Entered
      requester  Facilities
      budget     500
      lines
      id  product  quantity  unit-price
      1   P-200    2
      2   P-100    4         35

    Defaulted and calculated
      field                value                    rule                        reference rows read
      needed-by            2026-03-16  default      PurchaseRequest::needed_by
      total                518         calculation  PurchaseRequest::total
      lines[1].unit-price  189         default      RequestLine::unit_price     product P-200
      lines[1].amount      378         calculation  RequestLine::amount
      lines[2].amount      140         calculation  RequestLine::amount

    Issues
      warning  total  The total of 518 is above the budget of 500.  over-budget

    Actions allowed now
      create, update, delete, submit
    ");
}

/// The digest is another with each version of the SDK.
fn without_digest(shown: &str) -> String {
    let (before, rest) = shown.split_once("outcome ").unwrap();
    let (digest, after) = rest.split_at(16);
    assert!(digest.bytes().all(|digit| digit.is_ascii_hexdigit()), "{digest}");
    format!("{before}outcome DIGEST{after}")
}

#[test]
fn in_brief_a_run_shows_the_lists_columns_and_the_gravest_issues() {
    let shown = lockstep(["run", plugin(), &demo(), "--today", "2026-03-02", "--brief"]);
    insta::assert_snapshot!(without_digest(shown.ends(0)), @"
    Purchase requests: Update accepted
      Requester Facilities · Needed by Mar 16, 2026 · Total 518
      warning  Total: The total of 518 is above the budget of 500.
      outcome DIGEST…, the same on both engines
    ");
    let document = r#"{"requester": "A", "needed-by": "2026-04-01", "budget": "1", "lines": [
        {"id": "1", "product": "P-100", "quantity": "4"}, {"id": "2", "product": "P-999", "quantity": "0"},
        {"id": "3", "product": "P-999"}, {"id": "4", "quantity": "-1.5"}]}"#;
    let options = ["run", plugin(), "-", "--engine", "portable", "--brief", "--locale", "de"];
    let ran = with_input(&options, document);
    insta::assert_snapshot!(without_digest(ran.ends(1)), @"
    Bestellanforderungen: Ändern refused
      Anforderer A · Benötigt bis 01.04.2026 · Summe 159,6
      error  Positionen 2: Produkt: die Tabelle Produkt kennt „P-999“ nicht.
      error  Positionen 3: Produkt: die Tabelle Produkt kennt „P-999“ nicht.
      error  Positionen 3: Menge fehlt.
      error  Positionen 4: Produkt fehlt.
      and 3 more; outcome DIGEST…, on the portable engine
    ");
}

#[test]
fn values_of_enumerations_are_told_in_the_language_asked_for() {
    let options = ["--today", "2026-03-02", "--locale", "de"];
    let submitted = lockstep(["run", plugin(), &demo(), "--action", "submit"].into_iter().chain(options));
    let shown = submitted.ends(0);
    assert!(shown.contains("  status  = Eingereicht\n"), "{shown}");
    let document = r#"{"requester": "A", "needed-by": "2026-04-01", "status": "submitted", "total": "5"}"#;
    let ran = with_input(&[&["run", plugin(), "-", "--brief"], &options[..]].concat(), document);
    insta::assert_snapshot!(without_digest(ran.ends(1)), @"
    Bestellanforderungen: Ändern refused
      Anforderer A · Benötigt bis 01.04.2026 · Summe 5 · Status Eingereicht
      error  Ändern ist im Status Eingereicht nicht möglich, nur in Entwurf.
      outcome DIGEST…, the same on both engines
    ");
    let ran = with_input(&[&["run", plugin(), "-"], &options[..]].concat(), document);
    let (shown, _) = ran.ends(1).split_once("Receipt").unwrap();
    insta::assert_snapshot!(shown, @"
    update purchase-request  on 2026-03-02 by author

    Entered
      requester  A
      needed-by  2026-04-01
      status     Eingereicht

    Defaulted and calculated
      field  value               rule                    reference rows read
      total  5      calculation  PurchaseRequest::total

    Issues
      error  document  Ändern ist im Status Eingereicht nicht möglich, nur in Entwurf.  action-not-allowed

    Actions allowed now
      create, delete
    ");
    let ran = with_input(&["run", plugin(), "-", "--locale", "de", "--format", "json"], document);
    let report: Value = serde_json::from_str(ran.ends(1)).unwrap();
    assert_eq!(report["document"]["status"], "submitted", "programs get the name");
}

#[test]
fn in_brief_no_line_is_wider_than_a_screen() {
    let product = "P".repeat(150);
    let document = format!(r#"{{"requester": "{product}", "lines": [{{"id": "1", "product": "{product}"}}]}}"#);
    let ran = with_input(&["run", plugin(), "-", "--engine", "native", "--brief", "--today", "2026-03-02"], &document);
    let lines: Vec<_> = ran.ends(1).lines().collect();
    assert_eq!(lines[1], "  Needed by Mar 16, 2026 · Total 0", "what does not fit is left out");
    assert!(lines[2].starts_with("  error  Lines 1: Product: the table Product has no “PPP"), "{lines:?}");
    assert!(lines[2].ends_with("PPP…"), "{lines:?}");
    assert!(lines.iter().all(|line| line.chars().count() <= 100), "{lines:?}");
}

#[test]
fn in_brief_a_package_without_a_workspace_goes_by_its_entity() {
    let bytes = package();
    let library = Sections::parse(&bytes).unwrap().retain(|name| name != workspace::SECTION);
    let (alone, rows) = (file("brief.wasm", library), format!("{}/reference", plugin()));
    let shown = lockstep(["run", &alone, &demo(), "--reference", &rows, "--today", "2026-03-02", "--brief"]);
    let shown = shown.ends(0);
    assert!(shown.starts_with("Purchase request: Update accepted\n  Needed by Mar 16, 2026 · Total 518\n"), "{shown}");
}

#[test]
fn run_tells_programs_the_same() {
    let report = json(&["run", plugin(), &demo(), "--today", "2026-03-02"], 0);
    assert_eq!(report["resolved"]["total"], "518");
    assert_eq!(report["same"], true);
    assert_eq!(report["allowed"], true);
    assert_eq!(report["receipts"].as_array().unwrap().len(), 2);
    assert_eq!(report["messages"][0], "The total of 518 is above the budget of 500.");
    assert!(report["steps"].as_array().unwrap().iter().any(|step| step["look-ups"][0] == "product P-200"));
}

#[test]
fn explaining_changes_no_receipt() {
    let plain = json(&["run", plugin(), &demo(), "--now", "2026-03-02T08:00:00Z"], 0);
    let explained = json(&["run", plugin(), &demo(), "--now", "2026-03-02T08:00:00Z", "--explain"], 0);
    assert_eq!(plain["receipts"], explained["receipts"]);
}

#[test]
fn messages_come_in_the_language_asked_for() {
    let report = json(&["run", plugin(), &demo(), "--locale", "de-AT"], 0);
    assert_eq!(report["messages"][0], "Die Summe von 518 übersteigt das Budget von 500.");
}

#[test]
fn a_refused_document_ends_with_one() {
    let document = r#"{"lines": [{"product": "P-999", "quantity": "0"}]}"#;
    let ran = with_input(&["run", plugin(), "-", "--engine", "native"], document);
    let shown = ran.ends(1);
    for part in ["requester", "required", "lines[1].product", "unknown-key", "must be above zero, not 0", "refused"] {
        assert!(shown.contains(part), "`{part}` is not in:\n{shown}");
    }
}

#[test]
fn rows_given_one_by_one_take_the_place_of_the_plugins() {
    let row = r#"product={"number": "P-200", "name": "Stool", "price": "1", "discontinued": false}"#;
    let report = json(&["run", plugin(), &demo(), "--row", row], 0);
    assert_eq!(report["resolved"]["total"], "142");
}

#[test]
fn a_table_that_is_not_there_leaves_its_rules_unchecked() {
    let report = json(&["run", plugin(), &demo(), "--unavailable", "product"], 0);
    assert_eq!(report["resolved"]["lines"][0].get("amount"), None);
    let codes = report["outcome"]["issues"].as_array().unwrap().iter().map(|issue| issue["code"].clone());
    assert!(codes.into_iter().any(|code| code == "not-checked"), "{report:#}");
}

#[test]
fn an_actions_changes_are_shown() {
    let report = json(&["run", plugin(), &demo(), "--action", "submit"], 0);
    assert_eq!(report["outcome"]["patches"][0]["set"]["status"], "submitted");
}

#[test]
fn a_case_can_be_run_alone() {
    let case = format!("{}/cases/wrong-lines.json", plugin());
    let report = json(&["run", plugin(), "--case", &case], 1);
    assert_eq!(report["context"]["today"], "2026-03-02");
    assert_eq!(report["allowed"], false);
}

#[test]
fn a_case_that_differs_shows_each_field_and_update_mends_it() {
    let copy = folder("differing").join("cases");
    let plugin = std::path::Path::new(plugin());
    for part in
        ["Cargo.toml", "Cargo.lock", "cases", "reference", "messages", "src", "target", "vendor", "workspace.toml"]
    {
        let link = folder("differing").join(part);
        if part != "cases" && !link.exists() {
            std::os::unix::fs::symlink(plugin.join(part), link).unwrap();
        }
    }
    fs::create_dir_all(&copy).unwrap();
    let good = fs::read_to_string(plugin.join("cases/over-budget.json")).unwrap();
    let wrong = good.replace("\"537.6\"", "\"538.60\"");
    let path = copy.join("over-budget.json");
    fs::write(&path, &wrong).unwrap();
    let folder = folder("differing").display().to_string();

    let report = json(&["test", &folder], 1);
    let differences = report["cases"][0]["differences"].as_array().unwrap();
    let found: Vec<_> = differences.iter().map(|it| format!("{} {} {}", it["path"], it["left"], it["right"])).collect();
    assert!(found.contains(&r#""derived.total" "538.6" "537.6""#.to_owned()), "{found:?}");

    lockstep(["test", &folder, "--update"]).ends(0);
    assert_eq!(fs::read_to_string(&path).unwrap(), good);

    // One case does not reach all; that is said, and where coverage is asked for it is refused.
    let told = lockstep(["test", &folder]);
    assert!(told.ends(0).contains("No case raises:\n"));
    let covered = lockstep(["test", &folder, "--coverage"]);
    let shown = covered.ends(1);
    for part in ["Rules of purchase-request, by cases", "No case reaches:\n", "action submit", "No case raises:\n"] {
        assert!(shown.contains(part), "`{part}` is not in:\n{shown}");
    }
}

#[test]
fn the_cases_of_a_new_plugin_reach_all_of_it() {
    let report = lockstep(["test", plugin(), "--coverage"]);
    let shown = report.ends(0);
    assert!(shown.contains("Issues, by cases") && !shown.contains("No case"), "{shown}");
    let choice = lockstep(["test", plugin(), "over-budget", "--coverage"]);
    assert!(choice.code == 2 && choice.stderr.contains("--coverage"), "{}", choice.stderr);
}

#[test]
fn a_package_file_alone_is_enough() {
    let package = file("alone.wasm", package());
    let rows = format!("{}/reference", plugin());
    let ran = lockstep(["run", &package, &demo(), "--reference", &rows, "--no-cache", "--engine", "portable"]);
    assert!(ran.ends(0).contains("wasmtime-"));
}
