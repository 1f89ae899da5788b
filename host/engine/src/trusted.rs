//! The one place with `unsafe`: what wasmtime does not check again is checked here once.
//!
//! Precompiled code runs as it is: [`Vouched`] cannot be made without an [`Authority`]'s word, and is the only thing
//! that [`deserialize`] takes. An export's types are compared with the contract's once for a component
//! ([`Checked::new`]), and not for each of its instances: that takes a tenth of a small evaluation.

#![expect(unsafe_code, reason = "compiled code cannot be checked, and types need not be checked twice")]

use std::marker::PhantomData;

use wasmtime::{
    AsContextMut,
    component::{Component, ComponentExportIndex, ComponentNamedList, Instance, Lift, Lower, TypedFunc},
};

use crate::precompiled::Authority;

/// Bytes that an authority has vouched for, or the end of them. They are borrowed, not a file: what was checked is
/// what is loaded.
#[derive(Clone, Copy)]
pub(crate) struct Vouched<'a>(&'a [u8]);

impl<'a> Vouched<'a> {
    pub(crate) fn check(bytes: &'a [u8], proof: &[u8], authority: &dyn Authority) -> Option<Self> {
        authority.vouches_for(bytes, proof).then_some(Self(bytes))
    }

    pub(crate) fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// The bytes without so many at the start.
    pub(crate) fn skip(self, count: usize) -> Self {
        Self(self.0.get(count..).unwrap_or_default())
    }
}

/// Loads code into an engine of the same version and settings; wasmtime checks these.
pub(crate) fn deserialize(engine: &wasmtime::Engine, code: Vouched<'_>) -> wasmtime::Result<Component> {
    // SAFETY: the bytes are unaltered output of `Engine::precompile_component`: an authority has vouched for them, and
    // it vouches for nothing else. wasmtime itself refuses code of another version, target or settings.
    unsafe { Component::deserialize(engine, code.0) }
}

/// An exported function whose types have been checked; it is called in instances of the component that it was checked
/// with, and in no others.
pub(crate) struct Checked<P, R> {
    export: ComponentExportIndex,
    types: PhantomData<fn(P) -> R>,
}

impl<P: ComponentNamedList + Lower, R: ComponentNamedList + Lift> Checked<P, R> {
    /// Checks the types in one instance of the component; they are the same in all.
    pub(crate) fn new(
        export: ComponentExportIndex,
        store: impl AsContextMut,
        instance: &Instance,
    ) -> wasmtime::Result<Self> {
        instance.get_typed_func::<P, R>(store, &export)?;
        Ok(Self { export, types: PhantomData })
    }

    /// The function in another instance of the same component.
    pub(crate) fn function(&self, store: impl AsContextMut, instance: &Instance) -> wasmtime::Result<TypedFunc<P, R>> {
        let function = instance.get_func(store, self.export);
        let function = function.ok_or_else(|| wasmtime::Error::msg("an export has vanished"))?;
        // SAFETY: `new` has compared the types of this export with `P` and `R`. A function's types are its
        // component's, not its instance's: they could differ only in resources, of which the contract has none. The
        // plugin holds a `Checked` beside the one component that it instantiates.
        Ok(unsafe { TypedFunc::new_unchecked(function) })
    }
}
