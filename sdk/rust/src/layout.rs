//! Lists, texts and options as they lie in memory by the canonical ABI, so that constants of these need no code to be
//! handed to a host.

use std::{fmt, ops::Deref};

/// A list that is known when the plugin is compiled.
#[repr(C)]
pub struct List<T: 'static> {
    first: *const T,
    count: usize,
}

impl<T> List<T> {
    /// Of these.
    #[must_use]
    pub const fn of(items: &'static [T]) -> Self {
        Self { first: items.as_ptr(), count: items.len() }
    }

    /// The items.
    pub const fn as_slice(&self) -> &'static [T] {
        // SAFETY: it was made of a slice that lives for ever.
        unsafe { std::slice::from_raw_parts(self.first, self.count) }
    }
}

// SAFETY: as a reference to the slice would be.
unsafe impl<T: Sync> Send for List<T> {}
// SAFETY: as a reference to the slice would be.
unsafe impl<T: Sync> Sync for List<T> {}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.as_slice()
    }
}

impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.iter()).finish()
    }
}

/// A text that is known when the plugin is compiled.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Str(List<u8>);

impl Str {
    /// Of this.
    #[must_use]
    pub const fn of(text: &'static str) -> Self {
        Self(List::of(text.as_bytes()))
    }

    /// The text.
    pub const fn as_str(&self) -> &'static str {
        // SAFETY: it was made of a text.
        unsafe { std::str::from_utf8_unchecked(self.0.as_slice()) }
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), out)
    }
}

/// An option.
#[repr(C, u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maybe<T> {
    /// Absent.
    None,
    /// Present.
    Some(T),
}

impl<T: Copy> Maybe<T> {
    /// As Rust has it.
    pub const fn get(self) -> Option<T> {
        match self {
            Self::None => None,
            Self::Some(value) => Some(value),
        }
    }
}
