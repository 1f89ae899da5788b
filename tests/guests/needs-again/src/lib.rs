//! Asks for the same row for ever.

use kit::{Answer, Conclusion, Descriptor, Logic, LookUp, Request, answer, descriptor};

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        descriptor()
    }

    fn evaluate(_: Request) -> Answer {
        answer(Conclusion::Needs(vec![LookUp { table: 0, key: "A-1".into(), limit: None }]))
    }
}

kit::export!(Guest);
