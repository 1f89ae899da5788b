//! Takes memory until there is none left, and would go on without.

use std::hint::black_box;

use kit::{Answer, Conclusion, Descriptor, Logic, Request, answer, descriptor};

mod thing {
    pub fn total() -> i64 {
        let mut pages = 0;
        while core::arch::wasm32::memory_grow::<0>(1) != usize::MAX {
            pages += 1;
        }
        pages
    }
}

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        descriptor()
    }

    fn evaluate(_: Request) -> Answer {
        answer(Conclusion::Outcome(kit::total(black_box(thing::total()))))
    }
}

kit::export!(Guest);
