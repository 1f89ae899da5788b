//! Counts its evaluations in a global, and says the count: 1 if every evaluation has a sandbox of its own.

use std::sync::atomic::{AtomicI64, Ordering};

use kit::{Answer, Conclusion, Descriptor, Logic, Request, answer, descriptor, total};

static COUNT: AtomicI64 = AtomicI64::new(0);

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        COUNT.fetch_add(1, Ordering::Relaxed);
        descriptor()
    }

    fn evaluate(_: Request) -> Answer {
        answer(Conclusion::Outcome(total(COUNT.fetch_add(1, Ordering::Relaxed) + 1)))
    }
}

kit::export!(Guest);
