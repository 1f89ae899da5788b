//! Packages that mean well.

use lockstep_engine::{CodeKey, Engine, EngineConfig, Pool, Profile};
use lockstep_model::Digest;
use lockstep_server::{
    State,
    validation::{ReasonCode, engine_names},
};

use crate::{
    guests::{case, guest, package, package_with, signed},
    support::{LIMITS, World, codes, settings},
};

pub(crate) fn a_good_package_is_validated_and_compiled() {
    let world = World::new();
    let cases = [("eighth", case(8, 125)), ("tenth", case(10, 100))];
    let cases: Vec<_> = cases.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let file = package(&guest("panicking-rule"), "divider", &cases);
    let found = world.upload(&file);
    assert_eq!(found.state, State::Validated, "{:?}", found.reasons);
    assert_eq!((found.name.as_deref(), found.version.as_deref()), (Some("divider"), Some("1.0.0")));
    assert_eq!((found.cases, found.float_free), (2, Some(true)));
    let engines: Vec<_> = found.code.iter().map(|code| code.engine.clone()).collect();
    assert_eq!(engines, engine_names());
    let registry = world.environment().registry();
    assert_eq!(registry.file(&found.digest).expect("it is kept"), file);
    for code in &found.code {
        let bytes = registry.code(&found.digest, &code.engine).expect("it is kept");
        assert_eq!((Digest::of(&bytes), bytes.len() as u64), (code.digest, code.bytes));
    }
    let actions: Vec<_> = registry.audit(0, 10).expect("it can be read").into_iter().map(|line| line.action).collect();
    assert_eq!(actions, ["key-added", "uploaded", "validated"]);
    assert!(world.is_clean());
}

pub(crate) fn its_code_loads_where_it_is_meant_for() {
    let world = World::new();
    let case = case(8, 125);
    let found = world.upload(&package(&guest("panicking-rule"), "divider", &[("eighth", &case)]));
    for (profile, name) in [Profile::Native, Profile::Portable].into_iter().zip(engine_names()) {
        let config = match profile {
            Profile::Native => EngineConfig::server(profile, Pool::STANDARD),
            Profile::Portable => EngineConfig::device(profile),
        };
        let engine = Engine::new(&config).expect("an engine");
        assert_eq!(engine.name(), name);
        let code = world.environment().registry().code(&found.digest, &name).expect("it is kept");
        let key = CodeKey::new([1; 32]);
        let plugin = engine.load_precompiled(&code, &key.proof(&code), &key, &LIMITS).expect("it loads");
        assert_eq!(plugin.digest(), found.digest);
    }
}

pub(crate) fn cases_that_differ_are_all_named() {
    let world = World::new();
    let (right, wrong, faulty) = (case(8, 125), case(8, 126), case(0, 1));
    let silent = right.replace(r#""expect""#, r#""description": "none", "ignored""#);
    let expecting_nothing =
        right.split(r#""expect""#).next().expect("a start").trim_end().trim_end_matches(',').to_owned() + "}";
    let unknown = right.replace("\"number\"", "\"size\"");
    let cases = [
        ("right", &*right),
        ("wrong", &wrong),
        ("faulty", &faulty),
        ("silent", &silent),
        ("expecting-nothing", &expecting_nothing),
        ("unknown-field", &unknown),
    ];
    let found = world.upload(&package(&guest("panicking-rule"), "divider", &cases));
    assert_eq!(found.state, State::Refused);
    let said: Vec<_> =
        found.reasons.iter().map(|it| (it.code, it.subject.as_deref().unwrap_or_default(), &*it.message)).collect();
    let names: Vec<_> = said.iter().map(|(_, subject, _)| *subject).collect();
    assert_eq!(names, ["expecting-nothing", "faulty", "silent", "unknown-field", "wrong"], "{said:?}");
    assert!(said.iter().all(|(code, ..)| *code == ReasonCode::CaseDiffers), "{said:?}");
    assert!(said[0].2.contains("it expects nothing"), "{}", said[0].2);
    assert!(said[1].2.contains("rule `total` panicked"), "{}", said[1].2);
    assert!(said[4].2.contains("derived.total: expected") && said[4].2.contains("125"), "{}", said[4].2);
}

pub(crate) fn what_this_server_wants_is_asked_for() {
    let mut strict = settings("check");
    strict.check.float_free = true;
    strict.check.cases_min = 3;
    "0.0.9".clone_into(&mut strict.check.host_version);
    let world = World::with(strict);
    let found = world.upload(&package(&guest("float-nan"), "floating", &[]));
    assert_eq!(codes(&found), [ReasonCode::Floats, ReasonCode::CasesMissing], "{:?}", found.reasons);
    assert_eq!(found.float_free, Some(false));
    assert!(found.reasons[0].message.contains("f64."), "{}", found.reasons[0]);

    let mut small = settings("check");
    small.check.package_bytes_max = 1000;
    let world = World::with(small);
    let case = case(8, 125);
    let found = world.upload(&package(&guest("panicking-rule"), "divider", &[("eighth", &case)]));
    assert_eq!(codes(&found), [ReasonCode::TooLarge]);
}

pub(crate) fn parts_that_do_not_agree_are_all_named() {
    let world = World::new();
    let case = case(8, 1);
    let mut file = package_with(&guest("panicking-rule"), "divider", &[("eighth", &case)], "even = Even\n");
    let section = br#"{"title": "t", "icon": "i", "color": "blue", "roles": [], "pages": []}"#;
    let opened = lockstep_package::Package::open(&file).expect("it is signed").content().to_vec();
    file = opened;
    lockstep_package::sections::append(&mut file, lockstep_package::workspace::SECTION, section).expect("it takes it");
    let found = world.upload(&signed(&file));
    let mut codes = codes(&found);
    codes.dedup();
    assert_eq!(codes, [ReasonCode::Messages, ReasonCode::Workspace, ReasonCode::CaseDiffers], "{:?}", found.reasons);
    assert!(found.reasons[0].message.contains("`odd`"), "{}", found.reasons[0]);
}
