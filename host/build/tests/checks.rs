//! Packages whose parts agree, and some whose do not.
#![cfg(feature = "check")]

use lockstep_build::{BuildError, CheckError, check_package};
use lockstep_engine::{Engine, EngineConfig, Profile};
use lockstep_model::Limits;
use lockstep_package::{Sections, Workspace};

use crate::sample::Sample;

#[expect(dead_code, reason = "other tests use all of it")]
mod sample;

const LIMITS: Limits = Limits {
    fuel: 10_000_000,
    instantiation_fuel: 1_000_000,
    memory_bytes: 4 << 20,
    table_elements: 1_000,
    input_bytes: 1 << 20,
    output_bytes: 1 << 20,
    issues: 100,
    patches: 10,
    log_lines: 10,
    look_ups: 10,
    rounds: 4,
    wall_clock_ms: 10_000,
};

const MESSAGES: &str = "too-small = At least { $minimum }.\nworkspace-title = Samples\n";

/// The sample has no entities, so its workspace can have no page that fits.
const WORKSPACE: &str = r##"title = "workspace-titel"
icon = "box"
color = "#0f6cbd"
roles = ["clerk"]

[[page]]
name = "samples"
kind = "list"
title = "workspace-title"
entity = "sample"
columns = ["number"]
"##;

fn engine() -> Engine {
    Engine::new(&EngineConfig::device(Profile::Portable)).unwrap()
}

fn check(english: &str) -> Result<String, CheckError> {
    let sample = Sample::new();
    sample.write("messages/en.ftl", english);
    let package = sample.build().unwrap();
    check_package(&engine(), &package.bytes, &LIMITS).map(|checked| checked.manifest.name)
}

#[test]
fn messages_that_fit_the_issues_are_in_order() {
    assert_eq!(check("too-small = At least { $minimum }.\n").unwrap(), "sample-guest");
}

#[test]
fn messages_that_do_not_fit_the_issues_are_all_named() {
    assert_eq!(
        check("too-small = At least { $maximum }.\n").unwrap_err().to_string(),
        "messages and plugin do not agree: the message `too-small` of `en` names `$maximum`, which the issue does not \
         have; put the files in `messages` right"
    );
    assert_eq!(
        check("# None.\n").unwrap_err().to_string(),
        "messages and plugin do not agree: the messages of `en` have none for the issue `too-small`; put the files in \
         `messages` right"
    );
}

#[test]
fn labels_for_what_the_plugin_does_not_have_are_named() {
    assert_eq!(
        check("too-small = At least { $minimum }.\nlabel-entity-order = Order\n").unwrap_err().to_string(),
        "messages and plugin do not agree: the label `label-entity-order` of `en` is for nothing that the plugin has; \
         put the files in `messages` right"
    );
}

#[test]
fn a_wrong_workspace_fails_at_its_lines_and_no_package_is_written() {
    let sample = Sample::new();
    sample.write("messages/en.ftl", MESSAGES).write("workspace.toml", WORKSPACE);
    let error = sample.build_checked(&engine(), &LIMITS).unwrap_err();
    assert!(matches!(error, BuildError::Mistakes { .. }), "{error}");
    let folder = sample.folder.path().display().to_string();
    assert_eq!(
        error.to_string().replace(&folder, "FOLDER"),
        "FOLDER/workspace.toml:1:9: `en` has no message `workspace-titel`: add it to `messages/en.ftl`\n\
         FOLDER/workspace.toml:10:10: the plugin has no entity `sample`: there is none"
    );
    sample.write("messages/en.ftl", "# None.\n");
    let error = sample.build_checked(&engine(), &LIMITS).unwrap_err();
    let BuildError::Check { source, .. } = error else { panic!("{error}") };
    assert!(matches!(*source, CheckError::Disagreements(_)), "{source}");
}

#[test]
fn a_package_with_a_workspace_that_does_not_fit_is_not_in_order() {
    let sample = Sample::new();
    sample.write("messages/en.ftl", MESSAGES).write("workspace.toml", WORKSPACE);
    let package = sample.build().unwrap();
    let read = Workspace::read(&Sections::parse(&package.bytes).unwrap()).unwrap();
    assert_eq!(read, package.workspace);
    let error = check_package(&engine(), &package.bytes, &LIMITS).err().unwrap();
    assert_eq!(
        error.to_string(),
        "the workspace is not in order: `en` has no message `workspace-titel`: add it to `messages/en.ftl`; the \
         plugin has no entity `sample`: there is none; build the package anew from its sources"
    );
}

#[test]
fn a_plugin_without_a_workspace_builds() {
    let sample = Sample::new();
    sample.write("messages/en.ftl", MESSAGES);
    let built = sample.build_checked(&engine(), &LIMITS).unwrap();
    assert_eq!(built.workspace, None);
    assert!(check_package(&engine(), &built.bytes, &LIMITS).unwrap().workspace.is_none());
}
