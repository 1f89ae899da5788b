//! Returns what has the contract's types and does not fit its own descriptor: as many values as the document's number
//! says, where there is room for one. For a negative number it raises an issue that it does not have.

use kit::{
    Answer, Conclusion, Descriptor, Issue, Logic, Outcome, Place, RecordSet, Request, Severity, answer, descriptor,
    number, outcome, rows, total,
};

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        descriptor()
    }

    fn evaluate(request: Request) -> Answer {
        let number = number(&request);
        let outcome = match usize::try_from(number) {
            Ok(count) => outcome(RecordSet { present: vec![1], integers: vec![7; count], ..rows(1) }),
            Err(_) => Outcome { issues: vec![unknown()], ..total(1) },
        };
        answer(Conclusion::Outcome(outcome))
    }
}

fn unknown() -> Issue {
    Issue {
        code: "no-such-issue".into(),
        severity: Severity::Error,
        place: Place::Document,
        arguments: vec![],
        offer: None,
        rule: None,
    }
}

kit::export!(Guest);
