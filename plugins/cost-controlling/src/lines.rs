//! The rows of a statement, in the configuration's order, and their totals.

use std::collections::BTreeMap;

use lockstep_sdk::prelude::*;

use crate::{
    amounts::average,
    balances::{self, BALANCES_MAX, Frames, TooMany},
    calendar::{Calendar, PERIODS_MAX},
    flags::{self, Flag},
    issues::StatementIssue,
    remarks::{Own, Recorded},
    statement::StatementRow,
    tables::{Balance, Configuration, ConfigurationElement, CostElement, CostObject, ElementKind, Period},
};

/// The most cost elements that a configuration may show.
const ELEMENTS_MAX: u32 = 200;

/// What a row stands for. The ids of totals begin with `*`, as no cost element's number does.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineType {
    /// One cost element.
    #[default]
    Element,
    /// All cost elements of a kind.
    Subtotal,
    /// All cost elements.
    Total,
}

/// What a statement shows.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) cost_object: &'a CostObject,
    pub(crate) configuration: &'a Configuration,
    pub(crate) period: &'a Period,
}

/// What the rows are made of.
pub(crate) struct Sources {
    elements: Vec<Text>,
    frames: BTreeMap<Text, Frames>,
    periods_so_far: i64,
    recorded: Recorded,
}

impl Subject<'_> {
    /// Whether this is its cost object and its period.
    pub(crate) fn is_shown_as(&self, cost_object: Option<&Text>, period: Option<&Text>) -> bool {
        cost_object == Some(&self.cost_object.code) && period == Some(&self.period.code)
    }

    /// Reads all that the rows are made of, or says which table has more of it than is read.
    pub(crate) fn read(&self, cx: &Context) -> Result<Sources, StatementIssue> {
        let calendar = Calendar::of(cx);
        let shown = shown(cx, self.configuration);
        let frames = balances::by_element(cx, &self.cost_object.code, self.period, calendar.before(self.period));
        let recorded = Recorded::read(cx, *self);
        if calendar.cut_short {
            return Err(cut_short::<Period>(PERIODS_MAX));
        }
        if shown.cut_short {
            return Err(cut_short::<ConfigurationElement>(ELEMENTS_MAX));
        }
        let frames = frames.map_err(|TooMany| cut_short::<Balance>(BALANCES_MAX))?;
        let mut elements = Vec::<Text>::new();
        for ConfigurationElement { cost_element, .. } in shown.rows {
            if !elements.contains(&cost_element) {
                elements.push(cost_element);
            }
        }
        Ok(Sources { elements, frames, periods_so_far: calendar.periods_so_far(self.period), recorded: recorded? })
    }

    /// A row for each cost element that the configuration shows, where nothing stands on it too; then a subtotal for
    /// each kind, and the total.
    pub(crate) fn rows(&self, cx: &Context, sources: &Sources, own: Own<'_>) -> Vec<StatementRow> {
        let mut rows = Vec::new();
        let [mut expenditure, mut other, mut all] = [None::<Frames>; 3];
        for element in &sources.elements {
            let frames = sources.frames.get(element).copied().unwrap_or_default();
            let row = self.of_element(cx, element, &frames, sources.periods_so_far);
            let subtotal = if row.kind == Some(ElementKind::Expenditure) { &mut expenditure } else { &mut other };
            subtotal.get_or_insert_default().add(frames);
            all.get_or_insert_default().add(frames);
            rows.push(self.with_remarks(row, element, &sources.recorded, own));
        }
        let totals = [
            (Text::fixed("*expenditure"), LineType::Subtotal, Some(ElementKind::Expenditure), expenditure),
            (Text::fixed("*other"), LineType::Subtotal, Some(ElementKind::Other), other),
            (Text::fixed("*"), LineType::Total, None, all),
        ];
        for (id, line_type, kind, sum) in totals {
            let figures = sum.map(|sum| self.figures(id, line_type, &sum, sources.periods_so_far));
            rows.extend(figures.map(|row| StatementRow { kind, ..row }));
        }
        rows
    }

    fn of_element(&self, cx: &Context, cost_element: &Text, frames: &Frames, periods_so_far: i64) -> StatementRow {
        let element = cx.lookup::<CostElement>(cost_element);
        let threshold = flags::threshold(cx, &self.cost_object.code, cost_element);
        let kind = element.as_ref().map(|element| element.kind);
        let version = self.configuration.budget;
        let (current, year) = (frames.current.against(version), frames.year.against(version));
        let flag_reason = flags::reason(&threshold, kind.unwrap_or_default(), current, year);
        StatementRow {
            cost_element: Some(cost_element.clone()),
            name: element.map(|element| element.name),
            kind,
            flag: Some(if flag_reason.is_some() { Flag::Red } else { Flag::Clear }),
            flag_reason,
            ..self.figures(cost_element.clone(), LineType::Element, frames, periods_so_far)
        }
    }

    fn figures(&self, id: Text, line_type: LineType, frames: &Frames, periods_so_far: i64) -> StatementRow {
        let Frames { current, previous, year } = frames;
        let [against, previous_against, year_against] =
            [current, previous, year].map(|amounts| amounts.against(self.configuration.budget));
        StatementRow {
            id,
            line_type: Some(line_type),
            current_actual: Some(current.actual),
            current_original_budget: Some(current.original_budget),
            current_revised_budget: Some(current.revised_budget),
            current_variance: Some(against.variance()),
            current_variance_percent: against.variance_percent(),
            previous_actual: Some(previous.actual),
            previous_original_budget: Some(previous.original_budget),
            previous_revised_budget: Some(previous.revised_budget),
            previous_variance: Some(previous_against.variance()),
            previous_variance_percent: previous_against.variance_percent(),
            year_actual: Some(year.actual),
            year_original_budget: Some(year.original_budget),
            year_revised_budget: Some(year.revised_budget),
            year_variance: Some(year_against.variance()),
            year_variance_percent: year_against.variance_percent(),
            year_average: Some(average(year.actual, periods_so_far)),
            ..StatementRow::default()
        }
    }

    /// With the comments on it, and with who has acknowledged its flag.
    fn with_remarks(&self, row: StatementRow, element: &Text, recorded: &Recorded, own: Own<'_>) -> StatementRow {
        let acknowledged = recorded.acknowledged(*self, &row, own);
        let (acknowledged_by, acknowledged_on) = acknowledged.unzip();
        let comment_count = Some(recorded.comment_count(*self, element, own));
        StatementRow { acknowledged_by, acknowledged_on, comment_count, ..row }
    }
}

impl StatementRow {
    /// The variance in the time frame of its flag's threshold; none where it is not red.
    pub(crate) fn flagged_variance(&self) -> Option<Decimal> {
        if self.flag_reason?.is_of_year() { self.year_variance } else { self.current_variance }
    }
}

/// Whether a configuration has no cost elements.
pub(crate) fn shows_nothing(cx: &Context, configuration: &Configuration) -> bool {
    shown(cx, configuration).rows.is_empty()
}

fn shown(cx: &Context, configuration: &Configuration) -> Selection<ConfigurationElement> {
    cx.select(&configuration.code, ELEMENTS_MAX)
}

/// The total of all rows; none where there are no rows.
pub(crate) fn total(rows: &[StatementRow]) -> Option<&StatementRow> {
    rows.iter().find(|row| row.line_type == Some(LineType::Total))
}

/// The row of a cost element.
pub(crate) fn of_element<'a>(rows: &'a [StatementRow], element: &Text) -> Result<&'a StatementRow, StatementIssue> {
    let row = rows.iter().find(|row| row.cost_element.as_ref() == Some(element));
    row.ok_or_else(|| StatementIssue::NotInStatement { cost_element: element.clone() })
}

/// The row of a cost element whose red flag nobody has acknowledged.
pub(crate) fn to_acknowledge<'a>(rows: &'a [StatementRow], element: &Text) -> Result<&'a StatementRow, StatementIssue> {
    let row = of_element(rows, element)?;
    let (cost_element, name) = (element.clone(), row.name.clone().unwrap_or_default());
    match (&row.acknowledged_by, row.acknowledged_on) {
        _ if row.flag != Some(Flag::Red) => Err(StatementIssue::NotFlagged { cost_element, name }),
        (Some(user), Some(day)) => {
            Err(StatementIssue::AlreadyAcknowledged { cost_element, name, user: user.clone(), day })
        }
        _ => Ok(row),
    }
}

/// That a calendar, a configuration or a cost object has more rows than are read.
pub(crate) fn cut_short<T: Reference>(limit: u32) -> StatementIssue {
    StatementIssue::CutShort { table: Text::fixed(T::NAME), limit: i64::from(limit) }
}
