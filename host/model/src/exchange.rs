//! What devices and servers send each other.
//!
//! Each is sent as its canonical bytes ([`crate::canonical`]).

use std::collections::BTreeMap;

use crate::{
    operation::Message,
    record::{Record, RecordId},
    value::Value,
    verdict::Verdict,
};

/// A device's messages, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// Which device.
    pub device: String,
    /// In the order of their sequences, without gaps.
    pub messages: Vec<Message>,
}

/// What the server made of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It has taken them, and these are the verdicts by sequence; those of messages that it had before are the stored
    /// ones.
    Taken {
        /// The last message that it has of the device.
        last: u64,
        /// The verdicts on the push's messages.
        verdicts: BTreeMap<u64, Verdict>,
    },
    /// Messages are missing: nothing was taken.
    Gap {
        /// The sequence with which the device is to go on.
        expected: u64,
    },
}

/// One page of what has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The first of pages by which the device fetches everything anew: what it has of the server is put aside when the
    /// last one is there. The pages that follow it are not marked; a page that is puts aside what came before it.
    pub is_restart: bool,
    /// In the order in which they are to be applied.
    pub entries: Vec<Entry>,
    /// Where the next page begins, for the server alone to read.
    pub cookie: Vec<u8>,
    /// Another page follows; what has come is applied with the last one.
    pub has_more: bool,
}

/// Something that has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A record is this now; none: it was deleted, or the user may no longer see it.
    Record {
        /// Which.
        id: RecordId,
        /// Its content.
        record: Option<Record>,
    },
    /// A row of a fed table is this now.
    Row {
        /// Which.
        id: RowId,
        /// Its present values by field name; none: it is gone.
        values: Option<BTreeMap<String, Value>>,
    },
    /// From here on the device has all rows of a table that it may see, or none of it.
    Table {
        /// The plugin's name.
        plugin: String,
        /// The table's name.
        table: String,
        /// It is here.
        is_here: bool,
    },
    /// The verdict on one of the device's own operations, given or changed after it was pushed.
    Verdict {
        /// The operation's sequence.
        sequence: u64,
        /// What became of it.
        verdict: Verdict,
    },
}

/// Which row of a fed table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    /// The plugin's name.
    pub plugin: String,
    /// The table's name.
    pub table: String,
    /// The company whose row it is; empty: all of them share it.
    pub company: String,
    /// Its key as text.
    pub key: String,
}
