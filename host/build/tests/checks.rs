//! Packages whose parts agree, and some whose do not.
#![cfg(feature = "check")]

use lockstep_build::{CheckError, check_package};
use lockstep_engine::{Engine, EngineConfig, Profile};
use lockstep_model::Limits;

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

fn check(english: &str) -> Result<String, CheckError> {
    let sample = Sample::new();
    sample.write("messages/en.ftl", english);
    let engine = Engine::new(&EngineConfig::device(Profile::Portable)).unwrap();
    let package = sample.build().unwrap();
    check_package(&engine, &package.bytes, &LIMITS).map(|checked| checked.manifest.name)
}

#[test]
fn messages_that_fit_the_issues_are_in_order() {
    assert_eq!(check("too-small = At least { $minimum }.\n").unwrap(), "sample-guest");
}

#[test]
fn messages_that_do_not_fit_the_issues_are_all_named() {
    assert_eq!(
        check("too-small = At least { $maximum }.\n").unwrap_err().to_string(),
        "messages and issues do not agree: the message `too-small` of `en` names `$maximum`, which the issue does not \
         have; put the files in `messages` right"
    );
    assert_eq!(
        check("# None.\n").unwrap_err().to_string(),
        "messages and issues do not agree: the messages of `en` have none for the issue `too-small`; put the files in \
         `messages` right"
    );
}
