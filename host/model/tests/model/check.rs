//! What does not fit its schema is refused, with its path.

use lockstep_model::{
    Answer, Conclusion, FieldState, Issue, LookUp, Outcome, Part, Patch, Place, RecordSet, Request, RowSource, Step,
    Tables, Value,
    schema::{Descriptor, Severity},
};
use proptest::prelude::*;

use crate::sample::{descriptor, limits, request, silent, some_outcome};

/// A request changed so, and what is said of it.
fn refused(change: impl FnOnce(&mut Request), sentence: &str) {
    let mut request = request();
    change(&mut request);
    let checked = request.check(&descriptor());
    assert_eq!(checked.map_err(|error| error.to_string()), Err(sentence.to_owned()));
}

/// An outcome of the request changed so, and what is said of it.
fn answer_refused(change: impl FnOnce(&mut Outcome), sentence: &str) {
    let (request, descriptor) = (request(), descriptor());
    let mut outcome = silent(&request, &descriptor.entities[0]);
    change(&mut outcome);
    let checked = outcome.check(&request, &descriptor, &limits());
    assert_eq!(checked.map_err(|error| error.to_string()), Err(sentence.to_owned()));
}

#[test]
fn positions_must_be_there() {
    refused(|request| request.entity = 1, "entity: there is no entity 1: there are 1, counted from 0");
    refused(|request| request.action = 9, "action: there is no action 9: there are 4, counted from 0");
}

#[test]
fn pools_must_have_their_lengths() {
    let lines = |change: fn(&mut RecordSet)| move |request: &mut Request| change(&mut request.document.collections[0]);
    refused(lines(|lines| lines.present.push(0)), "lines: 2 words of presence bits, expected 1");
    refused(lines(|lines| lines.integers.push(0)), "lines: 1 words in the integer pool, expected 0");
    refused(lines(|lines| _ = lines.decimals.pop()), "lines: 7 words in the decimal pool, expected 8");
    refused(lines(|lines| _ = lines.text_ends.pop()), "lines: 3 ends in the text pool, expected 4");
    refused(lines(|lines| lines.present[0] |= 1 << 6), "lines: a presence bit is set past the last cell");
    refused(lines(|lines| lines.texts.push('x')), "lines: the texts go on after the last end");
    let ends = "lines: text 1 of the pool ends before it begins, outside the texts or within a character";
    refused(lines(|lines| lines.text_ends[1] = 0), ends);
    refused(lines(|lines| lines.text_ends[1] = 99), ends);
    refused(lines(|lines| lines.texts.replace_range(1..3, "é")), ends);
    refused(|request| request.document.header.rows = 2, "2 rows, expected 1");
    refused(|request| request.arguments.rows = 0, "arguments: 0 rows, expected 1");
    refused(|request| request.document.collections.clear(), "collections: 0 collections, expected 2");
}

#[test]
fn values_must_fit_their_fields() {
    let decimal = |low, high| {
        move |request: &mut Request| request.document.collections[0].decimals[2..4].copy_from_slice(&[low, high])
    };
    refused(decimal(1, 7 << 32), "lines[b].quantity: 7 decimals are too many: the field takes 6");
    refused(decimal(1, 29 << 32), "lines[b].quantity: the words 0x1 and 0x1d00000000 are not a decimal");
    refused(decimal(10, 1 << 32), "lines[b].quantity: the decimal has trailing zeros or is a negative zero");
    refused(decimal(0, 1 << 63), "lines[b].quantity: the decimal has trailing zeros or is a negative zero");
    refused(
        |request| request.document.collections[0].present[0] &= !(1 << 3),
        "lines[b].quantity: the cell is absent, but does not hold zero",
    );
    refused(
        |request| request.document.collections[0].present[0] &= !1,
        "lines[1].item: the cell is absent, but does not hold zero",
    );
    refused(|request| request.document.header.integers[1] = 3, "status: 3 is outside 0 to 2");
    refused(
        |request| request.document.header.integers[0] = 1 << 40,
        "ship-date: 1099511627776 is outside -719528 to 2932896",
    );
    refused(|request| request.document.header.integers[2] = -1, "urgent: -1 is outside 0 to 1");
    refused(
        |request| {
            request.document.header.texts = "12345678901".to_owned();
            request.document.header.text_ends = vec![0, 11, 11];
        },
        "customer: 11 characters are too many: the field takes 10",
    );
    refused(|request| request.context.today.0 = i32::MAX, "context.today: 2147483647 is outside -719528 to 2932896");
}

#[test]
fn ids_must_be_there_and_differ() {
    let ids = |texts: &'static str, ends: [u32; 4]| {
        move |request: &mut Request| {
            request.document.collections[0].texts = texts.to_owned();
            request.document.collections[0].text_ends = ends.to_vec();
        }
    };
    refused(ids("bbI-1I-2", [1, 2, 5, 8]), "lines: two rows have the id `b`");
    refused(ids("bI-1I-2", [0, 1, 4, 7]), "lines[1].id: a row has no id");
}

#[test]
fn stored_values_go_with_a_frozen_status() {
    refused(
        |request| request.document.header.integers[1] = 1,
        "stored: the status `confirmed` is a frozen one, but the stored derived values are not given",
    );
    refused(
        |request| request.document.stored = Some(silent(request, &descriptor().entities[0]).derived),
        "stored: stored derived values are given, but the document's status is not a frozen one",
    );
}

#[test]
fn rows_must_be_in_the_contracts_order() {
    let mut tables = Tables::new(&descriptor());
    tables.add_csv("item", "number,stopped\nI-1,false\nI-2,true\n".as_bytes()).unwrap();
    let look_up = |key: &str| LookUp { table: 1, key: key.to_owned(), limit: None };
    let rows = tables.answer("c", &[look_up("I-1"), look_up("I-2")]).unwrap();
    let with = |change: fn(&mut Request)| {
        let rows = rows.clone();
        move |request: &mut Request| {
            request.rows = rows;
            change(request);
        }
    };
    let sentence = "rows: tables are not in ascending order, or one is there twice";
    refused(with(|request| request.rows.push(request.rows[0].clone())), sentence);
    refused(with(|request| request.rows[0].table = 7), "rows: there is no table 7: there are 3, counted from 0");
    let sentence = "rows.item: look-ups are not in ascending order, or one is there twice";
    refused(with(|request| request.rows[0].keys = "I-2I-1".to_owned()), sentence);
    let sentence = "rows.item: the answers count 3 rows, the record set has 2";
    refused(
        with(|request| {
            request.rows[0].answers[0].limit = Some(2);
            request.rows[0].answers[0].rows = 2;
        }),
        sentence,
    );
    refused(with(|request| request.rows[0].answers[0].rows = 2), "rows.item: 2 rows for a look-up of at most 1");
    refused(with(|request| request.rows[0].rows.integers[1] = 2), "rows.item[2].stopped: 2 is outside 0 to 1");
}

#[test]
fn an_outcome_must_stand_beside_its_document() {
    answer_refused(|outcome| outcome.derived.collections[0].rows = 1, "lines: 1 rows, expected 2");
    answer_refused(
        |outcome| {
            outcome.derived.collections[0].present[0] = 1 << 5;
            outcome.derived.collections[0].integers[1] = 1 << 40;
        },
        "lines[b].promised: 1099511627776 is outside -719528 to 2932896",
    );
    answer_refused(|outcome| outcome.used = vec![0], "used: there is no look-up 0: there are 0, counted from 0");
    answer_refused(
        |outcome| outcome.actions = vec![1, 1],
        "actions: actions are not in ascending order, or one is there twice",
    );
    answer_refused(|outcome| outcome.actions = vec![4], "actions: there is no action 4: there are 4, counted from 0");
}

fn issue() -> Issue {
    let (code, severity, place) = ("below-minimum".to_owned(), Severity::Error, Place::Document);
    Issue { code, severity, place, arguments: Vec::new(), offer: None, rule: None }
}

#[test]
fn issues_must_be_known_and_somewhere() {
    let with = |change: fn(&mut Issue)| {
        let mut issue = issue();
        change(&mut issue);
        move |outcome: &mut Outcome| outcome.issues.push(issue)
    };
    answer_refused(with(|issue| issue.code = "lost".to_owned()), "issues[1]: the plugin has no issue `lost`");
    answer_refused(
        with(|issue| issue.arguments = vec![("colour".to_owned(), Value::Boolean(true))]),
        "issues[1]: the issue `below-minimum` has no argument `colour`",
    );
    answer_refused(
        with(|issue| issue.place = Place::Row { collection: 0, row: 2 }),
        "issues[1]: there is no row 2: there are 2, counted from 0",
    );
    answer_refused(
        with(|issue| issue.place = Place::Argument(1)),
        "issues[1]: there is no argument 1: there are 1, counted from 0",
    );
    answer_refused(with(|issue| issue.rule = Some(6)), "issues[1]: there is no rule 6: there are 6, counted from 0");
    answer_refused(
        with(|issue| issue.offer = Some(Value::Integer(1))),
        "issues[1]: an offer needs a field, but the issue's place has none",
    );
    answer_refused(
        with(|issue| {
            issue.place = Place::Field(3);
            issue.offer = Some(Value::Integer(1));
        }),
        "issues[1].offer: expected a date, found an integer",
    );
    answer_refused(|outcome| outcome.issues = vec![issue(); 11], "11 issues are too many: at most 10 are allowed");
}

#[test]
fn patches_and_field_states_must_fit() {
    let with = |change: fn(&mut Patch)| {
        move |outcome: &mut Outcome| {
            let descriptor = descriptor();
            let entity = &descriptor.entities[0];
            let header = RecordSet::absent(&lockstep_model::Layout::given_header(&entity.fields), 1);
            let lines = RecordSet::absent(&lockstep_model::Layout::given_rows(&entity.collections[0].fields), 2);
            let (key, cleared, removed) = (String::new(), Vec::new(), Vec::new());
            let mut patch =
                Patch { entity: 0, key, header, cleared, collections: vec![lines, RecordSet::default()], removed };
            change(&mut patch);
            outcome.patches.push(patch);
        }
    };
    answer_refused(with(|patch| patch.entity = 1), "patches[1]: there is no entity 1: there are 1, counted from 0");
    answer_refused(with(|patch| patch.cleared = vec![8]), "patches[1]: `total` is calculated, which no patch can set");
    answer_refused(
        with(|patch| {
            patch.cleared = vec![4];
            patch.header.present[0] = 1 << 4;
        }),
        "patches[1]: `status` is both set and cleared",
    );
    answer_refused(
        with(|patch| patch.removed = vec![(2, "1".to_owned())]),
        "patches[1]: there is no collection 2: there are 2, counted from 0",
    );
    answer_refused(with(|patch| patch.header.integers[1] = 5), "patches[1].status: 5 is outside 0 to 2");
    answer_refused(
        |outcome| {
            let place = Place::Document;
            outcome.field_states.push(FieldState { place, hidden: true, read_only: false, required: false });
        },
        "field-states[1]: the place is no field and no cell",
    );
}

#[test]
fn the_server_only_part_raises_issues_and_nothing_else() {
    let descriptor = descriptor();
    let request = Request { part: Part::ServerOnly, ..request() };
    let check = |outcome: &Outcome| outcome.check(&request, &descriptor, &limits()).map_err(|error| error.to_string());
    assert_eq!(check(&Outcome { issues: vec![issue()], ..Outcome::default() }), Ok(()));
    let sentence = "the server-only part gave derived values: it may only raise issues".to_owned();
    assert_eq!(check(&silent(&request, &descriptor.entities[0])), Err(sentence));
}

#[test]
fn answers_must_keep_to_what_was_asked() {
    let (request, descriptor) = (request(), descriptor());
    let check = |change: fn(&mut Answer, &Descriptor)| {
        let conclusion = Conclusion::Outcome(silent(&request, &descriptor.entities[0]));
        let mut answer = Answer { conclusion, log: Vec::new(), steps: Vec::new() };
        change(&mut answer, &descriptor);
        answer.check(&request, &descriptor, &limits()).map_err(|error| error.to_string())
    };
    assert_eq!(check(|_, _| ()), Ok(()));
    let refused = |sentence: &str| Err(sentence.to_owned());
    assert_eq!(
        check(|answer, _| answer.log = vec![String::new(); 6]),
        refused("6 log lines are too many: at most 5 are allowed")
    );
    assert_eq!(
        check(|answer, _| answer.steps = vec![Step { rule: 0, row: None, yielded: true, used: Vec::new() }]),
        refused("the answer has steps, which were not asked for")
    );
    assert_eq!(
        check(|answer, _| answer.conclusion = Conclusion::Needs(Vec::new())),
        refused("the answer needs more rows, but names none")
    );
    let need = |table| LookUp { table, key: "a".to_owned(), limit: None };
    assert_eq!(need(0).key_for_people(), "a");
    assert_eq!(
        check(|answer, _| {
            answer.conclusion = Conclusion::Needs(vec![LookUp { table: 3, key: String::new(), limit: None }]);
        }),
        refused("needs: there is no table 3: there are 3, counted from 0")
    );
}

#[test]
fn an_answer_is_made_canonical_before_it_is_checked() {
    let (request, descriptor) = (request(), descriptor());
    let mut outcome = silent(&request, &descriptor.entities[0]);
    outcome.derived.header.decimals = vec![12_500, 3 << 32];
    outcome.derived.header.present[0] = 1 << 2;
    assert!(outcome.check(&request, &descriptor, &limits()).is_err());
    outcome.normalise();
    assert_eq!(outcome.derived.header.decimals, [125, 1 << 32]);
    assert_eq!(outcome.check(&request, &descriptor, &limits()), Ok(()));
}

proptest! {
    #[test]
    fn what_the_generators_make_fits((request, outcome) in some_outcome()) {
        prop_assert_eq!(request.check(&descriptor()), Ok(()));
        prop_assert_eq!(outcome.check(&request, &descriptor(), &limits()), Ok(()));
    }

    #[test]
    fn no_record_set_makes_the_checks_or_the_accessors_panic(
        rows in prop_oneof![0..4u32, any::<u32>()],
        present in proptest::collection::vec(any::<u64>(), 0..3),
        integers in proptest::collection::vec(any::<i64>(), 0..10),
        decimals in proptest::collection::vec(any::<u64>(), 0..10),
        text_ends in proptest::collection::vec(0..20u32, 0..10),
        texts in ".{0,10}",
    ) {
        let mut set = RecordSet { rows, present, integers, decimals, text_ends, texts };
        set.normalise();
        let mut request = request();
        let (layout, fields) = {
            let entity = &descriptor().entities[0];
            (lockstep_model::Layout::given_rows(&entity.collections[0].fields), entity.collections[0].fields.clone())
        };
        for column in 0..9 {
            for row in 0..5 {
                let _ = (set.value(&layout, &fields, column, row), set.id(row), set.is_present(column, u32::MAX - row));
            }
        }
        let _ = set.check(&layout, &fields);
        request.document.header = set.clone();
        let _ = request.check(&descriptor());
        request.document.collections[0] = set;
        let _ = request.check(&descriptor());
    }
}
