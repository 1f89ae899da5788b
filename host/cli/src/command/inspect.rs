//! `lockstep inspect`: what a package holds.

use lockstep_build::Mode;
use lockstep_engine::{Inspection, inspect};
use lockstep_model::{Limits, schema::Descriptor};
use lockstep_package::{CaseFiles, Manifest, Messages, Sections, Workspace};
use serde_json::{Value, json};

use super::verify;
use crate::{
    args::{EngineChoice, GraphForm, Inspect},
    cache::Cache,
    evaluation::{self, LoadSettings, Loaded},
    failure::{Ending, Result},
    limits, locale,
    output::Output,
    package::{BuildSettings, PackageFile, open},
    render::{graph, package, schema, workspace::workspace},
};

/// Loads the package and shows it, or its graph alone.
pub(crate) fn run(arguments: &Inspect, output: &Output) -> Result<Ending> {
    let settings = BuildSettings { rustc: arguments.compiler.rustc.as_deref(), mode: Mode::Release };
    let package = open(&arguments.plugin, settings)?;
    let limits = limits::author(&arguments.limits);
    let cache = Cache::open(&arguments.cache);
    let load = LoadSettings { engine: EngineChoice::Native, limits, cache: &cache, development: true };
    let loaded = evaluation::load(&package.path, &package.bytes, &load)?;
    let descriptor = loaded.descriptor();
    match arguments.graph {
        Some(GraphForm::Text) => output.text(&graph::text(descriptor))?,
        Some(GraphForm::Dot) => output.text(&graph::dot(descriptor))?,
        None => show(arguments, &package, &loaded, &limits, output)?,
    }
    Ok(Ending::Fine)
}

fn show(arguments: &Inspect, package: &PackageFile, loaded: &Loaded, limits: &Limits, output: &Output) -> Result<()> {
    let messages = package.messages()?;
    let facts = Facts::of(package, loaded, &messages)?;
    let (descriptor, width) = (loaded.descriptor(), Output::width());
    if output.is_json() {
        return Output::json(&facts.report(package, descriptor, limits));
    }
    locale::check(&messages, &arguments.locale);
    let wording = messages.for_locale(&arguments.locale);
    let workspace = workspace(facts.workspace.as_ref(), descriptor, &wording, width);
    if arguments.brief {
        return output.text(&(package::line(&facts) + &workspace));
    }
    let summary = package::summary(package, &facts, limits, width);
    output.text(&(summary + &workspace + &schema::descriptor(descriptor, width)))
}

/// What is known of a package besides its descriptor.
pub(crate) struct Facts {
    /// None where it was not built by `lockstep build`.
    pub(crate) manifest: Option<Manifest>,
    /// Its locales.
    pub(crate) locales: Vec<String>,
    /// None where it holds rules that others use.
    pub(crate) workspace: Option<Workspace>,
    /// Sizes and float instructions.
    pub(crate) inspection: Inspection,
    /// Its cases and their tables.
    pub(crate) cases: CaseFiles,
    /// Its custom sections' names and sizes, in file order.
    pub(crate) sections: Vec<(String, usize)>,
    /// What it imports.
    pub(crate) imports: Vec<String>,
    /// The component's digest.
    pub(crate) digest: String,
}

impl Facts {
    fn of(package: &PackageFile, loaded: &Loaded, messages: &Messages) -> Result<Self> {
        let sections = Sections::parse(&package.bytes).ok();
        let manifest = sections.as_ref().and_then(|sections| Manifest::read(sections).ok());
        let custom = sections.iter().flat_map(Sections::custom);
        Ok(Self {
            manifest,
            cases: package.cases()?,
            sections: custom.map(|(name, data)| (name.to_owned(), data.len())).collect(),
            locales: messages.locales(),
            workspace: package.workspace()?,
            // A package that was loaded can be read.
            inspection: inspect(&package.bytes).unwrap_or_default(),
            imports: loaded.first().imports().to_vec(),
            digest: loaded.first().digest().to_string(),
        })
    }

    fn report(&self, package: &PackageFile, descriptor: &Descriptor, limits: &Limits) -> Value {
        let sizes = &self.inspection.sizes;
        let floats = self.inspection.floats.functions.iter();
        json!({
            "package": package.path,
            "digest": self.digest,
            "manifest": self.manifest,
            "signature": package.signature.as_ref().map(verify::signature_json),
            "cases": self.cases.cases.len(),
            "reference-tables": self.cases.reference.len(),
            "sections": self.sections.iter().map(|(name, bytes)| json!({ "name": name, "bytes": bytes })).collect::<Vec<_>>(),
            "locales": self.locales,
            "workspace": self.workspace,
            "imports": self.imports,
            "float-free": self.inspection.floats.is_float_free(),
            "float-functions": floats.map(|it| json!({ "function": it.function, "first": it.first, "count": it.count })).collect::<Vec<_>>(),
            "sizes": {
                "component-bytes": sizes.component_bytes,
                "code-bytes": sizes.code_bytes,
                "data-bytes": sizes.data_bytes,
                "functions": sizes.functions,
                "initial-memory-bytes": sizes.initial_memory_bytes,
                "custom-bytes": sizes.custom_bytes,
            },
            "limits": {
                "fuel": limits.fuel,
                "memory-bytes": limits.memory_bytes,
                "input-bytes": limits.input_bytes,
                "output-bytes": limits.output_bytes,
                "issues": limits.issues,
                "patches": limits.patches,
                "look-ups": limits.look_ups,
                "rounds": limits.rounds,
                "wall-clock-ms": limits.wall_clock_ms,
            },
            "descriptor": descriptor,
        })
    }
}
