//! Values, schema, documents, outcomes, canonical bytes and digests. No wasm, no I/O.

#![forbid(unsafe_code)]

mod answer_check;
mod blocking;
mod calendar;
pub mod canonical;
pub mod decimal;
mod descriptor_check;
pub mod document;
pub mod exchange;
pub mod json;
pub mod key;
pub mod limits;
pub mod operation;
pub mod outcome;
pub mod receipt;
pub mod record;
pub mod record_set;
mod request_check;
pub mod resolved;
pub mod rounds;
pub mod rows;
pub mod schema;
pub mod shape;
pub mod tables;
pub mod value;
pub mod verdict;
pub mod view;

pub use answer_check::AnswerError;
pub use descriptor_check::{DescriptorError, DescriptorReason, is_kebab_case};
pub use document::{Context, Derived, Document, Part, Request};
pub use limits::Limits;
pub use operation::{Change, Message, Operation, OperationId, ReadSet, RowsRead};
pub use outcome::{Answer, Conclusion, FieldState, Issue, Outcome, Patch, Place, Step};
pub use receipt::{Digest, DigestError, Receipt, input_digest, outcome_digest};
pub use record::{Cell, Record, RecordId, Row};
pub use record_set::{Layout, RecordSet};
pub use resolved::ResolvedDocument;
pub use rounds::{Concluded, Evaluate, Evaluated, RoundsError, RowSource, evaluate_in_rounds};
pub use rows::{Answered, Found, FoundRows, LookUp, TableRows};
pub use shape::{ShapeError, ShapeReason};
pub use tables::{TableError, Tables};
pub use value::{Date, Decimal, Timestamp, Value, ValueError};
pub use verdict::{Refusal, Verdict};
