//! Issues in words, in English, German and languages that nobody has written messages for.

use lockstep_model::{
    Date, Issue, Place, Timestamp, Value,
    schema::{Action, Collection, Descriptor, Entity, Field, FieldKind, FieldType, IssueKind, Severity, Table},
};
use lockstep_package::{Disagreement, Messages, MessagesError, Subject};

const ENGLISH: &str = "\
below-minimum = The order is below { NUMBER($minimum, minimumFractionDigits: 2) }
lines = { $count ->
    [one] There is one line
   *[other] There are { $count } lines
}
late = Not before { $date }
";
const GERMAN: &str = "\
below-minimum = Der Auftrag liegt unter { NUMBER($minimum, minimumFractionDigits: 2) }
lines = { $count ->
    [one] Es gibt eine Position
   *[other] Es gibt { $count } Positionen
}
label-entity-order = Auftrag
    .customer = Kunde
    .lines = Positionen
    .lines-quantity = Menge
    .action-confirm = Bestätigen
    .action-confirm-reason = Grund
label-table-customer = Debitoren
";

fn messages() -> Messages {
    Messages::parse([("de", GERMAN.as_bytes()), ("en", ENGLISH.as_bytes())]).unwrap()
}

fn field(name: &str, label: &str) -> Field {
    Field {
        name: name.into(),
        label: label.into(),
        kind: FieldKind::Entered,
        of: FieldType::Text(20),
        required: true,
        read_only: false,
        table: None,
    }
}

fn descriptor() -> Descriptor {
    let confirm = Action {
        name: "confirm".into(),
        label: "Confirm".into(),
        arguments: vec![field("reason", "Reason")],
        states: vec![],
    };
    let fields = vec![field("quantity", "Quantity")];
    let lines = Collection { name: "lines".into(), label: "Lines".into(), derived: false, fields };
    let order = Entity {
        name: "order".into(),
        label: "Order".into(),
        fields: vec![field("customer", "Customer")],
        collections: vec![lines],
        actions: vec![confirm],
        ..Entity::default()
    };
    let customer = Table {
        name: "customer".into(),
        label: "Customers".into(),
        fields: vec![field("account", "Account")],
        key: vec![0],
        view: None,
    };
    let kind = |code: &str, argument: &str| IssueKind {
        code: code.into(),
        severity: Severity::Error,
        arguments: vec![argument.into()],
    };
    let issues = vec![kind("below-minimum", "minimum"), kind("lines", "count"), kind("late", "day")];
    Descriptor { entities: vec![order], tables: vec![customer], issues }
}

fn issue(code: &str, place: Place, arguments: &[(&str, Value)]) -> Issue {
    Issue {
        code: code.into(),
        severity: Severity::Error,
        place,
        arguments: arguments.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
        offer: None,
        rule: None,
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn decimal(digits: &str) -> Value {
    Value::Decimal(digits.parse().unwrap())
}

#[track_caller]
fn check(locale: &str, issue: &Issue, words: &str) {
    let descriptor = descriptor();
    assert_eq!(messages().for_locale(locale).issue(issue, &Subject::new(&descriptor, 0, 0)), words);
}

#[test]
fn decimals_are_written_as_the_locale_has_them_and_lose_nothing() {
    let below = |digits| issue("below-minimum", Place::Document, &[("minimum", decimal(digits))]);
    check("en", &below("1234.5"), "The order is below 1,234.50");
    check("de", &below("1234.5"), "Der Auftrag liegt unter 1.234,50");
    check("en", &below("-7"), "The order is below -7.00");
    check("de", &below("0.125"), "Der Auftrag liegt unter 0,125");
    let exact = "12345678901234567890.12345678";
    check("en", &below(exact), "The order is below 12,345,678,901,234,567,890.12345678");
}

#[test]
fn whole_numbers_choose_the_plural() {
    let lines = |count| issue("lines", Place::Document, &[("count", count)]);
    check("en", &lines(Value::Integer(1)), "There is one line");
    check("en", &lines(Value::Integer(1200)), "There are 1,200 lines");
    check("de", &lines(Value::Integer(1)), "Es gibt eine Position");
    check("de", &lines(decimal("1")), "Es gibt eine Position");
    check("de", &lines(decimal("1.5")), "Es gibt 1,5 Positionen");
    check("en", &lines(Value::Integer(i64::MIN)), "There are -9,223,372,036,854,775,808 lines");
}

#[test]
fn a_locale_falls_back_to_its_language_then_english_then_the_first() {
    let one = issue("lines", Place::Document, &[("count", Value::Integer(1))]);
    check("de-AT", &one, "Es gibt eine Position");
    check("fr", &one, "There is one line");
    check("not a locale", &one, "There is one line");
    check("de", &issue("late", Place::Document, &[("date", Value::Date(Date(20_514)))]), "Not before Mar 2, 2026");
    let only_german = Messages::parse([("de", GERMAN.as_bytes())]).unwrap();
    let words = only_german.for_locale("fr").issue(&one, &Subject::new(&descriptor(), 0, 0));
    assert_eq!(words, "Es gibt eine Position");
}

#[test]
fn an_issue_without_a_message_is_its_code_and_arguments() {
    let dates = [("day", Value::Date(Date(20_514))), ("at", Value::Timestamp(Timestamp(1_772_438_400_000)))];
    check("en", &issue("strange", Place::Document, &[]), "strange");
    check(
        "en",
        &issue("strange", Place::Document, &dates),
        "strange (day: Mar 2, 2026, at: Mar 2, 2026, 08:00:00 UTC)",
    );
    check("de", &issue("strange", Place::Document, &dates), "strange (day: 02.03.2026, at: 02.03.2026, 08:00:00 UTC)");
}

#[test]
fn standard_codes_have_messages_that_name_labels() {
    let customer = Place::Field(0);
    let quantity = Place::Cell { collection: 0, row: 1, field: 0 };
    let unknown = [("field", text("customer")), ("table", text("customer")), ("key", text("C-9"))];
    let refused = [("action", text("confirm")), ("status", text("cancelled")), ("allowed", text("draft"))];
    let absent = [("table", text("customer"))];

    check("en", &issue("required", customer, &[("field", text("customer"))]), "Customer is required.");
    check("de", &issue("required", quantity, &[("field", text("quantity"))]), "Menge fehlt.");
    check("en", &issue("required", Place::Argument(0), &[("field", text("reason"))]), "Reason is required.");
    check("en", &issue("unknown-key", customer, &unknown), "Customer: the table Customers has no “C-9”.");
    check("de-CH", &issue("unknown-key", customer, &unknown), "Kunde: die Tabelle Debitoren kennt „C-9“ nicht.");
    check(
        "en",
        &issue("not-checked", customer, &absent),
        "The table Customers is not on this device; what depends on it was not checked.",
    );
    check(
        "de",
        &issue("action-not-allowed", Place::Document, &refused),
        "Bestätigen ist im Status cancelled nicht möglich, nur in draft.",
    );
}

#[test]
fn every_standard_code_has_a_message_in_every_built_in_locale() {
    for (code, arguments) in lockstep_model::outcome::STANDARD_CODES {
        let arguments: Vec<_> = arguments.iter().map(|name| (*name, text("x"))).collect();
        for locale in ["en", "de"] {
            let messages = Messages::default();
            let issue = issue(code, Place::Document, &arguments);
            let words = messages.for_locale(locale).issue(&issue, &Subject::new(&Descriptor::default(), 0, 0));
            assert!(!words.starts_with(code) && !words.contains('$'), "{locale}: {words}");
        }
    }
    let required = issue("required", Place::Document, &[("field", text("x"))]);
    let subject = Descriptor::default();
    let german = Messages::default().for_locale("de").issue(&required, &Subject::new(&subject, 0, 0));
    assert_eq!(german, "x fehlt.");
}

#[test]
fn positions_that_do_not_exist_are_passed_over() {
    let nowhere = Place::Cell { collection: 7, row: u32::MAX, field: 7 };
    check("en", &issue("required", nowhere, &[("field", text("amount"))]), "amount is required.");
    let descriptor = descriptor();
    let place = messages().for_locale("en").place(nowhere, &Subject::new(&descriptor, 7, 7));
    assert_eq!(place, " 4294967296, ");
}

#[test]
fn places_are_labels() {
    let descriptor = descriptor();
    let messages = messages();
    let place = |locale, place| messages.for_locale(locale).place(place, &Subject::new(&descriptor, 0, 0));
    assert_eq!(place("en", Place::Document), "");
    assert_eq!(place("en", Place::Field(0)), "Customer");
    assert_eq!(place("de", Place::Row { collection: 0, row: 0 }), "Positionen 1");
    assert_eq!(place("de", Place::Cell { collection: 0, row: 1, field: 0 }), "Positionen 2, Menge");
    assert_eq!(place("en", Place::Argument(0)), "Reason");
    assert_eq!(place("de", Place::Argument(0)), "Grund");
}

#[test]
fn a_title_is_its_message_in_the_nearest_language() {
    let german = Messages::parse([("de", "page-orders = Aufträge\n".as_bytes())]).unwrap();
    assert_eq!(german.for_locale("de-AT").text("page-orders"), "Aufträge");
    assert_eq!(german.for_locale("fr").text("page-orders"), "Aufträge");
    assert_eq!(german.for_locale("de").text("page-order"), "page-order");
}

#[test]
fn a_number_with_absurd_digits_is_written_all_the_same() {
    let source = "a = { NUMBER($n, minimumFractionDigits: 4000000000) }\nb = { 5 }\n";
    let messages = Messages::parse([("en", source.as_bytes())]).unwrap();
    let descriptor = Descriptor::default();
    let words = |code| {
        let issue = issue(code, Place::Document, &[("n", decimal("0.5"))]);
        messages.for_locale("en").issue(&issue, &Subject::new(&descriptor, 0, 0))
    };
    assert_eq!(words("a"), "0.5000000000000000000000000000");
    assert_eq!(words("b"), "5");
}

#[track_caller]
fn refused(locale: &str, text: &str, words: &str) {
    let error: MessagesError = Messages::parse([(locale, text.as_bytes())]).unwrap_err();
    assert_eq!(error.to_string(), words);
}

#[test]
fn files_that_are_not_messages_are_refused_with_place_and_reason() {
    refused(
        "english!",
        "",
        "`english!` is not a locale: name message files after one, such as `en.ftl` or `de-AT.ftl`",
    );
    refused(
        "en",
        "a = A\nb = { $c\n",
        "the messages of `en` cannot be read at line 3: Expected a token starting with \"}\"",
    );
    refused("en", "a = A\na = B\n", "the messages of `en` have `a` more than once");
}

#[test]
fn messages_and_issue_codes_that_do_not_agree_are_listed() {
    assert_eq!(
        messages().disagreements(&descriptor()),
        [
            Disagreement::Missing { locale: "de".into(), code: "late".into() },
            Disagreement::UnknownArgument { locale: "en".into(), code: "late".into(), argument: "date".into() },
        ]
    );
}
