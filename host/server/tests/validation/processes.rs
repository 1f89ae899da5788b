//! Processes that do not do what they should, and a server that stops at the wrong moment.

use std::time::{Duration, Instant};

use lockstep_server::{
    RegistryError, State, Validator,
    validation::{ReasonCode, Report, child, engine_names},
};

use crate::{
    guests::{case, guest, package},
    support::{CHANGE, LIMITS, World, codes, settings},
};

fn good() -> Vec<u8> {
    let case = case(8, 125);
    package(&guest("panicking-rule"), "divider", &[("eighth", &case)])
}

pub(crate) fn whatever_the_process_does_the_answer_comes() {
    for (word, code, part) in [
        ("hang", ReasonCode::ValidationTime, "longer than 1 s"),
        ("abort", ReasonCode::ValidationCrashed, "signal: 6"),
        ("fail", ReasonCode::ValidationCrashed, "exit status: 3"),
        ("babble", ReasonCode::ValidationCrashed, "its report cannot be read"),
        ("lie", ReasonCode::ValidationCrashed, "its code is not what it says"),
    ] {
        let mut short = settings(word);
        if word == "hang" {
            short.deadline = Duration::from_secs(1);
        }
        let world = World::with(short);
        let found = world.upload(&good());
        assert_eq!(codes(&found), [code], "{word}: {:?}", found.reasons);
        assert!(found.reasons[0].message.contains(part), "{word}: {}", found.reasons[0]);
        assert!(world.is_clean(), "{word}");
    }
}

pub(crate) fn what_a_process_leaves_running_keeps_nobody_waiting() {
    let world = World::with(settings("leave"));
    let start = Instant::now();
    let found = world.upload(&good());
    assert_eq!((found.state, found.cases), (State::Validated, 7), "{:?}", found.reasons);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

pub(crate) fn a_validation_reads_nothing_but_its_package() {
    let world = World::with(settings("peek"));
    let result = world.begin(&good()).expect("there is room").wait();
    if child::is_confined() {
        let found = result.expect("it was let do nothing");
        assert_eq!(found.state, State::Validated, "{:?}", found.reasons);
    } else {
        let said = result.expect_err("it was let do all of it").to_string();
        assert!(said.contains("true"), "{said}");
    }
    assert!(world.is_clean());
}

pub(crate) fn a_program_that_is_missing_is_not_the_packages_fault() {
    let mut missing = settings("check");
    missing.program = "/nowhere/at/all".into();
    for settings in [missing, settings("host-fault")] {
        let mut world = World::with(settings);
        let waiting = world.begin(&good()).expect("there is room");
        let digest = waiting.digest;
        let error = waiting.wait().expect_err("nothing validates it");
        assert!(matches!(error, RegistryError::Host(_)), "{error}");
        let state = |world: &World| world.environment().registry().show(&digest).expect("it is there").state;
        assert_eq!(state(&world), State::Uploaded);
        world.restart(crate::support::settings("check"));
        world.validator().close();
        assert_eq!(state(&world), State::Validated);
    }
}

pub(crate) fn no_more_wait_than_may() {
    let mut narrow = settings("hang");
    (narrow.at_a_time, narrow.waiting_max, narrow.deadline) = (1, 2, Duration::from_secs(1));
    let world = World::with(narrow);
    let file = |number: usize| package(&guest("panicking-rule"), &format!("divider-{number}"), &[]);
    let first = world.begin(&file(0)).expect("there is room");
    let start = Instant::now();
    while world.validator().running() == 0 && start.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let others: Vec<_> = (1..3).map(|number| world.begin(&file(number)).expect("there is room")).collect();
    let audited = world.environment().registry().audit(0, 100).expect("it can be read").len();
    let error = world.begin(&file(3)).map(|_| ()).expect_err("there is no room");
    assert!(matches!(error, RegistryError::Busy { waiting: 2 }), "{error}");
    assert_eq!(world.environment().registry().audit(0, 100).expect("it can be read").len(), audited);
    for waiting in std::iter::once(first).chain(others) {
        assert_eq!(codes(&waiting.wait().expect("it ends")), [ReasonCode::ValidationTime]);
    }
    // Then there is room again; the same file is looked at anew.
    assert_eq!(codes(&world.upload(&file(0))), [ReasonCode::ValidationTime]);
}

pub(crate) fn what_was_interrupted_is_validated_at_the_next_start() {
    let mut world = World::with(settings("hang"));
    let waiting: Vec<_> = ["one", "two", "three"]
        .map(|name| world.begin(&package(&guest("counter"), name, &[("once", &case(8, 1))])).expect("there is room"))
        .into();
    std::thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    world.restart(settings("check"));
    assert!(start.elapsed() < Duration::from_secs(5), "stopping took {:?}", start.elapsed());
    world.validator().close();
    for waiting in &waiting {
        let found = world.environment().registry().show(&waiting.digest).expect("it is there");
        assert_eq!(found.state, State::Validated, "{:?}", found.reasons);
    }
}

pub(crate) fn closing_finishes_what_was_taken() {
    let world = World::new();
    let waiting: Vec<_> = ["one", "two", "three"]
        .map(|name| world.begin(&package(&guest("counter"), name, &[("once", &case(8, 1))])).expect("there is room"))
        .into();
    world.validator().close();
    let error = world.begin(&good()).map(|_| ()).expect_err("it is closed");
    assert!(matches!(error, RegistryError::Busy { .. }), "{error}");
    for waiting in waiting {
        let state = world.environment().registry().show(&waiting.digest).expect("it is there").state;
        assert_eq!(state, State::Validated);
        assert_eq!(waiting.wait().expect("it has ended").state, state);
    }
}

pub(crate) fn a_server_with_another_engine_compiles_what_is_there() {
    let mut world = World::new();
    world.validator = None;
    let registry = world.environment().registry();
    let begun = registry.begin_upload(&good(), &CHANGE).expect("new");
    let code = [("wasmtime-1.0.0/portable".to_owned(), b"old code".to_vec())];
    let report = Report { cases: 1, ..Report::default() };
    registry.finish_upload(&begun.digest, &report, &code, &CHANGE).expect("it ends");
    let revision = registry.revision();
    world.start(settings("check"));
    world.validator().close();
    let found = world.environment().registry().show(&begun.digest).expect("it is there");
    let engines: Vec<_> = found.code.iter().map(|code| code.engine.as_str()).collect();
    let [native, portable] = engine_names();
    assert_eq!(engines, ["wasmtime-1.0.0/portable", &native, &portable]);
    assert_eq!((found.state, world.environment().registry().revision()), (State::Validated, revision + 1));
}

pub(crate) fn settings_that_cannot_be_are_refused() {
    let world = World::new();
    let clock = || std::sync::Arc::new(|| lockstep_model::Timestamp(0));
    let mut large = settings("check");
    large.check.limits = lockstep_model::Limits { memory_bytes: 1 << 30, ..LIMITS };
    let mut none = settings("check");
    none.at_a_time = 0;
    for (settings, part) in [(large, "above the"), (none, "at least one")] {
        let error = Validator::start(settings, world.environment(), clock()).map(|_| ()).expect_err("it cannot be");
        assert!(error.to_string().contains(part), "{error}");
    }
}
