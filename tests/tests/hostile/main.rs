//! Hostile guests: each gets its typed error, within its limit, and the host goes on serving.

mod answering;
mod derived_rows;
mod loading;
mod measure;
mod tampering;

use std::sync::LazyLock;

use lockstep_engine::{Engine, EngineConfig, EvaluateError, FaultKind, LoadError, Plugin, PluginFault, Pool, Profile};
use lockstep_model::{
    Answer, Conclusion, Context, Date, Document, Evaluate, Limits, Part, RecordSet, Request, Timestamp,
};
use lockstep_tests::guests;

/// Small enough that every test is quick, and more than a decent guest takes.
const LIMITS: Limits = Limits {
    fuel: 20_000_000,
    instantiation_fuel: 1_000_000,
    memory_bytes: 4 << 20,
    table_elements: 1_000,
    input_bytes: 1 << 20,
    output_bytes: 1 << 20,
    issues: 100,
    patches: 10,
    log_lines: 10,
    look_ups: 50,
    rounds: 5,
    wall_clock_ms: 10_000,
};

/// Both profiles, as a server has the one and a phone the other. All tests share them: whatever one guest does to its
/// engine, the others are to be served.
static ENGINES: LazyLock<[Engine; 2]> = LazyLock::new(|| {
    let pool = Pool { sandboxes: 256, ..Pool::STANDARD };
    [EngineConfig::server(Profile::Native, pool), EngineConfig::device(Profile::Portable)]
        .map(|config| Engine::new(&config).expect("the settings go together"))
});

/// A decent guest, on both engines.
static DECENT: LazyLock<[Plugin; 2]> = LazyLock::new(|| load(guests::COUNTER));

/// Loads a guest with both engines.
fn load(component: &[u8]) -> [Plugin; 2] {
    ENGINES.each_ref().map(|engine| engine.load(component, &LIMITS).expect("the guest loads"))
}

/// A `thing` with this number.
fn thing(number: i64) -> Request {
    let row = RecordSet { rows: 1, ..RecordSet::default() };
    Request {
        context: Context {
            now: Timestamp(1_772_438_400_000),
            today: Date(20_514),
            seed: 1,
            user: "u".into(),
            company: "c".into(),
            roles: vec![],
        },
        entity: 0,
        document: Document {
            header: RecordSet { present: vec![1], integers: vec![number], ..row.clone() },
            ..Document::default()
        },
        action: 0,
        arguments: row,
        part: Part::Mirrored,
        rows: vec![],
        explain: false,
    }
}

/// The total in an answer.
fn total(answer: &Answer) -> i64 {
    match &answer.conclusion {
        Conclusion::Outcome(outcome) => outcome.derived.header.integers[0],
        Conclusion::Needs(needs) => panic!("no outcome, but needs: {needs:?}"),
    }
}

/// Evaluates on both engines; both say the same fault, and a decent guest is served as before.
fn check_fault(component: &[u8], number: i64, limits: &Limits) -> PluginFault {
    let [native, portable] = load(component).map(|plugin| match plugin.evaluate(&thing(number), limits) {
        Err(EvaluateError::Fault(fault)) => fault,
        other => panic!("expected a plugin fault, not {other:?}"),
    });
    check_serves();
    assert_eq!(native, portable);
    native
}

/// Loading is refused by both engines with the same words.
fn check_refused(component: &[u8]) -> LoadError {
    let [native, portable] = ENGINES
        .each_ref()
        .map(|engine| engine.load(component, &LIMITS).map(|plugin| plugin.digest()).expect_err("it does not load"));
    check_serves();
    assert_eq!(native.to_string(), portable.to_string());
    native
}

fn check_serves() {
    for decent in &*DECENT {
        let evaluated = decent.evaluate(&thing(1), &LIMITS).expect("a decent guest is served");
        assert_eq!(total(&evaluated.answer), 1);
    }
}

#[track_caller]
fn assert_bad_output(fault: &PluginFault, part: &str) {
    match &fault.kind {
        FaultKind::BadOutput(what) => assert!(what.contains(part), "{what}"),
        other => panic!("expected bad output, not {other:?}"),
    }
}

/// Each guest has a module of tests of its own name.
macro_rules! assert_tested {
    ($guest:ident) => {
        #[expect(unused_imports, reason = "that it is there is what is asserted")]
        use tested::$guest as _;
    };
}

mod tested {
    pub(crate) use crate::{answering::*, derived_rows, loading::*, measure::ten_fields};
}

lockstep_tests::for_each_guest!(assert_tested);
