//! Lists, texts and options as they lie in memory by the canonical ABI, so that what is made of them needs no code to
//! be handed to a host, or to be taken from one.

use std::{cmp::Ordering, fmt, marker::PhantomData, ops::Deref, ptr::NonNull};

/// A list that lives as long as the program: known when the plugin is compiled, put there by the host, or leaked.
#[repr(C)]
pub struct List<T: 'static> {
    first: NonNull<T>,
    count: usize,
    of: PhantomData<&'static [T]>,
}

impl<T> List<T> {
    /// Of these.
    #[must_use]
    pub const fn of(items: &'static [T]) -> Self {
        // SAFETY: a slice begins somewhere.
        let first = unsafe { NonNull::new_unchecked(items.as_ptr().cast_mut()) };
        Self { first, count: items.len(), of: PhantomData }
    }

    /// The items.
    #[inline]
    pub const fn as_slice(&self) -> &'static [T] {
        // SAFETY: it was made of a slice that lives for ever.
        unsafe { std::slice::from_raw_parts(self.first.as_ptr(), self.count) }
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

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::of(&[])
    }
}

impl<T> From<Vec<T>> for List<T> {
    /// It is never freed: a sandbox lives for one evaluation.
    #[inline]
    fn from(items: Vec<T>) -> Self {
        Self::of(items.leak())
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        items.into_iter().collect::<Vec<_>>().into()
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        self.as_slice()
    }
}

impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.iter()).finish()
    }
}

/// A text that lives as long as the program.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Str(List<u8>);

impl Str {
    /// Of this.
    #[must_use]
    pub const fn of(text: &'static str) -> Self {
        Self(List::of(text.as_bytes()))
    }

    /// The text.
    #[inline]
    pub const fn as_str(&self) -> &'static str {
        // SAFETY: it was made of a text, or by a host, which hands over nothing else as one.
        unsafe { std::str::from_utf8_unchecked(self.0.as_slice()) }
    }
}

impl Deref for Str {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        Self::of(text.leak())
    }
}

impl PartialEq for Str {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Str {}

impl PartialEq<&str> for Str {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for Str {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Str {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), out)
    }
}

/// Some ASCII characters, as a text.
///
/// # Panics
/// When there are others.
#[inline]
pub(crate) fn ascii(characters: &[u8]) -> &str {
    assert!(characters.is_ascii());
    // SAFETY: it is ASCII.
    unsafe { std::str::from_utf8_unchecked(characters) }
}

/// An option.
#[repr(C, u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Maybe<T> {
    /// Absent.
    None,
    /// Present.
    Some(T),
}

impl<T: Copy> Maybe<T> {
    /// As Rust has it.
    #[inline]
    pub const fn get(self) -> Option<T> {
        match self {
            Self::None => None,
            Self::Some(value) => Some(value),
        }
    }
}

impl<T> From<Option<T>> for Maybe<T> {
    #[inline]
    fn from(value: Option<T>) -> Self {
        match value {
            None => Self::None,
            Some(value) => Self::Some(value),
        }
    }
}
