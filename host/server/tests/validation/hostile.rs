//! Packages that mean ill: each is refused in bounded time, and harms nobody else.

use std::time::{Duration, Instant};

use lockstep_server::{State, validation::ReasonCode};

use crate::{
    guests::{case, core_import, guest, importing, long_code, package, signed},
    support::{World, codes, settings},
};

pub(crate) fn each_is_refused_with_its_reason() {
    use ReasonCode::{CaseDiffers, CasesMissing, ContractVersion, Imports, NotLoadable, SignatureWrong};
    let world = World::new();
    let case = case(8, 125);
    let cases = [("eighth", case.as_str())];
    let of = |name: &str| package(&guest(name), name, &cases);
    let mut cut = of("panicking-rule");
    cut.truncate(cut.len() / 2);
    for (what, file, expected) in [
        ("nothing", Vec::new(), &[NotLoadable][..]),
        ("garbage", vec![0xa5; 5000], &[NotLoadable]),
        ("a text", b"hello".to_vec(), &[NotLoadable]),
        ("a core module", b"\0asm\x01\0\0\0".to_vec(), &[SignatureWrong, NotLoadable, CasesMissing]),
        ("an empty component", signed(b"\0asm\x0d\0\x01\0"), &[NotLoadable, ContractVersion, CasesMissing]),
        ("half a package", cut, &[NotLoadable]),
        ("a component around WASI", package(&core_import(), "wasi", &cases), &[ContractVersion]),
        ("no plugin", of("no-plugin"), &[ContractVersion]),
        ("a newer contract", of("newer-contract"), &[ContractVersion]),
        ("another contract", of("wrong-contract"), &[ContractVersion]),
        ("an import", of("import-function"), &[Imports]),
        ("a development build", of("development-build"), &[Imports]),
        ("a start without an end", of("looping-start"), &[NotLoadable]),
        ("an evaluation without an end", of("endless-loop"), &[CaseDiffers]),
        ("memory without an end", of("memory-growth"), &[CaseDiffers]),
        ("an answer without an end", of("huge-output"), &[CaseDiffers]),
        ("needs without an end", of("needs-for-ever"), &[CaseDiffers]),
        ("a stack without an end", of("deep-recursion"), &[CaseDiffers]),
        ("an answer in no text", of("bad-text"), &[CaseDiffers]),
    ] {
        let start = Instant::now();
        let found = world.upload(&file);
        assert_eq!(found.state, State::Refused, "{what}");
        let mut codes = codes(&found);
        codes.sort_unstable();
        codes.dedup();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(codes, expected, "{what}: {:?}", found.reasons);
        assert!(found.reasons.iter().all(|reason| !reason.message.is_empty() && !reason.message.contains('\n')));
        assert!(start.elapsed() < Duration::from_secs(30), "{what} took {:?}", start.elapsed());
    }
    assert!(world.is_clean());
    let good = world.upload(&of("panicking-rule"));
    assert_eq!(good.state, State::Validated, "{:?}", good.reasons);
}

pub(crate) fn all_that_a_component_may_not_import_is_named_at_once() {
    let world = World::new();
    let case = case(8, 125);
    let found = world.upload(&package(&importing(&["clock", "disk", "network"]), "greedy", &[("eighth", &case)]));
    let said: Vec<_> = found.reasons.iter().map(|reason| (reason.code, &*reason.message)).collect();
    assert_eq!(said.len(), 4, "{said:?}");
    assert_eq!(said[0].0, ReasonCode::ContractVersion);
    for ((code, message), name) in said[1..].iter().zip(["clock", "disk", "network"]) {
        assert!(*code == ReasonCode::Imports && message.contains(&format!("`{name}`")), "{message}");
    }
}

pub(crate) fn code_that_takes_for_ever_to_compile_is_ended_while_others_go_through() {
    let deadline = Duration::from_secs(3);
    let mut quick = settings("check");
    quick.deadline = deadline;
    quick.check.package_bytes_max = 32 << 20;
    let world = World::with(quick);
    let start = Instant::now();
    let slow = world.begin(&package(&long_code(700, 4000), "slow", &[])).expect("there is room");
    let case = case(8, 125);
    let good = world.upload(&package(&guest("panicking-rule"), "divider", &[("eighth", &case)]));
    assert_eq!(good.state, State::Validated, "{:?}", good.reasons);
    // The answer comes a moment before its validation is counted no more.
    while world.validator().running() > 1 {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(world.validator().running(), 1, "the slow one is under way yet");
    let slow = slow.wait().expect("it ends");
    // What was found before it was compiled is not lost.
    assert_eq!(codes(&slow), [ReasonCode::CasesMissing, ReasonCode::ValidationTime], "{:?}", slow.reasons);
    assert!(slow.reasons[1].message.contains("longer than 3 s"), "{}", slow.reasons[1]);
    assert!(start.elapsed() < deadline + Duration::from_secs(3), "{:?}", start.elapsed());
    assert!(world.is_clean());
}

pub(crate) fn code_that_takes_too_much_memory_to_compile_is_ended() {
    let mut narrow = settings("check");
    narrow.check.memory_bytes = 96 << 20;
    narrow.check.package_bytes_max = 32 << 20;
    let world = World::with(narrow);
    let found = world.upload(&package(&long_code(4, 200_000), "large", &[]));
    assert_eq!(codes(&found), [ReasonCode::CasesMissing, ReasonCode::ValidationMemory], "{:?}", found.reasons);
    assert!(found.reasons[1].message.contains("96 MiB"), "{}", found.reasons[1]);
}

pub(crate) fn processor_time_is_limited_by_the_process_itself() {
    let mut quick = settings("check");
    quick.check.processor_seconds = 2;
    quick.check.package_bytes_max = 32 << 20;
    let world = World::with(quick);
    let found = world.upload(&package(&long_code(700, 4000), "slow", &[]));
    assert_eq!(codes(&found), [ReasonCode::CasesMissing, ReasonCode::ValidationTime], "{:?}", found.reasons);
    assert!(found.reasons[1].message.contains("2 s of processor time"), "{}", found.reasons[1]);
}
