//! Whatever is wrong with the input: one sentence that says what, where and what to do, and an exit code.

use std::{fs, process::Command};

use crate::support::{file, folder, lockstep, package, plugin, ran, with_input};

const EMPTY: &str = r#"{"requester": "Facilities", "lines": []}"#;

fn run(document: &str, options: &[&str]) -> crate::support::Ran {
    with_input(&[&["run", plugin(), "-", "--engine", "native"], options].concat(), document)
}

fn package_with(from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = package();
    let places: Vec<_> = (0..bytes.len()).filter(|&at| bytes[at..].starts_with(from.as_bytes())).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

#[test]
fn a_missing_file_is_named() {
    lockstep(["inspect", "nowhere.wasm"]).fails(3, &["cannot read the plugin nowhere.wasm", "name a package file"]);
    lockstep(["run", plugin(), "nowhere.json"]).fails(3, &["cannot read the document nowhere.json", "name a"]);
    lockstep(["run", plugin(), "--case", "none.json"]).fails(3, &["cannot read the case none.json"]);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = folder("files").display().to_string();
    lockstep(["run", plugin(), &folder]).fails(3, &["cannot read the document", &folder]);
    let binary = file("binary.json", [0xff, 0xfe, 0x00]);
    lockstep(["run", plugin(), &binary]).fails(3, &["cannot read the document", &binary, "UTF-8"]);
}

#[test]
fn a_folder_without_a_crate_is_no_plugin() {
    let empty = folder("empty").display().to_string();
    lockstep(["build", &empty]).fails(3, &["Cargo.toml", &empty, "lockstep new"]);
    lockstep(["inspect", &empty]).fails(3, &["Cargo.toml", &empty, "lockstep new"]);
}

#[test]
fn what_is_no_component_is_not_loaded() {
    let text = file("text.wasm", "hello");
    lockstep(["inspect", &text]).fails(4, &[&text, "not WebAssembly", "lockstep build"]);
    let module = file("module.wasm", b"\0asm\x01\0\0\0");
    lockstep(["inspect", &module]).fails(4, &[&module, "a package is a component", "lockstep build"]);
    let bytes = package();
    let cut = file("cut.wasm", &bytes[..bytes.len() / 2]);
    let ran = lockstep(["inspect", &cut]);
    ran.fails(4, &[&cut]);
    let empty = file("empty.wasm", b"\0asm\x0d\0\x01\0");
    lockstep(["inspect", &empty]).fails(4, &[&empty, "no Lockstep plugin"]);
}

#[test]
fn a_package_for_a_newer_host_says_which_contract_it_needs() {
    for version in ["1.9.0", "2.0.0"] {
        let newer = package_with("lockstep:logic/logic@1.0.0", &format!("lockstep:logic/logic@{version}"));
        let newer = file(&format!("newer-{version}.wasm"), newer);
        lockstep(["inspect", &newer]).fails(4, &[&newer, "newer host", version, "update the host"]);
    }
}

#[test]
fn a_document_that_does_not_fit_the_schema_is_refused_with_its_path() {
    let cases = [
        (r#"{"requestor": "A"}"#, "requestor: unknown key"),
        (r#"{"requester": "A", "requester": "B"}"#, "requester: the key is there twice"),
        (r#"{"budget": true}"#, "budget: expected a decimal, found a boolean"),
        (r#"{"budget": "1.234"}"#, "budget: 3 decimals are too many"),
        (r#"{"total": "1"}"#, "total: calculated by the plugin: leave it out"),
        (r#"{"lines": [{"id": "a", "quantity": "x"}]}"#, "lines[a].quantity: `x` is not a decimal number"),
        (r#"{"needed-by": "tomorrow"}"#, "needed-by: `tomorrow` is not a date"),
        ("{", "not JSON"),
        ("[]", "expected an object"),
    ];
    for (document, part) in cases {
        run(document, &[]).fails(3, &["standard input: ", part]);
    }
}

#[test]
fn an_unknown_action_entity_or_argument_is_refused_with_the_known_ones() {
    run(EMPTY, &["--action", "confirm"]).fails(2, &["no action `confirm`", "`update`", "`submit`"]);
    run(EMPTY, &["--entity", "order"]).fails(2, &["no entity `order`", "`purchase-request`"]);
    run(EMPTY, &["--argument", "reason=x"]).fails(2, &["reason", "unknown key"]);
}

#[test]
fn a_reference_table_without_a_file_is_named_with_its_columns() {
    let rows = folder("no-rows").display().to_string();
    run(EMPTY, &["--reference", &rows]).fails(3, &["`product`", "product.csv", "number,name,price", "--unavailable"]);
    let alone = file("without-rows.wasm", package());
    with_input(&["run", &alone, "-"], EMPTY).fails(3, &["`product`", "--reference"]);
    run(EMPTY, &["--reference", "nowhere"]).fails(3, &["cannot read the folder of reference tables nowhere"]);
}

#[test]
fn a_wrong_reference_table_is_named_with_its_line() {
    let rows = folder("wrong-rows");
    let check = |name: &str, text: &str, parts: &[&str]| {
        fs::write(rows.join("product.csv"), "number,name,price,discontinued\n").unwrap();
        fs::write(rows.join(name), text).unwrap();
        run(EMPTY, &["--reference", rows.to_str().unwrap()]).fails(3, parts);
        fs::remove_file(rows.join(name)).unwrap();
    };
    let header = "number,name,price,discontinued\n";
    check("product.csv", &format!("{header}P,Lamp,dear,false\n"), &["product.csv", "line 2", "`price`", "`dear`"]);
    check("product.csv", &format!("{header}P,A,1,false\nP,B,1,false\n"), &["line 2 and line 3", "same key `P`"]);
    check("product.csv", "number,name\n", &["product.csv", "column `price` is missing"]);
    check("items.csv", "number\n", &["items.csv", "no table `items`", "`product`"]);
}

#[test]
fn wrong_options_are_named() {
    run(EMPTY, &["--today", "soon"]).fails(2, &["--today", "`soon` is not a date"]);
    run(EMPTY, &["--row", "items={}"]).fails(2, &["--row items", "no table `items`"]);
    run(EMPTY, &["--unavailable", "items"]).fails(2, &["--unavailable", "no table `items`"]);
    run(EMPTY, &["--justify", "too-dear=x"]).fails(2, &["--justify too-dear", "`over-budget`"]);
    let context = file("context.json", r#"{"now": "2026-03-02T08:00:00Z", "today": "2026-03-02"}"#);
    run(EMPTY, &["--context", &context]).fails(3, &[&context, "seed: missing"]);
    run(EMPTY, &["--argument", "reason=a", "--argument", "reason=b"]).fails(2, &["--argument reason", "twice"]);
    for (option, value, part) in [("--memory", "4000", "from 1 to 64"), ("--rounds", "0", "1..")] {
        let ran = run(EMPTY, &[option, value]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(option) && ran.stderr.contains(part), "{}", ran.stderr);
    }
}

#[test]
fn a_language_without_words_is_said_and_keeps_nothing_from_running() {
    let ran = run(EMPTY, &["--locale", "xx"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("no words in `xx`") && ran.stderr.contains("`de`, `en`"), "{}", ran.stderr);
    assert!(!run(EMPTY, &["--locale", "de-AT"]).stderr.contains("no words"));
}

#[test]
fn a_wrong_case_is_named() {
    let case = file("case.json", r#"{"context": {}, "action": "update", "document": {}, "expected": {}}"#);
    lockstep(["run", plugin(), "--case", &case]).fails(3, &[&case, "expected: unknown key"]);
    lockstep(["test", plugin(), "no-such-case"]).fails(2, &["no case", "`no-such-case`"]);
}

#[test]
fn a_plugin_that_runs_out_of_fuel_fails_by_its_own_fault() {
    run(EMPTY, &["--fuel", "100"]).fails(5, &["ran out of fuel"]);
}

#[test]
fn a_compiler_that_cannot_build_guests_is_named() {
    let ran = lockstep(["build", plugin(), "--rustc", "/nowhere/rustc"]);
    ran.fails(6, &["/nowhere/rustc", "wasm32-unknown-unknown", "name another"]);
}

#[test]
fn a_cache_that_cannot_be_used_is_said_and_keeps_nothing_from_running() {
    let taken = file("taken", "");
    let ran = run(EMPTY, &["--cache-dir", &taken]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("compiled code is not kept") && ran.stderr.contains("--cache-dir"), "{}", ran.stderr);
}

/// A limit on the size of files stands in for a full disk: writing fails half-way.
#[test]
fn a_full_disk_while_caching_is_said_and_keeps_nothing_from_running() {
    let cache = folder("full-cache").display().to_string();
    let document = file("full.json", EMPTY);
    let command = format!(
        "trap '' XFSZ; ulimit -f 8; exec {} run {} {document} --engine portable --cache-dir {cache}",
        env!("CARGO_BIN_EXE_lockstep"),
        plugin(),
    );
    let ran = ran(Command::new("sh").args(["-c", &command]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("cannot be kept") && ran.stderr.contains("free some space"), "{}", ran.stderr);
}
