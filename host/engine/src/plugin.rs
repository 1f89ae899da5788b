//! A loaded plugin: what it says of itself, and its evaluations, each in a sandbox of its own.

use std::sync::Arc;

use lockstep_model::{Answer, Digest, Evaluate, Evaluated, Limits, Request, canonical, schema::Descriptor};
use wasmtime::component::{ComponentExportIndex, InstancePre};

use crate::{
    bindings::{INTERFACE, describe, lift, logic, lower},
    engine::Inner,
    error::{CallerError, EvaluateError, LoadError},
    fault::{Failure, PluginFault, Stage},
    sandbox::{Sandbox, run},
    trusted::Checked,
};

/// The version whose types the bindings have.
const LATEST: &str = "1.0.0";

/// A loaded plugin. Cheap to clone; evaluations can go on side by side from many threads.
#[derive(Clone)]
pub struct Plugin {
    loaded: Arc<Loaded>,
}

/// Requests borrow from their callers; the types are the same for all lifetimes.
type CheckedEvaluate = Checked<(logic::Request<'static>,), (logic::Answer,)>;

struct Loaded {
    engine: Arc<Inner>,
    ready: InstancePre<Sandbox>,
    evaluate: CheckedEvaluate,
    descriptor: Descriptor,
    digest: Digest,
    imports: Vec<String>,
}

impl Plugin {
    pub(crate) fn new(
        engine: Arc<Inner>,
        ready: InstancePre<Sandbox>,
        digest: Digest,
        imports: Vec<String>,
        limits: &Limits,
    ) -> Result<Self, LoadError> {
        engine.check_limits(limits)?;
        let (describe, evaluate) = exports(&ready)?;
        let described = run(&engine, &ready, limits, Stage::Describe, |store, instance| {
            // Both types are checked here, once; calls trust them.
            let checked = Checked::new(evaluate, &mut *store, instance)
                .and_then(|evaluate| Ok((evaluate, instance.get_typed_func(&mut *store, describe)?)));
            Ok(match checked {
                Ok((evaluate, describe)) => Ok((evaluate, describe.call(store, ())?)),
                Err(mismatch) => Err(mismatch),
            })
        });
        let (evaluate, (descriptor,)) = match described {
            Ok((Ok(described), _fuel)) => described,
            Ok((Err(mismatch), _)) => return Err(wrong_contract(format!("{mismatch:#}"))),
            Err(Failure::Fault(found)) => return Err(found.fault.into()),
            Err(Failure::Host(host)) => return Err(host.into()),
        };
        let descriptor = describe::descriptor(descriptor);
        descriptor.check()?;
        if canonical::encode_descriptor(&descriptor).len() > limits.output_bytes {
            return Err(PluginFault::output_too_large(Stage::Describe).into());
        }
        Ok(Self { loaded: Arc::new(Loaded { engine, ready, evaluate, descriptor, digest, imports }) })
    }

    /// What the plugin says of itself.
    pub fn descriptor(&self) -> &Descriptor {
        &self.loaded.descriptor
    }

    /// Digest of the component's bytes.
    pub fn digest(&self) -> Digest {
        self.loaded.digest
    }

    /// Names of what it imports: nothing, or in a development build `log`.
    pub fn imports(&self) -> &[String] {
        &self.loaded.imports
    }

    /// The name of the engine that runs it, as receipts have it.
    pub fn engine(&self) -> &str {
        self.loaded.engine.name()
    }

    /// The answer of a sandbox of its own, as it came, and what it took in fuel.
    fn answer(&self, request: &Request, limits: &Limits) -> Result<(logic::Answer, u64), Failure> {
        let loaded = &*self.loaded;
        lower::with_request(request, |request| {
            run(&loaded.engine, &loaded.ready, limits, Stage::Evaluate, |store, instance| {
                let evaluate = loaded.evaluate.function(&mut *store, instance)?;
                Ok(evaluate.call(store, (request,))?.0)
            })
        })
    }

    /// The answer in the model's form, if it fits the request and the plugin.
    fn accept(&self, answer: logic::Answer, request: &Request, limits: &Limits) -> Result<Answer, PluginFault> {
        let bad = |wrong: &dyn std::fmt::Display| PluginFault::bad_output(Stage::Evaluate, wrong);
        let mut answer = lift::answer(answer).map_err(|wrong| bad(&wrong))?;
        if lift::answer_bytes(&answer) > limits.output_bytes {
            return Err(PluginFault::output_too_large(Stage::Evaluate));
        }
        answer.normalise();
        answer.check(request, self.descriptor(), limits).map_err(|wrong| bad(&wrong))?;
        Ok(answer)
    }

    #[cold]
    fn sort(&self, request: &Request, failure: Failure) -> EvaluateError {
        match failure {
            Failure::Fault(found) => {
                let entity = self.loaded.descriptor.entities.get(usize::from(request.entity));
                entity.map_or(found.fault.clone(), |entity| found.in_rule(entity)).into()
            }
            Failure::Host(host) => host.into(),
        }
    }
}

impl Evaluate for Plugin {
    type Error = EvaluateError;

    fn evaluate(&self, request: &Request, limits: &Limits) -> Result<Evaluated, EvaluateError> {
        self.loaded.engine.check_limits(limits)?;
        check_input(request, limits)?;
        request.check(self.descriptor()).map_err(CallerError::Shape)?;
        let (answer, fuel) = self.answer(request, limits).map_err(|failure| self.sort(request, failure))?;
        Ok(Evaluated { answer: self.accept(answer, request, limits)?, fuel: Some(fuel) })
    }
}

fn exports(ready: &InstancePre<Sandbox>) -> Result<(ComponentExportIndex, ComponentExportIndex), LoadError> {
    let component = ready.component();
    let logic = component.get_export_index(None, format!("{INTERFACE}@{LATEST}")).ok_or(LoadError::NoPlugin)?;
    let export = |name: &str| {
        let found = component.get_export_index(Some(&logic), name);
        found.ok_or_else(|| wrong_contract(format!("it does not export `{name}`")))
    };
    Ok((export("describe")?, export("evaluate")?))
}

fn wrong_contract(reason: String) -> LoadError {
    LoadError::WrongContract { version: LATEST.to_owned(), reason }
}

fn check_input(request: &Request, limits: &Limits) -> Result<(), CallerError> {
    let bytes = lower::request_bytes(request);
    if bytes > limits.input_bytes {
        return Err(CallerError::InputTooLarge { bytes, max: limits.input_bytes });
    }
    Ok(())
}
