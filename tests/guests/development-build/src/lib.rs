//! A development build: it logs, and tells why it panics. It divides by the document's number.

use std::panic::set_hook;

use exports::lockstep::logic::logic::{Answer, Conclusion, Guest, LookUp, Request};
use lockstep::logic::schema::{
    Action, Descriptor, Entity, Field, FieldKind, FieldPath, FieldType, Rule, RuleKind, Table,
};

wit_bindgen::generate!({
    path: "../../../wit/1.0.0",
    world: "development-plugin",
    generate_all,
});

mod thing {
    #[inline(never)]
    pub fn total(number: i64) -> i64 {
        1_000 / number
    }
}

struct Component;

impl Guest for Component {
    fn describe() -> Descriptor {
        let field = |name: &str, kind| Field {
            name: name.into(),
            label: name.into(),
            kind,
            of: FieldType::Integer,
            required: false,
            read_only: false,
            table: None,
        };
        let total = Rule {
            name: "total".into(),
            kind: RuleKind::Calculation,
            function: "thing::total".into(),
            collection: None,
            reads: vec![],
            writes: vec![FieldPath { collection: None, field: 1 }],
            tables: vec![],
            guards: vec![],
        };
        let code = Field { of: FieldType::Text(40), ..field("code", FieldKind::Entered) };
        Descriptor {
            entities: vec![Entity {
                name: "thing".into(),
                label: "thing".into(),
                fields: vec![field("number", FieldKind::Entered), field("total", FieldKind::Calculated)],
                collections: vec![],
                actions: vec![Action {
                    name: "create".into(),
                    label: "create".into(),
                    arguments: vec![],
                    states: vec![],
                }],
                rules: vec![total],
                status: None,
                frozen: vec![],
                last_writer: false,
            }],
            tables: vec![Table { name: "item".into(), label: "item".into(), fields: vec![code], key: vec![0], view: None }],
            issues: vec![],
        }
    }

    fn evaluate(request: Request) -> Answer {
        set_hook(Box::new(|panic| log(&panic.to_string())));
        log("about to divide");
        let key = thing::total(request.document.header.integers[0]).to_string();
        let conclusion = Conclusion::Needs(vec![LookUp { table: 0, key, limit: None }]);
        Answer { conclusion, log: vec![], steps: vec![] }
    }
}

export!(Component);
