//! What comes in and goes out, as it lies in memory by the canonical ABI: a request is read where the host put it, and
//! an answer is handed over as it is. Names and meanings are the contract's, in `wit/`.

#![allow(missing_docs, reason = "the contract says it, under the same names")]

use crate::{
    issue::{Place, Severity},
    layout::{List, Maybe, Str},
};

#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct RecordSet {
    pub rows: u32,
    pub present: List<u64>,
    pub integers: List<i64>,
    /// Two words a value.
    pub decimals: List<u64>,
    pub text_ends: List<u32>,
    pub texts: Str,
}

#[repr(C, u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    Integer(i64),
    /// Its two words.
    Decimal([u64; 2]),
    Text(Str),
    Boolean(bool),
    Date(i32),
    Timestamp(i64),
    Enumeration(Str),
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Context {
    pub now: i64,
    pub today: i32,
    pub seed: u64,
    pub user: Str,
    pub company: Str,
    pub roles: List<Str>,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Derived {
    pub header: RecordSet,
    pub collections: List<RecordSet>,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Document {
    pub key: Str,
    pub header: RecordSet,
    pub collections: List<RecordSet>,
    pub stored: Maybe<Derived>,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LookUp {
    pub table: u16,
    pub key: Str,
    pub limit: Maybe<u32>,
}

#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Whole,
    CutShort,
    NotHere,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    pub key_end: u32,
    pub limit: Maybe<u32>,
    pub found: Found,
    pub rows: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct TableRows {
    pub table: u16,
    pub keys: Str,
    pub answers: List<Answered>,
    pub rows: RecordSet,
}

#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Mirrored,
    ServerOnly,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub context: Context,
    pub entity: u16,
    pub document: Document,
    pub action: u16,
    pub arguments: RecordSet,
    pub part: Part,
    pub rows: List<TableRows>,
    pub explain: bool,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    pub name: Str,
    pub value: Value,
}

/// An `issue`: the SDK's own is another.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Raised {
    pub code: Str,
    pub severity: Severity,
    pub place: Place,
    pub arguments: List<Argument>,
    pub offer: Maybe<Value>,
    pub rule: Maybe<u16>,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct FieldState {
    pub place: Place,
    pub hidden: bool,
    pub read_only: bool,
    pub required: bool,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Removed {
    pub collection: u16,
    pub id: Str,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Patch {
    pub entity: u16,
    pub key: Str,
    pub header: RecordSet,
    pub cleared: List<u16>,
    pub collections: List<RecordSet>,
    pub removed: List<Removed>,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    pub derived: Derived,
    pub patches: List<Patch>,
    pub field_states: List<FieldState>,
    pub actions: List<u16>,
    pub issues: List<Raised>,
    pub used: List<u32>,
}

#[repr(C, u8)]
#[derive(Clone, Copy, Debug)]
pub enum Conclusion {
    Outcome(Outcome),
    Needs(List<LookUp>),
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub rule: u16,
    pub row: Maybe<u32>,
    pub yielded: bool,
    pub used: List<u32>,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    pub conclusion: Conclusion,
    pub log: List<Str>,
    pub steps: List<Step>,
}
