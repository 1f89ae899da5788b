//! Writing the pieces of canonical bytes.

use crate::{
    canonical::Piece,
    decimal::decimal_to_words,
    record_set::RecordSet,
    value::{Date, Timestamp, Value},
};

#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(super) fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub(super) fn count(&mut self, count: usize) {
        (count as u32).write(self);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(super) fn list<T: Piece>(&mut self, items: &[T]) {
        self.count(items.len());
        for item in items {
            item.write(self);
        }
    }

    pub(super) fn value(&mut self, value: &Value) {
        match value {
            Value::Integer(value) => self.tagged(0, value),
            Value::Decimal(value) => {
                let [low, high] = decimal_to_words(value.normalize());
                self.tagged(1, &low);
                high.write(self);
            }
            Value::Text(text) => self.tagged(2, text),
            Value::Boolean(value) => self.tagged(3, value),
            Value::Date(Date(days)) => self.tagged(4, days),
            Value::Timestamp(Timestamp(ms)) => self.tagged(5, ms),
            Value::Enumeration(name) => self.tagged(6, name),
        }
    }

    pub(super) fn tagged<T: Piece>(&mut self, tag: u8, content: &T) {
        self.u8(tag);
        content.write(self);
    }

    pub(super) fn record_set(&mut self, set: &RecordSet) {
        set.rows.write(self);
        self.words(&set.present, u64::to_le_bytes);
        self.words(&set.integers, i64::to_le_bytes);
        self.words(&set.decimals, u64::to_le_bytes);
        self.words(&set.text_ends, u32::to_le_bytes);
        self.text(&set.texts);
    }

    /// In one go, so that the loop is a copy.
    fn words<T: Copy, const N: usize>(&mut self, words: &[T], to_bytes: impl Fn(T) -> [u8; N]) {
        self.count(words.len());
        let start = self.0.len();
        self.0.resize(start + words.len() * N, 0);
        for (bytes, &word) in self.0[start..].as_chunks_mut().0.iter_mut().zip(words) {
            *bytes = to_bytes(word);
        }
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}
