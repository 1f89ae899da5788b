//! Makes a NaN in several ways, chosen by the document's number, and returns its bits.

use std::hint::black_box;

use kit::{Answer, Conclusion, Descriptor, Logic, Request, answer, descriptor, number};

mod thing {
    use std::hint::black_box;

    #[inline(never)]
    pub fn total(number: i64) -> i64 {
        let payload = f64::from_bits(0x7ff8_dead_beef_0000 | u64::from(number.unsigned_abs() as u16));
        let nan = match number % 4 {
            0 => black_box(0.0) / black_box(0.0),
            1 => black_box(f64::INFINITY) - black_box(f64::INFINITY),
            2 => black_box(payload) + black_box(1.0),
            _ => -(black_box(payload) * black_box(-2.0)),
        };
        nan.to_bits() as i64
    }
}

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        descriptor()
    }

    fn evaluate(request: Request) -> Answer {
        answer(Conclusion::Outcome(kit::total(black_box(thing::total(number(&request))))))
    }
}

kit::export!(Guest);
