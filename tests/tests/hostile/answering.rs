//! Guests that load, and misbehave when they are asked.

pub(crate) mod endless_loop {
    use std::time::{Duration, Instant};

    use lockstep_engine::FaultKind;
    use lockstep_model::Limits;
    use lockstep_tests::guests;

    use crate::{LIMITS, check_fault};

    #[test]
    fn an_endless_loop_runs_out_of_fuel() {
        let fault = check_fault(guests::ENDLESS_LOOP, 1, &LIMITS);
        assert_eq!(fault.kind, FaultKind::OutOfFuel);
    }

    #[test]
    fn where_fuel_is_plenty_the_clock_stops_it() {
        let started = Instant::now();
        let fault = check_fault(guests::ENDLESS_LOOP, 1, &Limits { fuel: u64::MAX >> 1, wall_clock_ms: 50, ..LIMITS });
        assert_eq!(fault.kind, FaultKind::OutOfTime);
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    }
}

pub(crate) mod deep_recursion {
    use lockstep_engine::FaultKind;
    use lockstep_tests::guests;

    use crate::{LIMITS, check_fault};

    #[test]
    fn a_deep_recursion_overflows_the_stack_in_its_rule() {
        let fault = check_fault(guests::DEEP_RECURSION, 1, &LIMITS);
        assert_eq!((fault.kind, fault.rule.as_deref()), (FaultKind::StackOverflow, Some("total")));
    }
}

pub(crate) mod deep_stack {
    use lockstep_engine::FaultKind;
    use lockstep_tests::guests;

    use crate::{LIMITS, check_fault};

    #[test]
    fn a_recursion_that_uses_up_the_stack_in_its_memory_is_called_the_same() {
        let fault = check_fault(guests::DEEP_STACK, 1, &LIMITS);
        assert_eq!((fault.kind, fault.rule.as_deref()), (FaultKind::StackOverflow, Some("total")));
    }
}

pub(crate) mod memory_growth {
    use lockstep_engine::FaultKind;
    use lockstep_tests::guests;

    use crate::{LIMITS, check_fault};

    #[test]
    fn a_guest_that_takes_all_memory_is_stopped_at_its_limit() {
        let fault = check_fault(guests::MEMORY_GROWTH, 1, &LIMITS);
        assert_eq!(fault.kind, FaultKind::OutOfMemory);
    }
}

pub(crate) mod huge_output {
    use lockstep_engine::FaultKind;
    use lockstep_model::Limits;
    use lockstep_tests::guests;

    use crate::{LIMITS, check_fault};

    #[test]
    fn an_answer_a_little_above_the_limit_is_refused_too() {
        let fault = check_fault(guests::HUGE_OUTPUT, 1, &Limits { output_bytes: (1 << 20) - 1, ..LIMITS });
        assert_eq!(fault.kind, FaultKind::OutputTooLarge);
    }

    #[test]
    fn lines_that_share_their_memory_count_each_for_itself() {
        let fault = check_fault(guests::HUGE_OUTPUT, 5_000, &LIMITS);
        assert_eq!(fault.kind, FaultKind::OutputTooLarge);
    }
}

pub(crate) mod bad_pointer {
    use lockstep_tests::guests;

    use crate::{LIMITS, assert_bad_output, check_fault};

    #[test]
    fn a_list_outside_the_memory_is_bad_output() {
        assert_bad_output(&check_fault(guests::BAD_POINTER, 1, &LIMITS), "out of bounds");
    }
}

pub(crate) mod bad_text {
    use lockstep_tests::guests;

    use crate::{LIMITS, assert_bad_output, check_fault};

    #[test]
    fn a_text_that_is_no_utf_8_is_bad_output() {
        assert_bad_output(&check_fault(guests::BAD_TEXT, 1, &LIMITS), "utf-8");
    }
}

pub(crate) mod bad_shape {
    use lockstep_model::Evaluate;
    use lockstep_tests::guests;

    use crate::{LIMITS, assert_bad_output, check_fault, load, thing, total};

    #[test]
    fn more_values_than_cells_are_bad_output() {
        assert_bad_output(&check_fault(guests::BAD_SHAPE, 3, &LIMITS), "3 words in the integer pool, expected 1");
    }

    #[test]
    fn an_issue_that_the_descriptor_does_not_have_is_bad_output() {
        assert_bad_output(&check_fault(guests::BAD_SHAPE, -1, &LIMITS), "no issue `no-such-issue`");
    }

    #[test]
    fn the_same_guest_is_served_when_it_keeps_to_its_descriptor() {
        for plugin in load(guests::BAD_SHAPE) {
            let evaluated = plugin.evaluate(&thing(1), &LIMITS).expect("the shape is right");
            assert_eq!(total(&evaluated.answer), 7);
        }
    }
}

pub(crate) mod too_many_issues {
    use lockstep_tests::guests;

    use crate::{LIMITS, assert_bad_output, check_fault};

    #[test]
    fn more_issues_than_allowed_are_bad_output() {
        assert_bad_output(&check_fault(guests::TOO_MANY_ISSUES, 101, &LIMITS), "101 issues are too many");
    }
}

pub(crate) mod needs_again {
    use lockstep_model::{Answered, Evaluate, Found, RecordSet, Request, TableRows};
    use lockstep_tests::guests;

    use crate::{LIMITS, load, thing};

    #[test]
    fn to_ask_for_what_was_given_is_a_plugin_fault() {
        let nothing = Answered { key_end: 3, limit: None, found: Found::Whole, rows: 0 };
        let rows = TableRows { table: 0, keys: "A-1".into(), answers: vec![nothing], rows: RecordSet::default() };
        let request = Request { rows: vec![rows], ..thing(1) };
        for plugin in load(guests::NEEDS_AGAIN) {
            let said = plugin.evaluate(&request, &LIMITS).expect_err("it was given").to_string();
            assert!(said.contains("needs `A-1` of table `item`, which it was given"), "{said}");
        }
    }
}

pub(crate) mod needs_for_ever {
    use lockstep_model::{RoundsError, Tables, evaluate_in_rounds};
    use lockstep_tests::guests;

    use crate::{LIMITS, load, thing};

    #[test]
    fn rounds_come_to_an_end() {
        for plugin in load(guests::NEEDS_FOR_EVER) {
            let descriptor = plugin.descriptor();
            let refused = evaluate_in_rounds(&plugin, descriptor, thing(1), &Tables::new(descriptor), &LIMITS);
            assert!(matches!(refused, Err(RoundsError::TooManyRounds { rounds: 5, .. })), "{refused:?}");
        }
    }
}

pub(crate) mod counter {
    use std::thread;

    use lockstep_model::Evaluate;
    use lockstep_tests::guests;

    use crate::{LIMITS, load, thing, total};

    #[test]
    fn a_global_never_remembers_an_earlier_evaluation() {
        for plugin in load(guests::COUNTER) {
            for _ in 0..100 {
                assert_eq!(total(&plugin.evaluate(&thing(1), &LIMITS).expect("it is served").answer), 1);
            }
        }
    }

    #[test]
    fn nor_one_that_goes_on_beside_it() {
        for plugin in load(guests::COUNTER) {
            let count = || {
                let evaluated = plugin.evaluate(&thing(1), &LIMITS).expect("it is served");
                total(&evaluated.answer)
            };
            let all_one = || (0..200).all(|_| count() == 1);
            let served =
                thread::scope(|scope| [(); 4].map(|()| scope.spawn(all_one)).map(thread::ScopedJoinHandle::join));
            assert!(served.into_iter().all(|served| served.is_ok_and(|all_one| all_one)));
        }
    }
}

pub(crate) mod float_nan {
    use lockstep_engine::inspect;
    use lockstep_model::Evaluate;
    use lockstep_tests::guests;

    use crate::{LIMITS, load, thing, total};

    const CANONICAL_NAN: i64 = 0x7ff8 << 48;

    #[test]
    fn a_nan_has_the_same_bits_however_it_was_made() {
        for plugin in load(guests::FLOAT_NAN) {
            for number in 0..64 {
                let evaluated = plugin.evaluate(&thing(number), &LIMITS).expect("it is served");
                assert_eq!(total(&evaluated.answer) & i64::MAX, CANONICAL_NAN, "{number}");
            }
        }
    }

    #[test]
    fn both_engines_agree_on_its_sign_too() {
        let [native, portable] = load(guests::FLOAT_NAN).map(|plugin| {
            let bits = |number| plugin.evaluate(&thing(number), &LIMITS).map(|evaluated| total(&evaluated.answer));
            (0..64).map(|number| bits(number).expect("it is served")).collect::<Vec<_>>()
        });
        assert_eq!(native, portable);
    }

    #[test]
    fn the_scan_names_the_function_with_floats() {
        let floats = inspect(guests::FLOAT_NAN).expect("it is a component").floats;
        assert!(!floats.is_float_free());
        let functions: Vec<_> = floats.functions.iter().map(|found| &*found.function).collect();
        assert!(functions.contains(&"float_nan::thing::total"), "{functions:?}");
    }

    #[test]
    fn a_guest_without_floats_is_float_free() {
        let floats = inspect(guests::COUNTER).expect("it is a component").floats;
        assert!(floats.is_float_free(), "{floats:?}");
    }
}

pub(crate) mod panicking_rule {
    use lockstep_engine::FaultKind;
    use lockstep_model::Evaluate;
    use lockstep_tests::guests;

    use crate::{LIMITS, check_fault, load, thing, total};

    #[test]
    fn a_panic_names_its_rule() {
        let fault = check_fault(guests::PANICKING_RULE, 0, &LIMITS);
        assert_eq!(fault.kind, FaultKind::Panic);
        assert_eq!(fault.to_string(), "the plugin's rule `total` panicked");
    }

    #[test]
    fn the_same_plugin_goes_on_with_other_documents() {
        for plugin in load(guests::PANICKING_RULE) {
            plugin.evaluate(&thing(0), &LIMITS).expect_err("it panics");
            assert_eq!(total(&plugin.evaluate(&thing(8), &LIMITS).expect("it is served").answer), 125);
        }
    }
}
