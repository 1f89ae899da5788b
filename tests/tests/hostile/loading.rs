//! Components that do not load.

pub(crate) mod looping_start {
    use lockstep_engine::{FaultKind, LoadError, Stage};
    use lockstep_tests::guests;

    use crate::check_refused;

    #[test]
    fn a_start_that_does_not_end_runs_out_of_its_own_fuel() {
        let LoadError::Fault(fault) = check_refused(guests::LOOPING_START) else { panic!("not a fault") };
        assert_eq!((fault.kind, fault.stage), (FaultKind::OutOfFuel, Stage::Instantiation));
    }
}

pub(crate) mod huge_descriptor {
    use lockstep_engine::{FaultKind, LoadError, Stage};
    use lockstep_tests::guests;

    use crate::check_refused;

    #[test]
    fn a_descriptor_is_bounded_as_an_answer_is() {
        let LoadError::Fault(fault) = check_refused(guests::HUGE_DESCRIPTOR) else { panic!("not a fault") };
        assert_eq!((fault.kind, fault.stage), (FaultKind::OutputTooLarge, Stage::Describe));
    }
}

pub(crate) mod wrong_contract {
    use lockstep_engine::LoadError;
    use lockstep_tests::guests;

    use crate::check_refused;

    #[test]
    fn other_types_under_the_contracts_name_are_refused() {
        let refused = check_refused(guests::WRONG_CONTRACT);
        assert!(matches!(&refused, LoadError::WrongContract { version, .. } if version == "1.0.0"), "{refused:?}");
    }
}

pub(crate) mod newer_contract {
    use lockstep_tests::guests;

    use crate::check_refused;

    #[test]
    fn a_plugin_for_a_newer_host_says_so() {
        let said = check_refused(guests::NEWER_CONTRACT).to_string();
        assert!(said.starts_with("the plugin was built for a newer host: it speaks contract 1.1.0"), "{said}");
    }
}

pub(crate) mod no_plugin {
    use lockstep_engine::LoadError;
    use lockstep_tests::guests;

    use crate::check_refused;

    #[test]
    fn a_component_that_is_no_plugin_is_refused() {
        assert!(matches!(check_refused(guests::NO_PLUGIN), LoadError::NoPlugin));
    }
}

pub(crate) mod import_function {
    use lockstep_tests::guests;

    #[test]
    fn an_imported_function_is_named() {
        super::check_import(guests::IMPORT_FUNCTION, "ask-the-host");
    }
}

pub(crate) mod import_interface {
    use lockstep_tests::guests;

    #[test]
    fn an_imported_interface_is_named() {
        super::check_import(guests::IMPORT_INTERFACE, "example:host/clock@1.0.0");
    }
}

pub(crate) mod import_resource {
    use lockstep_tests::guests;

    #[test]
    fn an_imported_resource_is_named() {
        super::check_import(guests::IMPORT_RESOURCE, "example:host/files@1.0.0");
    }
}

fn check_import(component: &[u8], import: &str) {
    let refused = crate::check_refused(component);
    assert!(
        matches!(&refused, lockstep_engine::LoadError::Import { name } if name == import),
        "expected the import {import}, not {refused:?}"
    );
}

pub(crate) mod development_build {
    use std::sync::{Arc, Mutex};

    use lockstep_engine::{Engine, EngineConfig, EvaluateError, FaultKind, LoadError, LogSink, Profile};
    use lockstep_model::Evaluate;
    use lockstep_tests::guests;

    use crate::{LIMITS, check_refused, thing};

    #[test]
    fn an_engine_for_packages_refuses_it() {
        assert!(matches!(check_refused(guests::DEVELOPMENT_BUILD), LoadError::DevelopmentBuild));
    }

    #[test]
    fn it_logs_and_a_panic_comes_with_its_message() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        let sink = LogSink::new(move |line| kept.lock().expect("nobody panics with it").push(line.to_owned()));
        let config = EngineConfig::device(Profile::Native).with_development_builds(sink);
        let engine = Engine::new(&config).expect("the settings go together");
        let plugin = engine.load(guests::DEVELOPMENT_BUILD, &LIMITS).expect("it loads");
        assert_eq!(plugin.imports(), ["log"]);

        let Err(EvaluateError::Fault(fault)) = plugin.evaluate(&thing(0), &LIMITS) else { panic!("no fault") };
        assert_eq!((fault.kind, fault.rule.as_deref()), (FaultKind::Panic, Some("total")));
        let message = fault.message.expect("a development build has one");
        assert!(message.contains("attempt to divide by zero"), "{message}");
        assert_eq!(lines.lock().expect("nobody panics with it")[0], "about to divide");
    }
}

mod limits {
    use std::sync::atomic::{AtomicBool, Ordering};

    use lockstep_engine::{
        CallerError, Engine, EngineConfig, EvaluateError, FaultKind, HostError, LoadError, Pool, Profile, Stage,
    };
    use lockstep_model::{Evaluate, Limits};
    use lockstep_tests::guests;

    use crate::{ENGINES, LIMITS, load, thing};

    #[test]
    fn a_guest_that_begins_with_more_memory_than_allowed_does_not_start() {
        check_does_not_start(&Limits { memory_bytes: 32 << 10, ..LIMITS });
    }

    #[test]
    fn nor_one_with_more_table_elements() {
        check_does_not_start(&Limits { table_elements: 0, ..LIMITS });
    }

    fn check_does_not_start(limits: &Limits) {
        for engine in &*ENGINES {
            match engine.load(guests::COUNTER, limits) {
                Err(LoadError::Fault(fault)) => {
                    assert_eq!((fault.kind, fault.stage), (FaultKind::OutOfMemory, Stage::Instantiation));
                }
                other => panic!("expected a fault, not {:?}", other.map(|plugin| plugin.digest())),
            }
        }
    }

    #[test]
    fn a_request_beyond_the_input_limit_is_its_callers_error() {
        let limits = Limits { input_bytes: 10, ..LIMITS };
        for plugin in load(guests::COUNTER) {
            let refused = plugin.evaluate(&thing(1), &limits);
            assert!(
                matches!(refused, Err(EvaluateError::Caller(CallerError::InputTooLarge { max: 10, .. }))),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn a_request_that_does_not_fit_is_its_callers_error_and_says_where() {
        let mut request = thing(1);
        request.document.header.integers.clear();
        for plugin in load(guests::COUNTER) {
            let said = plugin.evaluate(&request, &LIMITS).expect_err("it does not fit").to_string();
            assert!(said.starts_with("the request does not fit the plugin: "), "{said}");
        }
    }

    #[test]
    fn a_component_larger_than_the_engine_takes_is_refused_unread() {
        let config = EngineConfig { component_bytes_max: 100, ..EngineConfig::device(Profile::Native) };
        let engine = Engine::new(&config).expect("the settings go together");
        let refused = engine.load(guests::COUNTER, &LIMITS).map(|plugin| plugin.digest());
        assert!(matches!(refused, Err(LoadError::TooLarge { max: 100, .. })), "{refused:?}");
    }

    #[test]
    fn limits_above_what_the_engine_can_give_are_refused() {
        let limits = Limits { memory_bytes: 1 << 30, ..LIMITS };
        let [native, _] = load(guests::COUNTER);
        let refused = native.evaluate(&thing(1), &limits);
        assert!(matches!(refused, Err(EvaluateError::Host(HostError::LimitAboveEngine { .. }))), "{refused:?}");
    }

    #[test]
    fn one_evaluation_more_than_the_pool_has_sandboxes_is_refused_and_nothing_else() {
        let config = EngineConfig::server(Profile::Native, Pool { sandboxes: 1, ..Pool::STANDARD });
        let engine = Engine::new(&config).expect("the settings go together");
        let busy = engine.load(guests::ENDLESS_LOOP, &LIMITS).expect("it loads");
        let decent = engine.load(guests::COUNTER, &LIMITS).expect("it loads");
        let long = Limits { fuel: u64::MAX >> 1, wall_clock_ms: 1_000, ..LIMITS };
        let stopped = AtomicBool::new(false);
        let refused = std::thread::scope(|scope| {
            scope.spawn(|| {
                // Until it has the sandbox, which the other thread may have at the moment.
                while let Err(EvaluateError::Host(_)) = busy.evaluate(&thing(1), &long) {}
                stopped.store(true, Ordering::Relaxed);
            });
            let served = || decent.evaluate(&thing(1), &LIMITS);
            std::iter::repeat_with(served).take_while(|_| !stopped.load(Ordering::Relaxed)).find_map(Result::err)
        });
        assert!(matches!(refused, Some(EvaluateError::Host(HostError::PoolExhausted))), "{refused:?}");
        decent.evaluate(&thing(1), &LIMITS).expect("the sandbox is free again");
    }
}
