//! Never comes to an end.

use std::hint::black_box;

use kit::{Answer, Descriptor, Logic, Request, descriptor};

mod thing {
    pub fn total(number: i64) -> i64 {
        (0..).fold(number, |sum: i64, next| std::hint::black_box(sum.wrapping_add(next)))
    }
}

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        descriptor()
    }

    fn evaluate(request: Request) -> Answer {
        black_box(thing::total(kit::number(&request)));
        unreachable!("an endless loop came to an end")
    }
}

kit::export!(Guest);
