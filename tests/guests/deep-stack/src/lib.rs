//! Calls itself for ever, with much on the stack of its own memory.

use kit::{Answer, Conclusion, Descriptor, Logic, Request, answer, descriptor, number};

mod thing {
    use std::hint::black_box;

    #[inline(never)]
    #[expect(unconditional_recursion, reason = "what is tested")]
    pub fn total(number: i64) -> i64 {
        let kept = black_box([number; 64]);
        black_box(total(kept[1].wrapping_add(1))).wrapping_mul(kept[2])
    }
}

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        descriptor()
    }

    fn evaluate(request: Request) -> Answer {
        answer(Conclusion::Outcome(kit::total(thing::total(number(&request)))))
    }
}

kit::export!(Guest);
