//! Values, schema, documents, outcomes, canonical bytes and digests. No wasm, no I/O.

#![forbid(unsafe_code)]

mod calendar;
pub mod decimal;
pub mod document;
pub mod key;
pub mod limits;
pub mod outcome;
pub mod receipt;
pub mod record_set;
pub mod rows;
pub mod schema;
pub mod shape;
pub mod value;

pub use document::{Context, Derived, Document, Part, Request};
pub use limits::Limits;
pub use outcome::{Answer, Conclusion, FieldState, Issue, Outcome, Patch, Place, Step};
pub use receipt::{Digest, Receipt};
pub use record_set::{Layout, RecordSet};
pub use rows::{Answered, Found, LookUp, TableRows};
pub use shape::{ShapeError, ShapeReason};
pub use value::{Date, Decimal, Timestamp, Value, ValueError};
