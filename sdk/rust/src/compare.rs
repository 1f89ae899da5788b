//! How a sandbox compares bytes: eight at a time. The keys of look-ups are compared more often than anything else, and
//! the function that comes with the target takes them one by one.

use core::cmp::Ordering;

const WORD_BYTES: usize = size_of::<u64>();

/// # Safety
/// As C has it: both begin so many bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(one: *const u8, other: *const u8, count: usize) -> i32 {
    let mut at = 0;
    // SAFETY: what is read lies within both; a target of WebAssembly reads words from anywhere.
    unsafe {
        while at + WORD_BYTES <= count {
            let words = [one, other].map(|bytes| bytes.wrapping_add(at).cast::<u64>().read_unaligned());
            if words[0] != words[1] {
                return order(words.map(u64::swap_bytes));
            }
            at += WORD_BYTES;
        }
        while at < count {
            let bytes = [one, other].map(|bytes| u64::from(bytes.wrapping_add(at).read()));
            if bytes[0] != bytes[1] {
                return order(bytes);
            }
            at += 1;
        }
    }
    0
}

fn order([one, other]: [u64; 2]) -> i32 {
    if one.cmp(&other) == Ordering::Less { -1 } else { 1 }
}
