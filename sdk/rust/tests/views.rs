//! Views: tables whose rows are records' own, and the record's own key in rules.

#![expect(missing_docs, reason = "the names say it")]

use lockstep_sdk::{
    __private::{Maybe, ViewSource},
    prelude::*,
};

/// Every hour that a worker has entered, by day.
#[derive(Reference, Clone, Debug)]
#[reference(view = Timesheet, rows = lines)]
pub struct Entry {
    #[field(key)]
    pub worker: Text,
    #[field(key)]
    pub date: Date,
    #[field(key, record)]
    pub timesheet: Text,
    #[field(key, row)]
    pub line: Text,
    #[field(scale = 2)]
    pub hours: Decimal,
    #[field(from = note)]
    pub remark: Option<Text>,
}

/// Every sheet.
#[derive(Reference, Clone, Debug)]
#[reference(view = Timesheet)]
pub struct Sheet {
    #[field(key, record)]
    pub key: Text,
    pub worker: Text,
}

#[entity]
pub mod timesheet {
    use super::*;

    #[derive(Clone, Debug, Default)]
    #[entity(name = "timesheet")]
    pub struct Timesheet {
        pub key: Text,
        #[field(entered)]
        pub worker: Option<Text>,
        #[field(entered)]
        pub note: Option<Text>,
        pub lines: Vec<Line>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Line {
        #[field(entered)]
        pub date: Option<Date>,
        #[field(entered, scale = 2)]
        pub hours: Option<Decimal>,
        #[field(calculated, scale = 2)]
        pub others: Option<Decimal>,
    }

    impl Line {
        #[calculation]
        pub fn others(cx: &Context, #[record] key: &Text, worker: &Text, date: Date) -> Decimal {
            let entries = cx.select::<Entry>((worker, date), 100).rows;
            entries.iter().filter(|entry| entry.timesheet != *key).map(|entry| entry.hours).sum()
        }
    }
}

use timesheet::{Line, Timesheet};

lockstep_sdk::plugin! { entities: [timesheet::Timesheet], tables: [Entry, Sheet] }

#[test]
fn a_view_says_where_its_rows_come_from() {
    let view = <Entry as Reference>::SPEC.view.get().expect("it is a view");
    assert_eq!((view.entity, view.collection), (0, Maybe::Some(0)));
    let found: Vec<_> = view.sources.iter().copied().map(described).collect();
    assert_eq!(found, ["header 0", "row 0", "record", "id", "row 1", "header 1"]);

    let view = <Sheet as Reference>::SPEC.view.get().expect("it is a view");
    assert_eq!(view.collection, Maybe::None);
    assert_eq!(view.sources.iter().copied().map(described).collect::<Vec<_>>(), ["record", "header 0"]);
}

fn described(source: ViewSource) -> String {
    match source {
        ViewSource::RecordKey => "record".to_owned(),
        ViewSource::RowId => "id".to_owned(),
        ViewSource::Field(path) if path.collection == Maybe::None => format!("header {}", path.field),
        ViewSource::Field(path) => format!("row {}", path.field),
    }
}

#[test]
fn a_rule_leaves_its_own_record_out() {
    let entry = |timesheet: &str, line: &str, hours| Entry {
        worker: "w".into(),
        date: date!("2026-03-02"),
        timesheet: timesheet.into(),
        line: line.into(),
        hours,
        remark: None,
    };
    let rows = [entry("mine", "1", dec!(2)), entry("other", "1", dec!(3)), entry("other", "2", dec!(0.5))];
    let cx = Context::test(date!("2026-03-02")).with_rows(ReferenceStore::new().with_all(rows));
    let line = Line { date: Some(date!("2026-03-02")), ..Line::default() };
    let sheet = Timesheet { key: "mine".into(), worker: Some("w".into()), lines: vec![line], ..Timesheet::default() };
    assert_eq!(sheet.evaluate(&cx, "update").document.lines[0].others, Some(dec!(3.5)));
    let new = Timesheet { key: Text::default(), ..sheet };
    assert_eq!(new.evaluate(&cx, "create").document.lines[0].others, Some(dec!(5.5)));
}
