//! Memory for a sandbox that lives for one evaluation: taken from the end of what is there, never given back.

use std::{
    alloc::{GlobalAlloc, Layout},
    cell::Cell,
    ptr,
};

const ARENA_BYTES: usize = 32 << 10;
const PAGE_BYTES: usize = 64 << 10;

#[repr(align(16))]
struct Arena(#[expect(dead_code, reason = "used by its address")] Cell<[u8; ARENA_BYTES]>);

/// The allocator. Its first kilobytes lie in the memory that a fresh sandbox has anyway.
pub struct Bump {
    next: Cell<usize>,
    end: Cell<usize>,
}

// SAFETY: a guest has one thread.
unsafe impl Sync for Bump {}
// SAFETY: as above.
unsafe impl Sync for Arena {}

static ARENA: Arena = Arena(Cell::new([0; ARENA_BYTES]));

#[global_allocator]
static BUMP: Bump = Bump { next: Cell::new(0), end: Cell::new(0) };

impl Bump {
    fn take(&self, layout: Layout) -> *mut u8 {
        if self.end.get() == 0 {
            let start = ptr::from_ref(&ARENA).addr();
            self.next.set(start);
            self.end.set(start + ARENA_BYTES);
        }
        let at = self.next.get().next_multiple_of(layout.align());
        if layout.size() > self.end.get().saturating_sub(at) {
            return self.grow(layout);
        }
        self.next.set(at + layout.size());
        ptr::with_exposed_provenance_mut(at)
    }

    #[cold]
    fn grow(&self, layout: Layout) -> *mut u8 {
        let pages = layout.size().div_ceil(PAGE_BYTES);
        #[cfg(target_arch = "wasm32")]
        let first = core::arch::wasm32::memory_grow::<0>(pages);
        #[cfg(not(target_arch = "wasm32"))]
        let first = usize::MAX;
        if first == usize::MAX {
            return ptr::null_mut();
        }
        let start = first * PAGE_BYTES;
        // What is grown in one piece with what was left is used with it.
        self.end.set(start + pages * PAGE_BYTES);
        self.next.set(start + layout.size());
        ptr::with_exposed_provenance_mut(start)
    }
}

// SAFETY: every block lies between `next` and `end`, which only ever move up, so no two overlap.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.take(layout)
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let start = block.addr();
        if start + layout.size() == self.next.get() && start + size <= self.end.get() {
            self.next.set(start + size);
            return block;
        }
        let Ok(grown) = Layout::from_size_align(size, layout.align()) else { return ptr::null_mut() };
        let new = self.take(grown);
        if !new.is_null() {
            // SAFETY: both blocks are at least this long, and do not overlap.
            unsafe { ptr::copy_nonoverlapping(block, new, layout.size().min(size)) };
        }
        new
    }
}
