//! What does each plugin's typical document cost in a fresh sandbox, beside the same rules as plain Rust, and how large
//! is its component?

use std::{fs, hint::black_box};

use anyhow::Context as _;
use criterion::Criterion;
use lockstep_benches::{
    LIMITS,
    documents::evaluate,
    figures::{Figure, Quantity, keep},
    linked::{LINKED, Linked, Prepared},
    packages,
    turns::{criterion, take_turns_from},
};
use lockstep_cases::reference;
use lockstep_engine::{Plugin, Profile};
use lockstep_model::{
    Part, RecordSet, Request, evaluate_in_rounds,
    json::{Json, read_context, read_document},
};
use lockstep_package::{Sections, case_files};

/// A component may be so large.
const SIZE_MAX: f64 = 150.0 * 1024.0;

fn main() -> anyhow::Result<()> {
    let mut criterion = criterion();
    let mut figures = Vec::new();
    for linked in LINKED {
        figures.extend(measure(&mut criterion, linked).with_context(|| linked.name)?);
    }
    criterion.final_summary();
    keep("plugins", &figures)
}

fn measure(criterion: &mut Criterion, linked: &Linked) -> anyhow::Result<Vec<Figure>> {
    let package = packages::plugin(linked.name)?;
    let size = Figure::limited(
        &format!("component of `{}`", linked.name),
        // Cases are for whoever validates the package; no engine reads them.
        Quantity::of_bytes(&Sections::parse(&package.bytes)?.retain(|name| name != case_files::SECTION)),
        Quantity::Bytes(SIZE_MAX),
        "with its messages and names".to_owned(),
    );
    let native = packages::load(&package, Profile::Native)?;
    let request = typical(linked.name, &native)?;
    let prepared = Prepared::new(&request);
    let plain = linked.evaluate(prepared.clone()).into_model()?;
    anyhow::ensure!(plain == evaluate(&native, &request).answer, "plain Rust gives another answer than the sandbox");
    let mut figures = vec![size];
    for profile in [Profile::Native, Profile::Portable] {
        let plugin = packages::load(&package, profile)?;
        let turns = take_turns_from(
            criterion,
            &format!("plugins/{}/{profile}", linked.name),
            || drop(black_box(evaluate(&plugin, black_box(&request)))),
            || prepared.clone(),
            |prepared| {
                black_box(linked.evaluate(black_box(prepared)));
            },
        );
        let (subject, baseline) = (Quantity::Nanoseconds(turns.subject_ns), Quantity::Nanoseconds(turns.baseline_ns));
        let question = format!("typical document of `{}`, {profile}", linked.name);
        figures.push(Figure::plain(
            &question,
            Quantity::Times(turns.ratio),
            format!("{subject}; plain Rust {baseline}"),
        ));
    }
    Ok(figures)
}

/// The update of the plugin's typical document, with all rows that it looks up.
fn typical(name: &str, plugin: &Plugin) -> anyhow::Result<Request> {
    let folder = packages::folder(name);
    let read = |file: &str| -> anyhow::Result<Json> {
        let path = folder.join("demo").join(file);
        Ok(Json::parse(&fs::read_to_string(&path).with_context(|| path.display().to_string())?)?)
    };
    let descriptor = plugin.descriptor();
    let (entity, document) = read_document(&read("typical.json")?, descriptor)?;
    let action = descriptor.entities[usize::from(entity)].action("update").context("there is no action `update`")?.0;
    let request = Request {
        context: read_context(&read("context.json")?)?,
        entity,
        document,
        action,
        arguments: RecordSet { rows: 1, ..RecordSet::default() },
        part: Part::Mirrored,
        rows: Vec::new(),
        explain: false,
    };
    let tables = reference::read_folder(descriptor, Some(&folder.join(reference::FOLDER)))?;
    reference::check_all_there(&tables, descriptor, None)?;
    Ok(evaluate_in_rounds(plugin, descriptor, request, &tables, &LIMITS)?.request)
}
