//! The JSON form for people: documents, arguments, contexts, values and outcomes by their schema.
//!
//! Names are those of the schema. A decimal is text (`"12.50"`) or a JSON number, read exactly and never through a
//! float; dates and moments are ISO text; what is absent is left out or `null`. Unknown or doubled keys, wrong types,
//! too many digits and values out of range are errors that name the path: `lines[2].quantity`, where a row is named by
//! its id, or counted from 1 where it has none.

mod context;
mod document;
mod error;
mod issue;
mod object;
mod outcome;
mod patch;
mod place;
mod rows;
mod tree;
mod value;

pub use context::{read_context, write_context};
pub use document::{read_document, read_document_of, read_record, write_document, write_resolved};
pub use error::{JsonError, JsonReason};
pub use object::Object;
pub use outcome::{read_outcome, write_outcome};
pub use place::{read_place, write_place};
pub use rows::{read_arguments, write_arguments};
pub use tree::Json;
pub use value::{read_tagged, read_value, write_tagged, write_value};
