//! Keeps rules apart that do the same: the compiler would make them one function, and a fault would name the wrong one.

/// Reads a byte of a rule's path in a way that the compiler cannot leave out, so that the rule has a body of its own.
#[cfg(target_family = "wasm")]
#[inline]
pub fn mark(path: &'static str) {
    // SAFETY: the pointer is that of a text which lives as long as the program, and is not empty.
    unsafe { core::ptr::read_volatile(path.as_ptr()) };
}
