//! Returns a text that is no UTF-8.

use kit::{Answer, Conclusion, Descriptor, Logic, Request, answer, descriptor, total};

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        descriptor()
    }

    fn evaluate(_: Request) -> Answer {
        // SAFETY: none; that it is refused is what is tested. Nothing here reads it.
        let line = unsafe { String::from_utf8_unchecked(vec![0xff, 0xfe]) };
        Answer { log: vec![line], ..answer(Conclusion::Outcome(total(1))) }
    }
}

kit::export!(Guest);
