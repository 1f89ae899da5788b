//! Lines that say the same: one subject stands on one line of a timesheet.

use std::collections::BTreeMap;

use lockstep_sdk::prelude::*;

use crate::{issues::TimesheetIssue, timesheet::Line};

/// What two lines of one timesheet may not have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Subject<'a> {
    date: Date,
    project: &'a Text,
    category: Option<&'a Text>,
    activity: Option<&'a Text>,
}

impl<'a> Subject<'a> {
    /// A line's; none where its date or its project is absent.
    pub(crate) fn of(line: &'a Line) -> Option<Self> {
        let (category, activity) = (line.category.as_ref(), line.activity.as_ref());
        Some(Self { date: line.date?, project: line.project.as_ref()?, category, activity })
    }
}

/// An issue for each line whose subject an earlier line has.
pub(crate) fn check(
    date: &Column<'_, Date>,
    project: &Column<'_, Text>,
    category: &Column<'_, Text>,
    activity: &Column<'_, Text>,
) -> Vec<Issue> {
    let mut first = BTreeMap::<Subject<'_>, usize>::new();
    let mut issues = Vec::new();
    for (row, project) in project.rows() {
        let Some(date) = date.get(row).copied() else { continue };
        let subject = Subject { date, project, category: category.get(row), activity: activity.get(row) };
        let earlier = *first.entry(subject).or_insert(row);
        if earlier < row {
            issues.push(TimesheetIssue::SameLineTwice { line: earlier as i64 + 1 }.at_row(row));
        }
    }
    issues
}
