//! `lockstep new`, and what is made of its plugin.

use std::{fs, path::Path, process::Command};

use crate::support::{folder, lockstep, plugin};

#[test]
fn a_new_plugin_builds_and_its_cases_agree_on_both_engines() {
    let report = lockstep(["test", plugin(), "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(report.ends(0)).unwrap();
    let cases = report["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 4);
    assert!(cases.iter().all(|case| case["result"] == "agrees"), "{report:#}");
    assert_eq!(report["coverage"]["rules-not-reached"], serde_json::json!([]));
    assert_eq!(report["coverage"]["issues-not-raised"], serde_json::json!([]));
}

#[test]
fn a_new_plugins_own_tests_pass_without_a_sandbox() {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let target = folder("native-target");
    let mut command = Command::new(cargo);
    command.args(["test", "--quiet", "--manifest-path"]).arg(Path::new(plugin()).join("Cargo.toml"));
    let output = command.arg("--target-dir").arg(target).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_new_plugin_names_the_next_steps_and_overwrites_nothing() {
    let path = folder("taken");
    fs::remove_dir_all(&path).unwrap();
    let path = path.to_str().unwrap();
    assert!(lockstep(["new", "orders", "--path", path]).ends(0).contains("lockstep test"));
    lockstep(["new", "orders", "--path", path]).fails(3, &[path, "is there already", "--path"]);
}

#[test]
fn a_name_that_no_crate_can_have_is_refused() {
    lockstep(["new", "Sales_Orders"]).fails(2, &["`Sales_Orders`", "lower-case letters", "purchase-requests"]);
    lockstep(["new", "match"]).fails(2, &["`match`", "Rust", "`my-match`"]);
}
