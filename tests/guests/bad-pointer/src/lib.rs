//! Returns a list that lies outside its memory.

use kit::{Answer, Conclusion, Descriptor, Logic, Outcome, Request, answer, descriptor, total};

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        descriptor()
    }

    fn evaluate(_: Request) -> Answer {
        // SAFETY: none; that it is refused is what is tested. Nothing here reads it.
        let used = unsafe { Vec::from_raw_parts(0xffff_0000 as *mut u32, 1_000, 1_000) };
        answer(Conclusion::Outcome(Outcome { used, ..total(1) }))
    }
}

kit::export!(Guest);
