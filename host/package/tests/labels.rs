//! What people call the values of enumerations, in the locale that they read, and labels that are for nothing.

use lockstep_model::{
    Issue, Place, Value,
    schema::{Action, Collection, Descriptor, Entity, Field, FieldKind, FieldType, IssueKind, Severity, Table},
};
use lockstep_package::{Disagreement, Messages, Subject};

const ENGLISH: &str = "\
line-refused = The line is { $answer }: { $note }
answer-chosen = { $answer ->
    [accepted-with-changes] Something changes ({ $answer })
   *[other] Nothing changes ({ $answer })
}
label-entity-order = Order
    .lines-answer-is-accepted = As ordered
";
const GERMAN: &str = "\
line-refused = Die Zeile ist { $answer }: { $note }
answer-chosen = { $answer ->
    [accepted-with-changes] Etwas ändert sich
   *[other] Nichts ändert sich
}
label-entity-order = Auftrag
    .status = Status
    .status-is-draft = Entwurf
    .status-is-in-external-review = In Prüfung
    .lines-answer-is-accepted = Wie bestellt
    .lines-answer-is-accepted-with-changes = Mit Änderungen
    .action-answer-all-answer-is-accepted = Alles wie bestellt
label-table-item = Artikel
    .grade-is-second-choice = Zweite Wahl
";

const STATUS: [&str; 3] = ["draft", "in-external-review", "confirmed"];
const ANSWER: [&str; 2] = ["accepted", "accepted-with-changes"];

const IN_HEADER: Place = Place::Field(0);
const IN_ROW: Place = Place::Cell { collection: 0, row: 3, field: 0 };
const IN_ARGUMENT: Place = Place::Argument(0);

fn messages() -> Messages {
    Messages::parse([("de", GERMAN.as_bytes()), ("en", ENGLISH.as_bytes())]).unwrap()
}

fn field(name: &str, values: &[&str]) -> Field {
    Field {
        name: name.into(),
        label: name.into(),
        kind: FieldKind::Entered,
        of: FieldType::Enumeration(values.iter().map(|&value| value.into()).collect()),
        required: false,
        read_only: false,
        table: None,
    }
}

fn descriptor() -> Descriptor {
    let lines = Collection {
        name: "lines".into(),
        label: "Lines".into(),
        derived: false,
        fields: vec![field("answer", &ANSWER)],
    };
    let answer_all = Action {
        name: "answer-all".into(),
        label: "Answer all".into(),
        arguments: vec![field("answer", &ANSWER)],
        states: vec![],
    };
    let order = Entity {
        name: "order".into(),
        label: "Order".into(),
        fields: vec![field("status", &STATUS)],
        collections: vec![lines],
        actions: vec![answer_all],
        status: Some(0),
        ..Entity::default()
    };
    let fields = vec![field("grade", &["first-choice", "second-choice"])];
    let item = Table { name: "item".into(), label: "Item".into(), fields, key: vec![0], view: None };
    let kind = |code: &str, arguments: &[&str]| IssueKind {
        code: code.into(),
        severity: Severity::Error,
        arguments: arguments.iter().map(|&argument| argument.into()).collect(),
    };
    let issues = vec![kind("line-refused", &["answer", "note"]), kind("answer-chosen", &["answer"])];
    Descriptor { entities: vec![order], tables: vec![item], issues }
}

fn enumeration(name: &str) -> Value {
    Value::Enumeration(name.into())
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn a_value_is_its_label_else_its_names_words() {
    let descriptor = descriptor();
    let messages = messages();
    let cases = [
        ("de", IN_HEADER, "draft", "Entwurf"),
        ("de", IN_HEADER, "in-external-review", "In Prüfung"),
        ("de", IN_HEADER, "confirmed", "Confirmed"),
        ("en", IN_HEADER, "in-external-review", "In external review"),
        ("de", IN_ROW, "accepted", "Wie bestellt"),
        ("de-AT", IN_ROW, "accepted-with-changes", "Mit Änderungen"),
        ("en", IN_ROW, "accepted", "As ordered"),
        ("en", IN_ROW, "accepted-with-changes", "Accepted with changes"),
        ("fr", IN_ROW, "accepted", "As ordered"),
        ("de", IN_ARGUMENT, "accepted", "Alles wie bestellt"),
        ("de", IN_ARGUMENT, "accepted-with-changes", "Accepted with changes"),
        ("de", Place::Document, "accepted-with-changes", "Accepted with changes"),
        ("de", Place::Field(7), "draft", "Draft"),
    ];
    for (locale, place, name, label) in cases {
        let wording = messages.for_locale(locale);
        let subject = Subject::new(&descriptor, 0, 0);
        assert_eq!(wording.value_at(place, &enumeration(name), &subject), label, "{locale} {place:?} {name}");
    }
    let wording = messages.for_locale("de");
    let (order, item) = (&descriptor.entities[0], &descriptor.tables[0]);
    assert_eq!(wording.field_value(order, &order.fields[0], "draft"), "Entwurf");
    assert_eq!(wording.table_value(item, &item.fields[0], "second-choice"), "Zweite Wahl");
    assert_eq!(wording.table_value(item, &item.fields[0], "first-choice"), "First choice");
}

#[test]
fn other_values_are_as_the_locale_writes_them() {
    let descriptor = descriptor();
    let messages = messages();
    let subject = Subject::new(&descriptor, 0, 0);
    let value = |locale, value| messages.for_locale(locale).value_at(IN_HEADER, &value, &subject);
    assert_eq!(value("de", Value::Decimal("1234.5".parse().unwrap())), "1.234,5");
    assert_eq!(value("de", text("in-external-review")), "in-external-review", "a text is what somebody wrote");
}

#[test]
fn among_an_issues_arguments_a_value_is_words_and_chooses_by_its_name() {
    let descriptor = descriptor();
    let messages = messages();
    let changed = [("answer", enumeration("accepted-with-changes")), ("note", text("as-is"))];
    let accepted = [("answer", enumeration("accepted")), ("note", text("as-is"))];
    let cases = [
        ("en", "line-refused", &changed, "The line is Accepted with changes: as-is"),
        ("en", "answer-chosen", &changed, "Something changes (Accepted with changes)"),
        ("en", "answer-chosen", &accepted, "Nothing changes (Accepted)"),
        ("de", "answer-chosen", &changed, "Etwas ändert sich"),
        ("de", "answer-chosen", &accepted, "Nichts ändert sich"),
        ("de", "unworded", &changed, "unworded (answer: Accepted with changes, note: as-is)"),
    ];
    for (locale, code, arguments, words) in cases {
        let issue = issue(code, arguments);
        assert_eq!(messages.for_locale(locale).issue(&issue, &Subject::new(&descriptor, 0, 0)), words);
    }
}

fn issue(code: &str, arguments: &[(&str, Value)]) -> Issue {
    Issue {
        code: code.into(),
        severity: Severity::Error,
        place: Place::Document,
        arguments: arguments.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
        offer: None,
        rule: None,
    }
}

#[test]
fn the_status_that_refuses_an_action_has_its_label() {
    let descriptor = descriptor();
    let refused = |allowed| {
        issue(
            "action-not-allowed",
            &[("action", text("answer-all")), ("status", text("in-external-review")), ("allowed", text(allowed))],
        )
    };
    let messages = messages();
    let words =
        |locale, allowed| messages.for_locale(locale).issue(&refused(allowed), &Subject::new(&descriptor, 0, 0));
    assert_eq!(words("de", "draft"), "Answer all ist im Status In Prüfung nicht möglich, nur in Entwurf.");
    assert_eq!(
        words("en", "draft, confirmed"),
        "Answer all is not allowed in status In external review, only in Draft, Confirmed."
    );
}

#[track_caller]
fn check(labels: &str, unknown: &[&str]) {
    let issues = "line-refused = A\nanswer-chosen = B\n";
    let messages = Messages::parse([("de", format!("{issues}{labels}").as_bytes())]).unwrap();
    let expected = unknown.iter().map(|&label| Disagreement::UnknownLabel { locale: "de".into(), label: label.into() });
    assert_eq!(messages.disagreements(&descriptor()), expected.collect::<Vec<_>>(), "{labels}");
}

#[test]
fn labels_that_are_for_nothing_are_listed() {
    assert_eq!(messages().disagreements(&descriptor()), []);
    check(
        "label-entity-order = Auftrag\n    .status = Status\n    .lines = Zeilen\n    .lines-answer = Antwort\n",
        &[],
    );
    check("label-entity-order = Auftrag\n    .action-answer-all = X\n    .action-answer-all-answer = Y\n", &[]);
    check("label-table-item = Artikel\n    .grade = Güte\n    .grade-is-first-choice = Erste Wahl\n", &[]);
    check("label-entity-order = Auftrag\n    .state = Status\n", &["label-entity-order.state"]);
    check(
        "label-entity-order = Auftrag\n    .status-is-closed = Zu\n    .status-is-draft = A\n    .answer-is-accepted = X\n",
        &["label-entity-order.status-is-closed", "label-entity-order.answer-is-accepted"],
    );
    check("label-table-item = Artikel\n    .grade-is-third-choice = X\n", &["label-table-item.grade-is-third-choice"]);
    check("label-entity-item = Artikel\n    .grade = Güte\n", &["label-entity-item"]);
    check("label-table-order = Auftrag\nlabel-other = X\n", &["label-table-order"]);
    let unknown = Disagreement::UnknownLabel { locale: "de".into(), label: "label-entity-order.state".into() };
    assert_eq!(unknown.to_string(), "the label `label-entity-order.state` of `de` is for nothing that the plugin has");
}
