//! Write Lockstep plugins: entities, rules, look-ups, issues, and tests that run without a host.
//!
//! Begin with the [`guide`]. A plugin is a library crate (`crate-type = ["cdylib", "rlib"]`) of plain structs and
//! functions:
//!
//! | | |
//! | --- | --- |
//! | [`#[entity]`](macro@entity) | a kind of document: header, collections, rules, actions |
//! | [`#[derive(Reference)]`](derive@Reference) | a table whose rows rules look up |
//! | [`#[derive(Enumeration)]`](derive@Enumeration) | an enum as a field type |
//! | [`#[derive(Issues)]`](derive@Issues) | what validations say, with the words in message files |
//! | [`plugin!`] | the list of all of them, which makes the crate a component |
//!
//! The same functions run natively under `cargo test` and in a sandbox on devices and servers. This crate depends on
//! the contract (`wit/`) and on no host.

#![deny(unsafe_code)]

#[cfg(any(all(doc, not(doctest)), test))]
#[macro_use(excerpt)]
extern crate lockstep_sdk_macros;
extern crate self as lockstep_sdk;

#[cfg(target_family = "wasm")]
#[expect(unsafe_code, reason = "an allocator hands out raw memory")]
mod allocator;
#[doc(hidden)]
pub mod bindings;
mod cells;
mod column;
#[cfg(target_family = "wasm")]
#[expect(unsafe_code, reason = "a function of C, for raw memory")]
mod compare;
mod context;
#[doc(hidden)]
pub mod contract;
mod date;
mod decimal;
mod does;
mod effect;
mod entity;
mod field;
#[expect(unsafe_code, reason = "rows are read and written by a table of their fields")]
mod held;
mod issue;
mod key;
#[expect(unsafe_code, reason = "constants lie in memory as the contract has them")]
mod layout;
mod look_up;
#[doc = include_str!("../guide/guide.md")]
pub mod guide {
    #[cfg(any(all(doc, not(doctest)), test))]
    pub use crate::techniques::*;
}
#[cfg(target_family = "wasm")]
#[expect(unsafe_code, reason = "a volatile read, so that it stays")]
mod marker;
mod plugin;
mod reference;
mod rounding;
mod run;
mod slot;
mod spec;
mod states;
#[expect(unsafe_code, reason = "one field of all rows, where it stands")]
mod strided;
// What they include is compiled and tested where it stands: here it is neither, and plugins do not pay for it.
#[cfg(any(all(doc, not(doctest)), test))]
mod techniques;
mod text;
mod unknown;
mod yields;

pub use column::{Column, RowIndex};
pub use context::Context;
pub use date::{Date, ParseDateError, Timestamp, Weekday};
pub use decimal::{Decimal, ParseDecimalError};
pub use effect::{Effects, Patch};
pub use entity::{ActionArguments, Entity, Evaluated, Record};
pub use field::{Enumeration, FieldValue};
pub use issue::{Issue, IssueExt, Issues, Place, Severity};
pub use key::{IntoKey, KeyPart};
pub use lockstep_sdk_macros::{Enumeration, Issues, Reference, dec, entity};
pub use reference::{Listed, Reference, ReferenceStore, Selection};
pub use rounding::Rounding;
pub use yields::{IntoEffects, IntoIssues, IntoRows, IntoValue};

/// Rounding, as functions.
pub mod round {
    pub use crate::rounding::{bankers, commercial};
}

/// What a plugin's modules need: `use lockstep_sdk::prelude::*;`
pub mod prelude {
    pub use crate::{
        Column, Context, Date, Decimal, Effects, Entity as _, Enumeration, Issue, IssueExt as _, Issues, Patch, Place,
        Reference, ReferenceStore, Rounding as _, RowIndex, Selection, Severity, Text, Timestamp, Weekday, date, dec,
        entity, round,
    };
}

pub use text::Text;

/// Where the macro of `wit-bindgen` looks for that of the exports.
#[doc(hidden)]
#[expect(clippy::module_inception, reason = "the modules' names are its own")]
pub mod exports {
    pub mod exports {
        pub mod lockstep {
            pub mod logic {
                pub mod logic {
                    pub use crate::__exports as __export_lockstep_logic_logic_1_0_0_cabi;
                }
            }
        }
    }
}

/// What the macros' code calls.
#[doc(hidden)]
pub mod __private {
    pub use crate::Decimal;
    #[cfg(target_family = "wasm")]
    pub use crate::marker::mark;
    pub use crate::{
        bindings::schema,
        cells::{Reader, Writer},
        contract::{self, RecordSet, Value},
        does::{Acts, At, Does, Turns},
        effect::Effects,
        entity::{ActionArguments, Document, Entity, Kind, Record, answer},
        field::{Enumeration, FieldValue, Pool},
        held::{Cell, Ids, Rows, RowsMut},
        issue::{Issue, Issues, Place, Severity},
        key::IntoKey,
        layout::{List, Maybe, Str},
        plugin::prepare,
        reference::{Listed, Reference},
        run::Run,
        spec::{
            ActionSpec, CollectionSpec, Descriptor, EntitySpec, FieldPath, FieldSpec, IssueSpec, RuleSpec, TableSpec,
            TypeSpec, ViewSource, ViewSpec,
        },
        states::Mark,
        yields::{IntoEffects, IntoIssues, IntoRows, IntoValue},
    };
}
