//! Never comes to the end of its start.

use kit::{Answer, Conclusion, Descriptor, Logic, Request, answer, descriptor, total};

struct Guest;

/// Run when the component is instantiated.
#[unsafe(no_mangle)]
extern "C" fn _initialize() {
    loop {
        std::hint::black_box(());
    }
}

impl Logic for Guest {
    fn describe() -> Descriptor {
        descriptor()
    }

    fn evaluate(_: Request) -> Answer {
        answer(Conclusion::Outcome(total(1)))
    }
}

kit::export!(Guest);
