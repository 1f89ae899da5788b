//! Evaluation is a pure function: neither order nor company nor repetition changes what comes out.

use std::thread;

use lockstep_engine::{Engine, Plugin};
use lockstep_model::{
    Conclusion, Context, Date, Digest, Document, Evaluate, Layout, Part, RecordSet, Request, TableRows, Timestamp,
    Value, evaluate_in_rounds, input_digest, outcome_digest, schema::Descriptor,
};
use lockstep_tests::{
    documents::Sample,
    guests,
    plugins::{self, LIMITS, Workspace, phone, server},
    random::Random,
};

/// Enough for every mood of document many times over.
const SAMPLES: u64 = 300;

/// Sandboxes at one time; more than cores, so that they take turns.
const THREADS: usize = 8;

/// What is compared of an evaluation, as text where it is a fault.
type Said = Result<(Digest, Digest, Option<u64>), String>;

fn samples(plugin: &Workspace) -> Vec<Sample> {
    let documents = plugin.documents();
    (0..SAMPLES).map(|seed| documents.sample(seed)).collect()
}

fn say(engine: &Plugin, plugin: &Workspace, sample: &Sample) -> Said {
    let documents = plugin.documents();
    let tables = documents.tables(sample);
    let concluded = evaluate_in_rounds(engine, engine.descriptor(), sample.request.clone(), &*tables, &LIMITS)
        .map_err(|error| error.to_string())?;
    let input = input_digest(&concluded.request, &concluded.outcome);
    Ok((input, outcome_digest(&concluded.outcome), concluded.fuel))
}

fn in_order(engine: &Plugin, plugin: &Workspace, samples: &[Sample]) -> Vec<Said> {
    samples.iter().map(|sample| say(engine, plugin, sample)).collect()
}

/// The samples' positions in an order of this seed.
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed);
    let mut positions: Vec<_> = (0..count).collect();
    for last in (1..count).rev() {
        positions.swap(last, random.between(0, last as i64) as usize);
    }
    positions
}

#[test]
fn the_order_of_evaluations_changes_nothing() {
    for plugin in plugins::all() {
        let samples = samples(plugin);
        for engine in [&plugin.native, &plugin.portable] {
            let expected = in_order(engine, plugin, &samples);
            for position in shuffled(samples.len(), 7) {
                let said = say(engine, plugin, &samples[position]);
                assert_eq!(said, expected[position], "{} seed {}", engine.engine(), samples[position].seed);
            }
        }
    }
}

#[test]
fn evaluations_side_by_side_change_nothing() {
    for plugin in plugins::all() {
        let samples = samples(plugin);
        for engine in [&plugin.native, &plugin.portable] {
            let expected = in_order(engine, plugin, &samples);
            thread::scope(|scope| {
                for thread in 0..THREADS {
                    let (samples, expected) = (&samples, &expected);
                    scope.spawn(move || {
                        for position in shuffled(samples.len(), thread as u64) {
                            assert_eq!(say(engine, plugin, &samples[position]), expected[position]);
                        }
                    });
                }
            });
        }
    }
}

#[test]
fn two_loads_of_one_component_agree() {
    for plugin in plugins::all() {
        let samples = samples(plugin);
        for (engine, first) in [(server(), &plugin.native), (phone(), &plugin.portable)] {
            let second = engine.load(&plugin.component, &LIMITS).expect("it was loaded before");
            assert_eq!(second.digest(), first.digest());
            assert_eq!(second.descriptor(), first.descriptor());
            assert_eq!(in_order(&second, plugin, &samples), in_order(first, plugin, &samples));
        }
    }
}

#[test]
fn a_request_with_all_its_rows_takes_one_round_and_the_same_fuel_each_time() {
    for plugin in plugins::all() {
        for sample in samples(plugin) {
            for engine in [&plugin.native, &plugin.portable] {
                let documents = plugin.documents();
                let tables = documents.tables(&sample);
                let request = sample.request.clone();
                let first = evaluate_in_rounds(engine, engine.descriptor(), request, &*tables, &LIMITS);
                let Ok(first) = first else { continue };
                for _ in 0..2 {
                    let again = engine.evaluate(&first.request, &LIMITS).expect("it was evaluated before");
                    assert_eq!(again.answer.conclusion, Conclusion::Outcome(first.outcome.clone()));
                    assert_eq!(again.fuel, first.fuel, "{} seed {}", engine.engine(), sample.seed);
                }
            }
        }
    }
}

#[test]
fn rows_that_an_outcome_did_not_use_change_nothing_in_its_digests() {
    for plugin in plugins::all() {
        let engine = &plugin.native;
        let tables = plugin.reference.tables(None);
        let company = "main";
        // Rows are those that one company sees, so only its requests can share them, of one set of tables.
        let documents = plugin.documents();
        let is_of_plugin = |sample: &Sample| std::ptr::eq(&raw const *documents.tables(sample), tables);
        let samples = samples(plugin).into_iter().filter(is_of_plugin);
        let samples: Vec<_> = samples.filter(|sample| sample.request.context.company == company).collect();
        let concluded = samples.iter().filter_map(|sample| {
            evaluate_in_rounds(engine, engine.descriptor(), sample.request.clone(), tables, &LIMITS).ok()
        });
        let count = |rows: &Vec<TableRows>| rows.iter().map(|rows| rows.answers.len()).sum::<usize>();
        let rows = concluded.map(|concluded| concluded.request.rows).max_by_key(count).expect("some have an outcome");
        for sample in &samples {
            let Ok((input, outcome, _)) = say(engine, plugin, sample) else { continue };
            let request = Request { rows: rows.clone(), ..sample.request.clone() };
            let with_more = Sample { request, ..sample.clone() };
            let (more_input, more_outcome, _) = say(engine, plugin, &with_more).expect("it had an outcome before");
            assert_eq!((input, outcome), (more_input, more_outcome), "seed {}", sample.seed);
        }
    }
}

/// An update of a `thing`, as the kit's descriptor has it.
fn update(descriptor: &Descriptor) -> Request {
    let entity = &descriptor.entities[0];
    let row = |layout: &Layout| RecordSet::absent(layout, 1);
    Request {
        context: Context {
            now: Timestamp(0),
            today: Date(0),
            seed: 0,
            user: String::new(),
            company: String::new(),
            roles: Vec::new(),
        },
        entity: 0,
        document: Document { header: row(&Layout::given_header(&entity.fields)), ..Default::default() },
        action: 1,
        arguments: row(&Layout::all(&entity.actions[1].arguments)),
        part: Part::Mirrored,
        rows: Vec::new(),
        explain: false,
    }
}

/// The count that the guest `counter` keeps in a global and says.
fn count(counter: &Plugin) -> Option<Value> {
    let evaluated = counter.evaluate(&update(counter.descriptor()), &LIMITS).expect("the guest counts");
    let Conclusion::Outcome(outcome) = evaluated.answer.conclusion else { panic!("the guest needs nothing") };
    let fields = &counter.descriptor().entities[0].fields;
    outcome.derived.header.value(&Layout::derived(fields), fields, 0, 0)
}

fn check_counter(engine: &Engine) {
    let counter = engine.load(guests::COUNTER, &LIMITS).expect("the guest loads");
    // It has counted its description too, in a sandbox of its own.
    for _ in 0..200 {
        assert_eq!(count(&counter), Some(Value::Integer(1)), "{}", engine.name());
    }
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..200).for_each(|_| assert_eq!(count(&counter), Some(Value::Integer(1)))));
        }
    });
}

#[test]
fn a_counter_in_a_global_never_gets_beyond_one() {
    check_counter(&server());
    check_counter(&phone());
}
