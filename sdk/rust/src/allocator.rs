//! The allocator of a sandbox that lives for one evaluation: it never frees.
//!
//! Memory is handed out upwards from the end of the program's data, first within the pages that the module starts
//! with, then by growing. Freeing is nothing; the last allocation can grow in place. What is handed out was never
//! written to before, so that it is zeroes.

use core::{
    alloc::{GlobalAlloc, Layout},
    arch::wasm32::{memory_grow, memory_size, unreachable},
    cell::UnsafeCell,
    ptr::null_mut,
};

const PAGE_BYTES: usize = 64 << 10;

/// Growth asks for at least so many pages, so that a large document does not grow page by page.
const GROWTH_PAGES_MIN: usize = 4;

#[global_allocator]
static BUMP: Bump = Bump { next: UnsafeCell::new(0), end: UnsafeCell::new(0) };

unsafe extern "C" {
    /// Where the program's data ends; its address is placed by the linker.
    static __heap_base: u8;
}

struct Bump {
    /// The first free address; 0 before the first allocation.
    next: UnsafeCell<usize>,
    /// Where the memory ends.
    end: UnsafeCell<usize>,
}

// SAFETY: a plugin has one thread; the contract's engine has threads switched off.
unsafe impl Sync for Bump {}

impl Bump {
    /// # Safety
    /// No reference into `self` is alive: one thread, and no call back from here.
    #[cold]
    unsafe fn make_room(&self, end: usize) -> bool {
        // SAFETY: as above.
        unsafe {
            if *self.next.get() == 0 {
                *self.end.get() = memory_size::<0>() * PAGE_BYTES;
            }
            if end <= *self.end.get() {
                return true;
            }
            let pages = (end - *self.end.get()).div_ceil(PAGE_BYTES);
            let asked = pages.max(GROWTH_PAGES_MIN);
            let grown = if memory_grow::<0>(asked) != usize::MAX {
                asked
            } else if memory_grow::<0>(pages) != usize::MAX {
                pages
            } else {
                return false;
            };
            *self.end.get() += grown * PAGE_BYTES;
            true
        }
    }
}

/// Through this the host asks for room for each text and each list of a request, so it comes straight here: by way of
/// Rust's own allocation functions it would take five times as many instructions.
///
/// # Safety
/// As the canonical ABI says: `old` is 0 bytes, or came from here with this size and alignment.
#[unsafe(no_mangle)]
unsafe extern "C" fn cabi_realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    // SAFETY: alignments of the canonical ABI are powers of two, and sizes fit the memory.
    let new = unsafe {
        if size == 0 {
            return align as *mut u8;
        }
        if old_size == 0 {
            BUMP.alloc(Layout::from_size_align_unchecked(size, align))
        } else {
            BUMP.realloc(old, Layout::from_size_align_unchecked(old_size, align), size)
        }
    };
    if new.is_null() {
        unreachable();
    }
    new
}

// SAFETY: what is handed out is aligned, within memory, and never handed out again.
unsafe impl GlobalAlloc for Bump {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread; `__heap_base` is used for its address alone.
        unsafe {
            let next = *self.next.get();
            let next = if next == 0 { &raw const __heap_base as usize } else { next };
            let start = (next + layout.align() - 1) & !(layout.align() - 1);
            let Some(end) = start.checked_add(layout.size()) else { return null_mut() };
            if end > *self.end.get() && !self.make_room(end) {
                return null_mut();
            }
            *self.next.get() = end;
            start as *mut u8
        }
    }

    #[inline]
    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: memory is handed out once, and starts as zeroes.
        unsafe { self.alloc(layout) }
    }

    #[inline]
    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: `old` came from here with `layout`, so its bytes are ours.
        unsafe {
            if size <= layout.size() {
                return old;
            }
            if old as usize + layout.size() == *self.next.get() {
                let Some(end) = (old as usize).checked_add(size) else { return null_mut() };
                if end > *self.end.get() && !self.make_room(end) {
                    return null_mut();
                }
                *self.next.get() = end;
                return old;
            }
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                new.copy_from_nonoverlapping(old, layout.size());
            }
            new
        }
    }
}
