//! Divides by the document's number, and panics where it is zero.

use kit::{Answer, Conclusion, Descriptor, Logic, Request, answer, descriptor};

mod thing {
    #[inline(never)]
    pub fn total(number: i64) -> i64 {
        1_000 / number
    }
}

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        descriptor()
    }

    fn evaluate(request: Request) -> Answer {
        answer(Conclusion::Outcome(kit::total(thing::total(kit::number(&request)))))
    }
}

kit::export!(Guest);
