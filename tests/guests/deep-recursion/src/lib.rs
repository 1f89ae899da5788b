//! Calls itself for ever, with next to nothing on the stack of its own memory.

use std::hint::black_box;

use kit::{Answer, Conclusion, Descriptor, Logic, Request, answer, descriptor, number};

mod thing {
    #[inline(never)]
    #[expect(unconditional_recursion, reason = "what is tested")]
    pub fn total(number: i64) -> i64 {
        total(std::hint::black_box(number).wrapping_add(1)).wrapping_mul(3)
    }
}

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        descriptor()
    }

    fn evaluate(request: Request) -> Answer {
        answer(Conclusion::Outcome(kit::total(black_box(thing::total(number(&request))))))
    }
}

kit::export!(Guest);
