//! Canonical bytes: the one encoding of documents, requests, outcomes and descriptors, over which digests are made.
//!
//! Equal content has equal bytes, on every host and in every implementation. `tests/vectors.json` has examples.
//!
//! # Pieces
//! All numbers are little-endian.
//!
//! | piece | bytes |
//! | --- | --- |
//! | `u8`, `u16`, `u32`, `u64`, `i32`, `i64` | that many bits, in two's complement |
//! | boolean | one byte: 0 or 1 |
//! | text | its length in bytes as `u32`, then UTF-8 |
//! | list of T | how many as `u32`, then each |
//! | option of T | 0; or 1, then T |
//! | decimal | two `u64`, as in `values.wit`: no trailing zero in the decimals; zero is 0 and 0 |
//! | value | a byte for its type, then: 0 `i64` (integer), 1 decimal, 2 text, 3 boolean, 4 `i32` (date), 5 `i64` (timestamp), 6 text (enumeration) |
//! | record set | rows as `u32`; then as lists: presence words (`u64`), integers (`i64`), decimal words (`u64`, two a decimal), text ends (`u32`); then the texts as one text |
//! | place | 0 (document); 1 field `u16`; 2 collection `u16`, row `u32`; 3 collection `u16`, row `u32`, field `u16`; 4 argument `u16` |
//!
//! Fields stand in the order of the contract (`wit/1.0.0`), record by record; an `enum` is a byte that counts its cases
//! from 0, and a position is a `u16`. What follows says only where something differs.
//!
//! # Wholes
//! A whole begins with a byte for its kind and the byte 1, this encoding's version. Nothing follows it.
//!
//! | kind | whole | content |
//! | --- | --- | --- |
//! | 1 | document | key; header; list of collections; option of stored (header, list of collections) |
//! | 2 | request | context; entity; document; action; arguments; part; list of table rows. `explain` is left out: it changes no outcome |
//! | 3 | outcome | derived; patches; field states; actions; issues. `used` is left out: it counts through one request's rows |
//! | 4 | descriptor | entities; tables; issues |
//! | 5 | context | context |
//! | 6 | record | company; cells; collections |
//! | 7 | message | 0, operation; or 1, id, sequence given up |
//! | 8 | found rows | a byte that counts found cases from 0; record set |
//! | 9 | effect | list of outcome digests; map from record to option of version |
//! | 10 | verdict | verdict: its variants, and those within it, are counted from 0 in the order of [`crate::verdict`] |
//! | 11 | push | device; list of messages |
//! | 12 | answer to a push | 0, last, map from sequence to verdict; or 1, sequence expected |
//! | 13 | page | page: entries are counted from 0 in the order of [`crate::exchange::Entry`]; a cookie is a list of `u8` |
//! | 14 | values | map from field name to value |
//!
//! A map is a list of keys, each followed by its content, the keys ascending. A digest is its 32 bytes.
//!
//! An input, of which a receipt has the digest, is a request whose table rows are reduced to the look-ups that its
//! outcome used: in their order, with their rows, and without tables of which none was used.
//!
//! A field type is a byte that counts the contract's cases from 0, then: for decimals `u8`, for text `u32`, for
//! enumerations a list of texts.

mod descriptor;
mod exchange;
mod outcome;
mod reader;
mod request;
mod stored;
mod verdict;
mod writer;

pub use reader::{CanonicalError, CanonicalReason};

use std::collections::BTreeMap;

use crate::{
    document::{Context, Document, Request},
    exchange::{Page, Push, Pushed},
    operation::Message,
    outcome::Outcome,
    receipt::Digest,
    record::{Record, RecordId},
    record_set::RecordSet,
    rows::{FoundRows, TableRows},
    schema::Descriptor,
    value::Value,
    verdict::Verdict,
};
use reader::Reader;
use writer::Writer;

const VERSION: u8 = 1;

/// The first byte of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Document = 1,
    Request = 2,
    Outcome = 3,
    Descriptor = 4,
    Context = 5,
    Record = 6,
    Message = 7,
    FoundRows = 8,
    Effect = 9,
    Verdict = 10,
    Push = 11,
    Pushed = 12,
    Page = 13,
    Values = 14,
}

/// A piece that has one encoding.
trait Piece: Sized {
    fn write(&self, to: &mut Writer);

    fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError>;
}

/// A record is its fields, one after the other.
macro_rules! record {
    ($record:ident { $($field:ident),* }) => {
        impl Piece for $record {
            fn write(&self, to: &mut Writer) {
                $(self.$field.write(to);)*
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, CanonicalError> {
                Ok(Self { $($field: Piece::read(from)?),* })
            }
        }
    };
}

use record;

fn encode<T: Piece>(kind: Kind, whole: &T) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.u8(kind as u8);
    writer.u8(VERSION);
    whole.write(&mut writer);
    writer.into_bytes()
}

fn decode<T: Piece>(kind: Kind, bytes: &[u8]) -> Result<T, CanonicalError> {
    let mut reader = Reader::new(bytes);
    reader.expect(kind as u8, |found| CanonicalReason::Kind { found, expected: kind as u8 })?;
    reader.expect(VERSION, |found| CanonicalReason::Version { found, expected: VERSION })?;
    let whole = T::read(&mut reader)?;
    reader.finish()?;
    Ok(whole)
}

/// A document's canonical bytes.
pub fn encode_document(document: &Document) -> Vec<u8> {
    encode(Kind::Document, document)
}

/// The document of canonical bytes; whether it fits its entity is for [`Document::check`] to say.
///
/// # Errors
/// When the bytes are not the canonical ones of any document.
pub fn decode_document(bytes: &[u8]) -> Result<Document, CanonicalError> {
    decode(Kind::Document, bytes)
}

/// A request's canonical bytes, with all its rows and without `explain`.
pub fn encode_request(request: &Request) -> Vec<u8> {
    encode(Kind::Request, request)
}

/// The canonical bytes of an outcome's input: the request with the rows that the outcome used and no others.
pub fn encode_input(request: &Request, outcome: &Outcome) -> Vec<u8> {
    let look_ups: usize = request.rows.iter().map(|rows| rows.answers.len()).sum();
    if outcome.used.len() == look_ups && request.rows.iter().all(|rows| !rows.answers.is_empty()) {
        return encode_request(request);
    }
    let mut writer = Writer::default();
    writer.u8(Kind::Request as u8);
    writer.u8(VERSION);
    request::write_with_rows(request, &TableRows::used(&request.rows, &outcome.used), &mut writer);
    writer.into_bytes()
}

/// The request of canonical bytes; whether it fits the plugin is for [`Request::check`] to say.
///
/// # Errors
/// When the bytes are not the canonical ones of any request.
pub fn decode_request(bytes: &[u8]) -> Result<Request, CanonicalError> {
    decode(Kind::Request, bytes)
}

/// An outcome's canonical bytes, without `used`.
pub fn encode_outcome(outcome: &Outcome) -> Vec<u8> {
    encode(Kind::Outcome, outcome)
}

/// The outcome of canonical bytes, with an empty `used`; whether it fits is for [`Outcome::check`] to say.
///
/// # Errors
/// When the bytes are not the canonical ones of any outcome.
pub fn decode_outcome(bytes: &[u8]) -> Result<Outcome, CanonicalError> {
    decode(Kind::Outcome, bytes)
}

/// A descriptor's canonical bytes.
pub fn encode_descriptor(descriptor: &Descriptor) -> Vec<u8> {
    encode(Kind::Descriptor, descriptor)
}

/// The descriptor of canonical bytes; whether it holds together is for [`Descriptor::check`] to say.
///
/// # Errors
/// When the bytes are not the canonical ones of any descriptor.
pub fn decode_descriptor(bytes: &[u8]) -> Result<Descriptor, CanonicalError> {
    decode(Kind::Descriptor, bytes)
}

/// A context's canonical bytes.
pub fn encode_context(context: &Context) -> Vec<u8> {
    encode(Kind::Context, context)
}

/// The context of canonical bytes.
///
/// # Errors
/// When the bytes are not the canonical ones of any context.
pub fn decode_context(bytes: &[u8]) -> Result<Context, CanonicalError> {
    decode(Kind::Context, bytes)
}

/// A record's canonical bytes.
pub fn encode_record(record: &Record) -> Vec<u8> {
    encode(Kind::Record, record)
}

/// The record of canonical bytes.
///
/// # Errors
/// When the bytes are not the canonical ones of any record.
pub fn decode_record(bytes: &[u8]) -> Result<Record, CanonicalError> {
    decode(Kind::Record, bytes)
}

/// A message's canonical bytes.
pub fn encode_message(message: &Message) -> Vec<u8> {
    encode(Kind::Message, message)
}

/// The message of canonical bytes; whether its operation fits its package is found when it is executed.
///
/// # Errors
/// When the bytes are not the canonical ones of any message.
pub fn decode_message(bytes: &[u8]) -> Result<Message, CanonicalError> {
    decode(Kind::Message, bytes)
}

/// The canonical bytes of what a look-up found. Where the rows lie makes no difference.
pub fn encode_found_rows(found: &FoundRows<'_>) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.u8(Kind::FoundRows as u8);
    writer.u8(VERSION);
    found.found.write(&mut writer);
    RecordSet::gather(&found.parts).write(&mut writer);
    writer.into_bytes()
}

/// The canonical bytes of what an operation did: the digests of its evaluations' outcomes, and the versions of the
/// records that it wrote; none: it deleted the record.
pub fn encode_effect(outcomes: &[Digest], versions: &BTreeMap<RecordId, Option<Digest>>) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.u8(Kind::Effect as u8);
    writer.u8(VERSION);
    writer.list(outcomes);
    versions.write(&mut writer);
    writer.into_bytes()
}

/// A verdict's canonical bytes.
pub fn encode_verdict(verdict: &Verdict) -> Vec<u8> {
    encode(Kind::Verdict, verdict)
}

/// The verdict of canonical bytes.
///
/// # Errors
/// When the bytes are not the canonical ones of any verdict.
pub fn decode_verdict(bytes: &[u8]) -> Result<Verdict, CanonicalError> {
    decode(Kind::Verdict, bytes)
}

/// A push's canonical bytes.
pub fn encode_push(push: &Push) -> Vec<u8> {
    encode(Kind::Push, push)
}

/// The push of canonical bytes.
///
/// # Errors
/// When the bytes are not the canonical ones of any push.
pub fn decode_push(bytes: &[u8]) -> Result<Push, CanonicalError> {
    decode(Kind::Push, bytes)
}

/// The canonical bytes of an answer to a push.
pub fn encode_pushed(pushed: &Pushed) -> Vec<u8> {
    encode(Kind::Pushed, pushed)
}

/// The answer to a push of canonical bytes.
///
/// # Errors
/// When the bytes are not the canonical ones of any answer to a push.
pub fn decode_pushed(bytes: &[u8]) -> Result<Pushed, CanonicalError> {
    decode(Kind::Pushed, bytes)
}

/// A page's canonical bytes.
pub fn encode_page(page: &Page) -> Vec<u8> {
    encode(Kind::Page, page)
}

/// The page of canonical bytes.
///
/// # Errors
/// When the bytes are not the canonical ones of any page.
pub fn decode_page(bytes: &[u8]) -> Result<Page, CanonicalError> {
    decode(Kind::Page, bytes)
}

/// The canonical bytes of a row's present values by field name.
pub fn encode_values(values: &BTreeMap<String, Value>) -> Vec<u8> {
    encode(Kind::Values, values)
}

/// The values of canonical bytes.
///
/// # Errors
/// When the bytes are not the canonical ones of any values.
pub fn decode_values(bytes: &[u8]) -> Result<BTreeMap<String, Value>, CanonicalError> {
    decode(Kind::Values, bytes)
}
