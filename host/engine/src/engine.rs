//! The engine: wasmtime with the settings of one profile, and how components become plugins.

use std::sync::Arc;

use lockstep_model::{Digest, Limits};
use wasmtime::component::{Component, Linker};

use crate::{
    bindings::LOG,
    clock::Clock,
    config::{Accept, EngineConfig, LogSink, NATIVE_MEMORY_BYTES_MAX, Profile},
    contract,
    error::{HostError, LoadError},
    inspect::check_is_component,
    plugin::Plugin,
    sandbox::Sandbox,
};

/// The version of wasmtime that this crate is built with; a test holds it against the lock file.
pub const WASMTIME_VERSION: &str = "48.0.8";

/// Runs plugins. Cheap to clone: all clones are one engine.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) wasmtime: wasmtime::Engine,
    pub(crate) clock: Clock,
    config: EngineConfig,
    linker: Linker<Sandbox>,
    name: String,
}

impl Inner {
    pub(crate) fn sink(&self) -> Option<&LogSink> {
        match &self.config.accept {
            Accept::Packages => None,
            Accept::DevelopmentBuilds(sink) => Some(sink),
        }
    }

    /// Whether the engine can give what the limits allow.
    pub(crate) fn check_limits(&self, limits: &Limits) -> Result<(), HostError> {
        let max = NATIVE_MEMORY_BYTES_MAX;
        if self.config.profile == Profile::Native && limits.memory_bytes > max {
            return Err(HostError::LimitAboveEngine { limit: limits.memory_bytes, max });
        }
        Ok(())
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Engine {
    /// An engine with these settings.
    ///
    /// # Errors
    /// When the settings do not go together, or the host cannot give what they ask for.
    pub fn new(config: &EngineConfig) -> Result<Self, HostError> {
        let fault = |error: wasmtime::Error| HostError::Engine(format!("{error:#}"));
        let wasmtime = wasmtime::Engine::new(&config.settings().map_err(fault)?).map_err(fault)?;
        let clock = Clock::start(wasmtime.clone()).map_err(|error| HostError::Engine(error.to_string()))?;
        let linker = linker(&wasmtime, &config.accept).map_err(fault)?;
        let name = format!("wasmtime-{WASMTIME_VERSION}/{}", config.profile);
        Ok(Self { inner: Arc::new(Inner { wasmtime, clock, config: config.clone(), linker, name }) })
    }

    /// The engine's name, version and profile, as receipts have it: `wasmtime-48.0.8/native`.
    pub fn name(&self) -> &str {
        self.inner.name()
    }

    /// How this engine's code is made.
    pub fn profile(&self) -> Profile {
        self.inner.config.profile
    }

    /// Compiles a component and loads it.
    ///
    /// # Errors
    /// When it is no plugin that this engine takes.
    #[cfg(feature = "compiler")]
    pub fn load(&self, component: &[u8], limits: &Limits) -> Result<Plugin, LoadError> {
        let digest = self.check(component)?;
        let compiled = Component::new(&self.inner.wasmtime, component).map_err(|error| invalid(&error))?;
        self.plugin(&compiled, digest, limits)
    }

    /// Without a compiler nothing but precompiled code loads.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(feature = "compiler"))]
    pub fn load(&self, component: &[u8], _limits: &Limits) -> Result<Plugin, LoadError> {
        self.check(component)?;
        Err(LoadError::NoCompiler)
    }

    /// Compiles a component for engines with the same settings; `load` it by way of
    /// [`SealedCode`](crate::SealedCode).
    ///
    /// # Errors
    /// When it does not compile.
    #[cfg(feature = "compiler")]
    pub(crate) fn compile(&self, component: &[u8]) -> Result<Vec<u8>, LoadError> {
        self.inner.wasmtime.precompile_component(component).map_err(|error| invalid(&error))
    }

    /// Checks what can be checked before compiling, and computes the digest.
    pub(crate) fn check(&self, component: &[u8]) -> Result<Digest, LoadError> {
        let max = self.inner.config.component_bytes_max;
        if component.len() > max {
            return Err(LoadError::TooLarge { bytes: component.len(), max });
        }
        check_is_component(component)?;
        Ok(Digest(*blake3::hash(component).as_bytes()))
    }

    /// A plugin of compiled code.
    pub(crate) fn plugin(&self, compiled: &Component, digest: Digest, limits: &Limits) -> Result<Plugin, LoadError> {
        let imports = contract::check(compiled, &self.inner.config.accept)?;
        let ready = self.inner.linker.instantiate_pre(compiled).map_err(|error| invalid(&error))?;
        Plugin::new(Arc::clone(&self.inner), ready, digest, imports, limits)
    }
}

fn invalid(error: &wasmtime::Error) -> LoadError {
    LoadError::Invalid(error.root_cause().to_string())
}

/// What components may import: nothing, and in development builds `log`.
fn linker(engine: &wasmtime::Engine, accept: &Accept) -> wasmtime::Result<Linker<Sandbox>> {
    let mut linker = Linker::new(engine);
    if let Accept::DevelopmentBuilds(_) = accept {
        linker.root().func_wrap(LOG, |mut store: wasmtime::StoreContextMut<'_, Sandbox>, (line,): (String,)| {
            store.data_mut().log(line);
            Ok(())
        })?;
    }
    Ok(linker)
}

#[cfg(test)]
mod tests {
    use super::WASMTIME_VERSION;

    #[test]
    fn the_version_that_receipts_name_is_the_one_that_is_built() {
        let lock = include_str!("../../../Cargo.lock").replace('\r', "");
        assert!(lock.contains(&format!("name = \"wasmtime\"\nversion = \"{WASMTIME_VERSION}\"\n")));
    }
}
