//! One request on both engines.

use lockstep_engine::{EvaluateError, FaultKind, Plugin};
use lockstep_model::{
    Concluded, Digest, RoundsError, evaluate_in_rounds, input_digest,
    json::{Json, write_arguments, write_context, write_document},
    outcome_digest,
    schema::Descriptor,
};
use lockstep_tests::{
    documents::{Mood, Sample},
    plugins::{LIMITS, Workspace},
};

/// What both engines said.
pub(crate) enum Compared {
    /// An outcome.
    Concluded(Box<Concluded>),
    /// The plugin's fault, in words.
    Faulted(String),
}

/// What came of a request on one engine.
enum Answer {
    Concluded { concluded: Box<Concluded>, input: Digest, outcome: Digest },
    Faulted(String),
}

/// What both engines say of a request, if it is the same.
pub(crate) fn compare(plugin: &Workspace, sample: &Sample) -> Result<Compared, String> {
    let descriptor = plugin.native.descriptor();
    let on = |engine: &Plugin| evaluate(engine, plugin, sample);
    let described = |error: String| format!("{}\n{}", error, describe(sample, descriptor));
    let native = on(&plugin.native).map_err(described)?;
    let portable = on(&plugin.portable).map_err(described)?;
    let differences = differences(&native, &portable);
    if !differences.is_empty() {
        return Err(described(differences.join("\n")));
    }
    match native {
        Answer::Concluded { concluded, .. } => Ok(Compared::Concluded(concluded)),
        Answer::Faulted(why) if sample.mood == Mood::Wild => Ok(Compared::Faulted(why)),
        Answer::Faulted(why) => Err(described(format!("{why}, though the values are what people enter"))),
    }
}

/// The answer, or an error that no document can be the reason of.
fn evaluate(engine: &Plugin, plugin: &Workspace, sample: &Sample) -> Result<Answer, String> {
    let documents = plugin.documents();
    let tables = documents.tables(sample);
    let descriptor = engine.descriptor();
    match evaluate_in_rounds(engine, descriptor, sample.request.clone(), &*tables, &LIMITS) {
        Ok(concluded) => {
            let (input, outcome) =
                (input_digest(&concluded.request, &concluded.outcome), outcome_digest(&concluded.outcome));
            Ok(Answer::Concluded { concluded: Box::new(concluded), input, outcome })
        }
        // Arithmetic that overflows is the plugin's fault, and must be on every engine. It takes wild values.
        Err(RoundsError::Evaluate(EvaluateError::Fault(fault))) if fault.kind == FaultKind::Panic => {
            Ok(Answer::Faulted(fault.to_string()))
        }
        Err(error) => Err(format!("{}: {error}", engine.engine())),
    }
}

fn differences(native: &Answer, portable: &Answer) -> Vec<String> {
    let mut differences = Vec::new();
    let mut same = |what: &str, one: &dyn PartialEqDebug, other: &dyn PartialEqDebug| {
        let (one, other) = (one.debug(), other.debug());
        if one != other {
            differences.push(format!("{what} differs\n  native:   {one}\n  portable: {other}"));
        }
    };
    match (native, portable) {
        (Answer::Faulted(one), Answer::Faulted(other)) => same("the fault", one, other),
        (
            Answer::Concluded { concluded: one, input, outcome },
            Answer::Concluded { concluded: other, input: other_input, outcome: other_outcome },
        ) => {
            if one == other && input == other_input && outcome == other_outcome {
                return differences;
            }
            same("the outcome's digest", outcome, other_outcome);
            same("the input's digest", input, other_input);
            same("the outcome", &one.outcome, &other.outcome);
            same("the fuel", &one.fuel, &other.fuel);
            same("the steps", &one.steps, &other.steps);
            same("the log", &one.log, &other.log);
            same("the number of rounds", &one.rounds, &other.rounds);
            same("the last request", &one.request, &other.request);
        }
        (Answer::Faulted(fault), Answer::Concluded { .. }) => {
            differences.push(format!("native faults, portable has an outcome: {fault}"));
        }
        (Answer::Concluded { .. }, Answer::Faulted(fault)) => {
            differences.push(format!("portable faults, native has an outcome: {fault}"));
        }
    }
    differences
}

/// What can be printed, whatever it is.
trait PartialEqDebug {
    fn debug(&self) -> String;
}

impl<T: std::fmt::Debug> PartialEqDebug for T {
    fn debug(&self) -> String {
        format!("{self:?}")
    }
}

/// The request as people read it, and how to make it again.
pub(crate) fn describe(sample: &Sample, descriptor: &Descriptor) -> String {
    let request = &sample.request;
    let entity = &descriptor.entities[usize::from(request.entity)];
    let action = &entity.actions[usize::from(request.action)];
    let without = sample.without.map(|table| Json::text(&descriptor.tables[table].name));
    let case = Json::object([
        ("context", write_context(&request.context)),
        ("action", Json::text(&action.name)),
        ("arguments", write_arguments(&request.arguments, action)),
        ("document", write_document(&request.document, entity)),
        ("part", Json::text(format!("{:?}", request.part))),
        ("unavailable", Json::List(without.into_iter().collect())),
    ]);
    let (seed, mood) = (sample.seed, sample.mood);
    format!("LOCKSTEP_SEED={seed} ({mood:?}, explained: {})\n{}", request.explain, case.to_pretty())
}

#[test]
fn one_unit_of_fuel_more_is_a_difference_and_says_how_to_make_it_again() {
    let plugin = &lockstep_tests::plugins::all()[0];
    let descriptor = plugin.native.descriptor();
    let documents = plugin.documents();
    let sample = documents.sample(3);
    let Ok(Answer::Concluded { concluded, input, outcome }) = evaluate(&plugin.native, plugin, &sample) else {
        panic!("the sample has an outcome");
    };
    let fuel = concluded.fuel.map(|fuel| fuel + 1);
    let dearer = Answer::Concluded { concluded: Box::new(Concluded { fuel, ..(*concluded).clone() }), input, outcome };
    let same = Answer::Concluded { concluded, input, outcome };
    assert_eq!(differences(&same, &same), Vec::<String>::new());
    let found = differences(&same, &dearer);
    assert!(matches!(&found[..], [only] if only.starts_with("the fuel differs")), "{found:?}");

    let described = describe(&sample, descriptor);
    let (first, case) = described.split_once('\n').expect("a line and a case");
    assert!(first.starts_with("LOCKSTEP_SEED=3 "), "{first}");
    let case = Json::parse(case).expect("a case is JSON");
    let document = lockstep_model::json::read_document(case.get("document").expect("it has a document"), descriptor);
    assert_eq!(document.expect("the document is read again").1, sample.request.document);
}
