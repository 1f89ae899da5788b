//! Copying from last week: its lines, seven days on.
//!
//! What is there stays. A line has the category that it would have here, so that one left to its default is not taken
//! for another. A line that the timesheet has already is left out, and so is one of a project that takes no
//! more hours; what several timesheets say of one subject becomes one line. Comments are left out too: they say what
//! was done on their day.

use lockstep_sdk::prelude::*;

use crate::{
    duplicates::Subject,
    tables::{Activity, Entry, Period, Project, Resource},
    timesheet::Line,
};

/// Last week was so many days ago.
const WEEK: i32 = 7;

/// What comes of copying.
#[derive(Debug, Default)]
pub(crate) struct Copied {
    /// To be added.
    pub(crate) lines: Vec<Line>,
    /// How many were left out because their project takes no more hours.
    pub(crate) left_out: i64,
}

/// What the worker entered in the week before this period, moved into it.
pub(crate) fn copy(cx: &Context, worker: &Text, period: &Period, present: &[Line]) -> Copied {
    let mut copied = Copied::default();
    let days = (0..WEEK).map(|day| period.from.add_days(day)).filter(|day| period.has(*day));
    for day in days {
        for entry in Entry::of_day(cx, worker, day.add_days(-WEEK)) {
            let is_open = cx.lookup::<Project>(&entry.project).is_some_and(|project| project.is_open());
            let line = moved(cx, entry, day);
            let is_same = |other: &Line| Subject::of(other) == Subject::of(&line);
            if present.iter().any(is_same) {
                continue;
            }
            if !is_open {
                copied.left_out += 1;
            } else if let Some(same) = copied.lines.iter_mut().find(|other| is_same(other)) {
                same.hours = same.hours.zip(line.hours).map(|(one, other)| one + other);
            } else {
                copied.lines.push(line);
            }
        }
    }
    copied
}

fn moved(cx: &Context, entry: Entry, date: Date) -> Line {
    let category = entry.category.clone().or_else(|| category_here(cx, &entry));
    Line {
        date: Some(date),
        project: Some(entry.project),
        category,
        activity: entry.activity,
        line_property: entry.line_property,
        hours: Some(entry.hours),
        ..Line::default()
    }
}

fn category_here(cx: &Context, entry: &Entry) -> Option<Text> {
    let worker = cx.lookup::<Resource>(&entry.worker);
    let activity = entry.activity.as_ref().and_then(|activity| cx.lookup::<Activity>(activity));
    let project = cx.lookup::<Project>(&entry.project);
    Line::category(cx, worker.as_ref(), activity.as_ref(), project.as_ref())
}
