//! Rows: which one answers a line of the order, and which are its parts, that is schedule lines and substitutes.

use std::cmp::Ordering;

use lockstep_sdk::prelude::*;

use crate::{issues::ResponseIssue, response::Answer};

/// What the rows are about, and what they say.
#[derive(Debug)]
pub(crate) struct Rows<'a> {
    pub(crate) line: Column<'a, i64>,
    pub(crate) parent_line: Column<'a, i64>,
    pub(crate) answer: Column<'a, Answer>,
}

impl Rows<'_> {
    /// The row that answers a line of the order.
    pub(crate) fn of_line(&self, line: i64) -> Option<usize> {
        self.wholes().find(|(_, answered)| *answered == line).map(|(row, _)| row)
    }

    pub(crate) fn answer_of(&self, row: usize) -> Option<Answer> {
        self.answer.get(row).copied()
    }

    /// An issue at the row that answers a line of the order, where there is one.
    pub(crate) fn at_line(&self, line: i64, issue: ResponseIssue) -> Issue {
        match self.of_line(line) {
            Some(row) => issue.at_row(row),
            None => issue.into(),
        }
    }

    /// A line of the order is answered by one row.
    pub(crate) fn repeated(&self) -> Vec<Issue> {
        let earlier = |(row, line): (usize, i64)| {
            let first = self.of_line(line).filter(|first| *first < row)?;
            Some(ResponseIssue::LineTwice { line, row: first as i64 + 1 }.at_row(row))
        };
        self.wholes().filter_map(earlier).collect()
    }

    /// Every part is of a line whose answer has such parts.
    pub(crate) fn misplaced(&self) -> Vec<Issue> {
        let misplaced = |(row, line): (usize, &i64)| {
            let (line, wanted) = (*line, self.answer_of(row)?.of_whole()?);
            let found = self.of_line(line).and_then(|whole| self.answer_of(whole));
            (found != Some(wanted)).then(|| ResponseIssue::PartMisplaced { line, wanted }.at_row(row))
        };
        self.parent_line.rows().filter_map(misplaced).collect()
    }

    /// The schedule lines of a line that is split sum to what is ordered of it.
    pub(crate) fn unequal_schedules(&self, ordered: &Column<Decimal>, confirmed: &Column<Decimal>) -> Vec<Issue> {
        let unequal = |(row, line)| self.unequal_schedule(row, line, *ordered.get(row)?, confirmed);
        self.answered(Answer::SplitIntoSchedule).filter_map(unequal).collect()
    }

    /// What a schedule has too little or too much, at its first line without a quantity, else at its last.
    fn unequal_schedule(
        &self,
        split: usize,
        line: i64,
        ordered: Decimal,
        confirmed: &Column<Decimal>,
    ) -> Option<Issue> {
        let schedule = || self.parts_of(line, Answer::ScheduleLine);
        let scheduled: Decimal = schedule().filter_map(|row| confirmed.get(row)).sum();
        let missing = ordered - scheduled;
        let issue = match missing.cmp(&Decimal::ZERO) {
            Ordering::Equal => return None,
            Ordering::Greater => ResponseIssue::ScheduleShort { line, ordered, scheduled, missing },
            Ordering::Less => ResponseIssue::ScheduleOver { line, ordered, scheduled, excess: -missing },
        };
        let without_quantity = schedule().find(|row| confirmed.get(*row).is_none());
        let Some(row) = without_quantity.or_else(|| schedule().last()) else {
            return Some(issue.at_row(split));
        };
        let quantity = confirmed.get(row).copied().unwrap_or_default() + missing;
        let issue = issue.at_row(row);
        Some(if quantity > Decimal::ZERO { issue.offer(&quantity) } else { issue })
    }

    /// A line that is substituted has a substitute.
    pub(crate) fn without_substitute(&self) -> Vec<Issue> {
        let without = |(row, line)| {
            let has_none = self.parts_of(line, Answer::Substitute).next().is_none();
            has_none.then(|| ResponseIssue::NoSubstitute { line }.at_row(row))
        };
        self.answered(Answer::Substituted).filter_map(without).collect()
    }

    /// Whether a line has a substitute that is counted in another unit.
    pub(crate) fn has_other_unit(&self, whole: usize, unit: &Column<Text>) -> bool {
        let substitutes = self.line.get(whole).map(|line| self.parts_of(*line, Answer::Substitute));
        let is_other = |part| unit.get(part).is_some() && unit.get(part) != unit.get(whole);
        substitutes.into_iter().flatten().any(is_other)
    }

    /// Whether a line is substituted by something in another unit, so that not all amounts are known.
    pub(crate) fn have_other_unit(&self, unit: &Column<Text>) -> bool {
        self.answered(Answer::Substituted).any(|(row, _)| self.has_other_unit(row, unit))
    }

    /// Of each row that answers a line of the order, how much of what is ordered is not confirmed there or by parts;
    /// none where a substitute is counted in another unit.
    pub(crate) fn open(
        &self,
        ordered: &Column<Decimal>,
        confirmed: &Column<Decimal>,
        unit: &Column<Text>,
    ) -> Vec<Option<Decimal>> {
        let sum = |row, answer: Answer| match (answer.of_part(), self.line.get(row)) {
            (Some(part), Some(line)) => self.parts_of(*line, part).filter_map(|row| confirmed.get(row)).sum(),
            _ => confirmed.get(row).copied().filter(|_| answer.delivers()).unwrap_or_default(),
        };
        let open = |row| {
            let answer = self.answer_of(row);
            if answer == Some(Answer::Substituted) && self.has_other_unit(row, unit) {
                return None;
            }
            let confirmed = answer.map_or(Decimal::ZERO, |answer| sum(row, answer));
            ordered.get(row).map(|ordered| (*ordered - confirmed).max(Decimal::ZERO))
        };
        (0..ordered.len()).map(open).collect()
    }

    /// The line of the order that a row belongs to, itself or as a part.
    pub(crate) fn order_line(&self, row: usize) -> Option<i64> {
        self.parent_line.get(row).or(self.line.get(row)).copied()
    }

    /// The rows that are parts, or would be.
    pub(crate) fn parts(&self) -> impl Iterator<Item = usize> {
        self.parent_line.rows().map(|(row, _)| row)
    }

    /// The rows that answer lines of the order, with these lines.
    fn wholes(&self) -> impl Iterator<Item = (usize, i64)> {
        let is_whole = |(row, _): &(usize, &i64)| self.parent_line.get(*row).is_none();
        self.line.rows().filter(is_whole).map(|(row, line)| (row, *line))
    }

    /// Those of them with an answer.
    fn answered(&self, answer: Answer) -> impl Iterator<Item = (usize, i64)> {
        self.wholes().filter(move |(row, _)| self.answer_of(*row) == Some(answer))
    }

    /// A line's parts of one kind.
    fn parts_of(&self, line: i64, kind: Answer) -> impl Iterator<Item = usize> {
        let parts = self.parent_line.rows().filter(move |(_, parent)| **parent == line).map(|(row, _)| row);
        parts.filter(move |row| self.answer_of(*row) == Some(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::ResponseLine;

    impl<'a> From<&'a [ResponseLine]> for Rows<'a> {
        fn from(rows: &'a [ResponseLine]) -> Self {
            Self {
                line: rows.iter().map(|row| row.line.as_ref()).collect(),
                parent_line: rows.iter().map(|row| row.parent_line.as_ref()).collect(),
                answer: rows.iter().map(|row| row.answer.as_ref()).collect(),
            }
        }
    }

    const TEN: Option<i64> = Some(10);

    fn whole(answer: Answer) -> ResponseLine {
        let ordered_quantity = Some(dec!(100));
        ResponseLine { line: TEN, answer: Some(answer), ordered_quantity, ..ResponseLine::default() }
    }

    fn part(answer: Answer, confirmed_quantity: Option<Decimal>) -> ResponseLine {
        ResponseLine { parent_line: TEN, answer: Some(answer), confirmed_quantity, ..ResponseLine::default() }
    }

    fn unequal(rows: &[ResponseLine]) -> Vec<Issue> {
        let ordered = rows.iter().map(|row| row.ordered_quantity.as_ref()).collect();
        let confirmed = rows.iter().map(|row| row.confirmed_quantity.as_ref()).collect();
        Rows::from(rows).unequal_schedules(&ordered, &confirmed)
    }

    /// What is wrong, and what is offered, when a line of 100 is split into such quantities.
    #[track_caller]
    fn check(quantities: &[Option<Decimal>], code: &str, offer: Option<Decimal>) {
        let schedule = quantities.iter().map(|quantity| part(Answer::ScheduleLine, *quantity));
        let rows: Vec<_> = std::iter::once(whole(Answer::SplitIntoSchedule)).chain(schedule).collect();
        let found = unequal(&rows);
        assert_eq!(found.iter().map(|issue| issue.code).collect::<Vec<_>>(), [code]);
        let expected = offer.map(|offer| Issue::new("", Severity::Error).offer(&offer).offer);
        assert_eq!(format!("{:?}", found[0].offer), format!("{:?}", expected.flatten()));
    }

    #[test]
    fn a_schedule_sums_to_what_is_ordered() {
        let schedule = |quantity| part(Answer::ScheduleLine, Some(quantity));
        let split = whole(Answer::SplitIntoSchedule);
        assert!(unequal(&[split.clone(), schedule(dec!(60)), schedule(dec!(40))]).is_empty());
        assert_eq!(unequal(&[split, schedule(dec!(60)), schedule(dec!(39.9999))]).len(), 1);
    }

    #[test]
    fn what_is_missing_or_too_much_is_offered_at_the_last_line() {
        check(&[Some(dec!(60)), Some(dec!(30))], "schedule-short", Some(dec!(40)));
        check(&[Some(dec!(60)), Some(dec!(50))], "schedule-over", Some(dec!(40)));
    }

    #[test]
    fn all_that_is_missing_is_offered_at_a_line_without_a_quantity() {
        check(&[None, Some(dec!(30))], "schedule-short", Some(dec!(70)));
    }

    #[test]
    fn nothing_is_offered_where_no_quantity_would_do() {
        check(&[Some(dec!(120)), Some(dec!(5))], "schedule-over", None);
        check(&[], "schedule-short", None);
    }

    #[test]
    fn parts_of_another_kind_do_not_count() {
        let rows = [whole(Answer::SplitIntoSchedule), part(Answer::Substitute, Some(dec!(100)))];
        assert_eq!(unequal(&rows).len(), 1);
        assert_eq!(Rows::from(&rows[..]).misplaced().len(), 1);
    }

    #[test]
    fn what_no_row_confirms_is_open() {
        let open = |rows: &[ResponseLine]| {
            let ordered = rows.iter().map(|row| row.ordered_quantity.as_ref()).collect();
            let confirmed = rows.iter().map(|row| row.confirmed_quantity.as_ref()).collect();
            let unit = rows.iter().map(|row| row.unit.as_ref()).collect();
            Rows::from(rows).open(&ordered, &confirmed, &unit)
        };
        let confirmed = |answer, quantity| ResponseLine { confirmed_quantity: Some(quantity), ..whole(answer) };
        assert_eq!(open(&[confirmed(Answer::Accepted, dec!(100))]), [Some(dec!(0))]);
        assert_eq!(open(&[confirmed(Answer::AcceptedWithChanges, dec!(70))]), [Some(dec!(30))]);
        assert_eq!(open(&[confirmed(Answer::AcceptedWithChanges, dec!(170))]), [Some(dec!(0))]);
        assert_eq!(open(&[confirmed(Answer::Rejected, dec!(70))]), [Some(dec!(100))]);
        let unanswered = ResponseLine { answer: None, ..confirmed(Answer::Accepted, dec!(100)) };
        assert_eq!(open(&[unanswered]), [Some(dec!(100))]);
        let (split, substituted) = (whole(Answer::SplitIntoSchedule), whole(Answer::Substituted));
        let schedule = |quantity| part(Answer::ScheduleLine, quantity);
        assert_eq!(open(&[split, schedule(Some(dec!(60))), schedule(None)]), [Some(dec!(40)), None, None]);
        assert_eq!(open(&[substituted.clone(), part(Answer::Substitute, Some(dec!(90)))]), [Some(dec!(10)), None]);
        let of_unit = |unit, row| ResponseLine { unit: Some(Text::fixed(unit)), ..row };
        let substituted_by = |unit| {
            open(&[of_unit("pcs", substituted.clone()), of_unit(unit, part(Answer::Substitute, Some(dec!(90))))])
        };
        assert_eq!(substituted_by("pcs"), [Some(dec!(10)), None]);
        assert_eq!(substituted_by("pair"), [None, None]);
    }

    #[test]
    fn a_substituted_line_has_a_substitute() {
        let rows = [part(Answer::Substitute, None), whole(Answer::Substituted)];
        assert!(Rows::from(&rows[..]).without_substitute().is_empty());
        assert!(Rows::from(&rows[..]).misplaced().is_empty());
        assert_eq!(Rows::from(&rows[1..]).without_substitute().len(), 1);
    }
}
