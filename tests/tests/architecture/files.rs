//! How files are kept: their length, their first line, licences, manifests.

use std::fs;

use crate::{
    sources::sources,
    workspace::{Package, WORKSPACE},
};

/// A file with more lines has more than one subject.
const LINES_MAX: usize = 400;

/// Why entities are whole.
const ENTITY: &str = "an entity's module stands in one file, and most of its lines are fields and their rules' heads";

/// The known outliers, and why they are whole.
const OUTLIERS: &[(&str, &str)] = &[
    ("plugins/cost-controlling/src/statement.rs", ENTITY),
    ("plugins/expense-management/src/report.rs", ENTITY),
    ("plugins/project-time-entry/src/timesheet.rs", ENTITY),
    ("plugins/sales-orders/src/order.rs", ENTITY),
    ("plugins/vendor-collaboration/src/response.rs", ENTITY),
];

#[test]
fn files_have_one_subject() {
    let mut wrong = Vec::new();
    for source in sources(&["host", "sdk", "plugins", "benches", "tests"]) {
        let (lines, is_known) = (source.text.lines().count(), OUTLIERS.iter().any(|(path, _)| *path == source.path));
        if lines > LINES_MAX && !is_known {
            wrong.push(format!("{} has {lines} lines, more than {LINES_MAX}: split it by subject", source.path));
        }
        if lines <= LINES_MAX && is_known {
            wrong.push(format!("{} is no outlier any more: take it off the list", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_say_what_they_are_for() {
    let sources = sources(&["host", "sdk", "plugins", "benches", "tests"]);
    let silent: Vec<_> =
        sources.iter().filter(|source| !source.text.starts_with("//! ")).map(|source| &source.path).collect();
    assert!(silent.is_empty(), "these files do not begin with `//! ` and their subject: {silent:#?}");
}

#[test]
fn the_licence_texts_are_there() {
    for (name, words) in [("LICENSE-APACHE", "Apache License"), ("LICENSE-MIT", "Permission is hereby granted")] {
        let text = fs::read_to_string(WORKSPACE.root.join(name)).unwrap_or_default();
        assert!(text.contains(words), "{name} is missing or is something else");
    }
}

#[test]
fn the_lock_file_is_committed() {
    let ignored = fs::read_to_string(WORKSPACE.root.join(".gitignore")).expect("there is a .gitignore");
    assert!(WORKSPACE.root.join("Cargo.lock").is_file() && !ignored.contains("Cargo.lock"));
}

#[test]
fn every_crate_inherits_the_lints_and_says_what_it_is() {
    let manifest = |package: &Package| fs::read_to_string(&package.manifest_path).expect("a manifest is text");
    for package in WORKSPACE.members() {
        let text = manifest(package);
        assert!(text.contains("[lints]\nworkspace = true"), "{}: inherit the workspace's lints", package.name);
        assert!(text.contains("\ndescription = \""), "{}: say what it is for", package.name);
        assert!(text.contains("publish.workspace = true"), "{}: it is on no registry", package.name);
    }
}
