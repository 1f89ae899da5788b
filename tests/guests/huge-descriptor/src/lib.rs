//! Says far too much of itself: one name, ten thousand times over.

use kit::{Answer, Conclusion, Descriptor, IssueKind, Logic, Request, Severity, answer, descriptor, total};

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        let code = "x".repeat(4_000);
        let issue = || IssueKind {
            // SAFETY: nothing frees memory in this guest, so all can lie in one place.
            code: unsafe { String::from_raw_parts(code.as_ptr().cast_mut(), code.len(), code.len()) },
            severity: Severity::Error,
            arguments: vec![],
        };
        Descriptor { issues: (0..10_000).map(|_| issue()).collect(), ..descriptor() }
    }

    fn evaluate(_: Request) -> Answer {
        answer(Conclusion::Outcome(total(1)))
    }
}

kit::export!(Guest);
