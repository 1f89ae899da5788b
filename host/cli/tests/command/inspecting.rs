//! `inspect`: what a package holds, its workspace among it.

use lockstep_package::{Sections, workspace};
use serde_json::Value;

use crate::support::{file, lockstep, package, plugin};

fn json(arguments: &[&str], code: i32) -> Value {
    let ran = lockstep(arguments.iter().copied().chain(["--format", "json"]));
    serde_json::from_str(ran.ends(code)).unwrap()
}

#[test]
fn inspect_shows_schema_rules_and_what_the_package_is() {
    let report = json(&["inspect", plugin()], 0);
    assert_eq!(report["imports"], serde_json::json!([]));
    assert_eq!(report["float-free"], true);
    assert_eq!(report["descriptor"]["entities"][0]["name"], "purchase-request");
    assert_eq!(report["locales"], serde_json::json!(["de", "en"]));
    let graph = lockstep(["inspect", plugin(), "--graph", "text"]);
    assert!(graph.ends(0).contains("lines.quantity, lines.unit-price -> [calculation lines.amount] -> lines.amount"));
    assert!(lockstep(["inspect", plugin(), "--graph", "dot"]).ends(0).starts_with("digraph rules {"));
}

/// The first line has the package's size.
fn below_the_first_line(shown: &str) -> &str {
    let (first, rest) = shown.split_once('\n').unwrap();
    assert!(first.starts_with("purchase-requests 0.1.0  "), "{first}");
    assert!(first.ends_with(" KiB, float-free, messages in de, en"), "{first}");
    rest
}

#[test]
fn in_brief_the_workspace_is_a_tree() {
    let shown = lockstep(["inspect", plugin(), "--brief"]);
    insta::assert_snapshot!(below_the_first_line(shown.ends(0)), @"
    Workspace Purchase requests, icon receipt, colour #0f6cbd, for employee
      ├─ Requests, list of Purchase request
      │  ├─ columns: Requester, Needed by, Total, Status
      │  ├─ starts with: Status Draft
      │  ├─ filters: Status, Requester
      │  ├─ sorted by: Needed by
      │  ├─ searches: Requester
      │  ├─ opens: Request
      │  └─ action Create: Requester, Budget
      ├─ Request, detail of Purchase request
      │  ├─ General: Requester, Needed by, Budget, Total, Status
      │  ├─ Products, rows: Product, Quantity, Unit price, Amount
      │  ├─ action Update
      │  └─ action Submit
      │     └─ asks: Send the request to the buyers?
      └─ value help
         └─ Lines, Product: from Product, with Name, Price, Discontinued
    ");
}

#[test]
fn the_tree_comes_in_the_language_asked_for() {
    let shown = lockstep(["inspect", plugin(), "--brief", "--locale", "de"]);
    insta::assert_snapshot!(below_the_first_line(shown.ends(0)), @"
    Workspace Bestellanforderungen, icon receipt, colour #0f6cbd, for employee
      ├─ Anforderungen, list of Bestellanforderung
      │  ├─ columns: Anforderer, Benötigt bis, Summe, Status
      │  ├─ starts with: Status Entwurf
      │  ├─ filters: Status, Anforderer
      │  ├─ sorted by: Benötigt bis
      │  ├─ searches: Anforderer
      │  ├─ opens: Anforderung
      │  └─ action Anlegen: Anforderer, Budget
      ├─ Anforderung, detail of Bestellanforderung
      │  ├─ Allgemein: Anforderer, Benötigt bis, Budget, Summe, Status
      │  ├─ Produkte, rows: Produkt, Menge, Preis, Betrag
      │  ├─ action Ändern
      │  └─ action Einreichen
      │     └─ asks: Anforderung an den Einkauf senden?
      └─ value help
         └─ Positionen, Produkt: from Produkt, with Bezeichnung, Preis, Nicht mehr erhältlich
    ");
}

#[test]
fn the_whole_report_has_the_workspace_between_limits_and_schema() {
    let shown = lockstep(["inspect", plugin()]);
    let shown = shown.ends(0);
    let place = |part: &str| shown.find(part).unwrap_or_else(|| panic!("`{part}` is not in:\n{shown}"));
    assert!(place("wall clock") < place("Workspace Purchase requests") && place("asks:") < place("Entity purchase-"));
    let size = package().len().div_ceil(1024);
    assert!(shown.contains(&format!(" bytes ({size} KiB)\n")), "{shown}");
}

#[test]
fn programs_get_the_workspace_by_its_names() {
    let report = json(&["inspect", plugin()], 0);
    let workspace = &report["workspace"];
    assert_eq!(workspace["title"], "workspace-title");
    assert_eq!(workspace["pages"][0]["kind"], "list");
    assert_eq!(workspace["pages"][1]["sections"][1]["collection"], "lines");
    assert_eq!(workspace["value-helps"][0]["field"], "lines.product");
}

#[test]
fn a_package_without_a_workspace_says_so() {
    let bytes = package();
    let library = Sections::parse(&bytes).unwrap().retain(|name| name != workspace::SECTION);
    let alone = file("library.wasm", library);
    assert!(lockstep(["inspect", &alone, "--brief"]).ends(0).contains("none: this package has no pages"));
    assert_eq!(json(&["inspect", &alone], 0)["workspace"], Value::Null);
}
