//! Raises as many issues as the document's number says.

use kit::{
    Answer, Conclusion, Descriptor, Issue, Logic, Outcome, Place, Request, Severity, answer, descriptor, number, total,
};

struct Guest;

impl Logic for Guest {
    fn describe() -> Descriptor {
        descriptor()
    }

    fn evaluate(request: Request) -> Answer {
        let issues = (0..number(&request)).map(|_| odd()).collect();
        answer(Conclusion::Outcome(Outcome { issues, ..total(1) }))
    }
}

fn odd() -> Issue {
    Issue {
        code: "odd".into(),
        severity: Severity::Warning,
        place: Place::Field(0),
        arguments: vec![],
        offer: None,
        rule: Some(0),
    }
}

kit::export!(Guest);
