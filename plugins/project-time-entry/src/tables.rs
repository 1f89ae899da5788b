//! The reference tables: who works, on what, when, and the parameters that decide how strict we are.
//!
//! Keys are chosen so that a rule reads no more than it needs: a worker's hours of one day stand together under one key
//! prefix. Periods are few, and in the order of their days.

use lockstep_sdk::prelude::*;

use crate::timesheet::Timesheet;

/// The key of the one row of [`Parameters`]; a company's own row goes before the shared one.
const TIME: Text = Text::fixed("time");

/// Where the parameters do not say: quarters of an hour.
const QUARTER: Decimal = dec!(0.25);

/// The most periods that are looked through: a week each, they last for 19 years.
const PERIODS_MAX: u32 = 1_000;

/// The most entries that a worker may have on one day: of a hundredth of an hour each, they fill it twice.
const ENTRIES_MAX: u32 = 5_000;

/// How far a project is.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// It has not begun.
    #[default]
    Planned,
    /// It is worked on.
    InProcess,
    /// It rests.
    OnHold,
    /// It is over.
    Finished,
}

/// Which categories a project takes.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CategoryValidation {
    /// Any.
    #[default]
    Any,
    /// Those of its list.
    Listed,
}

/// A project that hours are spent on.
#[derive(Reference, Clone, Debug, Default)]
pub struct Project {
    /// The project's number.
    #[field(key, max_length = 20)]
    pub number: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
    /// Whom it is for; an internal project has none.
    #[field(max_length = 20)]
    pub customer: Option<Text>,
    /// How far it is.
    pub stage: Stage,
    /// The company that owns it.
    #[field(max_length = 20)]
    pub legal_entity: Text,
    /// Which categories it takes.
    pub category_validation: CategoryValidation,
    /// The category of its hours where neither worker nor activity has one.
    #[field(max_length = 20)]
    pub default_category: Option<Text>,
    /// The line property of its hours where their category has none.
    #[field(max_length = 20)]
    pub default_line_property: Option<Text>,
    /// Its customer reads what each billable hour was spent on.
    pub external_comment_required: bool,
}

/// A kind of work.
#[derive(Reference, Clone, Debug, Default)]
pub struct Category {
    /// Its short name.
    #[field(key, max_length = 20)]
    pub code: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
}

/// A category on a project's list.
#[derive(Reference, Clone, Debug, Default)]
pub struct ProjectCategory {
    /// The project.
    #[field(key, max_length = 20)]
    pub project: Text,
    /// The category.
    #[field(key, max_length = 20)]
    pub category: Text,
    /// The line property of hours of this category on this project.
    #[field(max_length = 20)]
    pub default_line_property: Option<Text>,
}

/// A piece of a project's work.
#[derive(Reference, Clone, Debug, Default)]
pub struct Activity {
    /// The activity's number.
    #[field(key, max_length = 20)]
    pub number: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
    /// The project that it is part of.
    #[field(max_length = 20)]
    pub project: Text,
    /// The category of its hours where the worker has none.
    #[field(max_length = 20)]
    pub default_category: Option<Text>,
}

/// How much of a line's hours the customer pays.
#[derive(Reference, Clone, Debug, Default)]
pub struct LineProperty {
    /// Its short name.
    #[field(key, max_length = 20)]
    pub code: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
    /// So much of the hours.
    #[field(scale = 2)]
    pub billable_percent: Decimal,
}

/// Someone who enters hours.
#[derive(Reference, Clone, Debug, Default)]
pub struct Resource {
    /// The worker, by the name that he signs in with.
    #[field(key, max_length = 60)]
    pub worker: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
    /// The category of the worker's hours.
    #[field(max_length = 20)]
    pub default_category: Option<Text>,
}

/// The days of one timesheet: as a rule a week.
#[derive(Reference, Clone, Debug, Default)]
pub struct Period {
    /// Its first day.
    #[field(key)]
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// For people.
    #[field(max_length = 60)]
    pub name: Text,
    /// It takes no more hours.
    pub closed: bool,
}

/// Hours that a worker has entered, in whichever timesheet.
#[derive(Reference, Clone, Debug, Default)]
#[reference(view = Timesheet, rows = lines)]
pub struct Entry {
    /// Who worked.
    #[field(key, max_length = 60)]
    pub worker: Text,
    /// When.
    #[field(key)]
    pub date: Date,
    /// The timesheet's key.
    #[field(key, record)]
    pub timesheet: Text,
    /// The line's id.
    #[field(key, row)]
    pub line: Text,
    /// On which project.
    #[field(max_length = 20)]
    pub project: Text,
    /// The kind of work.
    #[field(max_length = 20)]
    pub category: Option<Text>,
    /// On which activity.
    #[field(max_length = 20)]
    pub activity: Option<Text>,
    /// How much of it the customer pays.
    #[field(max_length = 20)]
    pub line_property: Option<Text>,
    /// For how long.
    #[field(scale = 2)]
    pub hours: Decimal,
}

/// How strict we are, and what holds where nobody says otherwise.
#[derive(Reference, Clone, Debug, Default)]
pub struct Parameters {
    /// Always `time`.
    #[field(key, max_length = 20)]
    pub name: Text,
    /// The category of last resort.
    #[field(max_length = 20)]
    pub default_category: Option<Text>,
    /// The line property of last resort.
    #[field(max_length = 20)]
    pub default_line_property: Option<Text>,
    /// What hours are a multiple of; 0.25 where it is absent, any hours where it is 0.
    #[field(scale = 2)]
    pub hours_step: Option<Decimal>,
    /// A week of fewer hours is flagged.
    #[field(scale = 2)]
    pub least_week_hours: Option<Decimal>,
}

impl Project {
    /// Whether hours can be spent on it.
    pub fn is_open(&self) -> bool {
        self.stage == Stage::InProcess
    }
}

impl Period {
    /// The one that holds a day.
    pub fn holding(cx: &Context, day: Date) -> Option<Self> {
        let periods = cx.select::<Self>((), PERIODS_MAX);
        periods.rows.into_iter().rfind(|period| period.has(day)).filter(|_| !periods.cut_short)
    }

    /// Whether a day is one of its days.
    pub fn has(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// The one of its days that is nearest to a day.
    pub fn nearest(&self, day: Date) -> Date {
        if day < self.from { self.from } else { self.to }
    }
}

impl Entry {
    /// What a worker has entered on a day.
    pub fn of_day(cx: &Context, worker: &Text, day: Date) -> Vec<Self> {
        cx.select::<Self>((worker, day), ENTRIES_MAX).rows
    }
}

impl Parameters {
    /// Those of the context's company.
    pub fn of(cx: &Context) -> Self {
        cx.lookup::<Self>(TIME).unwrap_or_default()
    }

    /// What hours are a multiple of.
    pub fn step(&self) -> Decimal {
        self.hours_step.unwrap_or(QUARTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weeks(count: i32) -> ReferenceStore {
        let first = date!("2026-01-05");
        (0..count).map(|week| first.add_days(week * 7)).fold(ReferenceStore::new(), |rows, from| {
            rows.with(Period { from, to: from.add_days(6), ..Period::default() })
        })
    }

    #[track_caller]
    fn check_period(rows: ReferenceStore, day: Date, expected: Option<Date>) {
        let cx = Context::test(day).with_rows(rows);
        assert_eq!(Period::holding(&cx, day).map(|period| period.from), expected);
    }

    #[test]
    fn a_period_holds_its_first_day_and_its_last() {
        let second = Some(date!("2026-01-12"));
        check_period(weeks(3), date!("2026-01-12"), second);
        check_period(weeks(3), date!("2026-01-18"), second);
        check_period(weeks(3), date!("2026-01-04"), None);
        check_period(weeks(3), date!("2026-01-26"), None);
    }

    #[test]
    fn more_periods_than_are_looked_through_are_as_good_as_none() {
        check_period(weeks(1_000), date!("2026-01-12"), Some(date!("2026-01-12")));
        check_period(weeks(1_001), date!("2026-01-12"), None);
    }
}
