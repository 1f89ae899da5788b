//! Returns as many lines of a megabyte as the document's number says. All lie in one place: they take no memory of
//! the guest's, and would take all of the host's.

use kit::{Answer, Conclusion, Descriptor, Logic, Request, answer, descriptor, number, total};

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        descriptor()
    }

    fn evaluate(request: Request) -> Answer {
        let line = "x".repeat(1 << 20);
        // SAFETY: nothing frees memory in this guest, so all can lie in one place.
        let again = |_| unsafe { String::from_raw_parts(line.as_ptr().cast_mut(), line.len(), line.len()) };
        Answer { log: (0..number(&request)).map(again).collect(), ..answer(Conclusion::Outcome(total(1))) }
    }
}

kit::export!(Guest);
