//! What can be wrong with a timesheet. The words for each are in `messages/`, under its name in kebab-case.

use lockstep_sdk::prelude::*;

use crate::tables::Stage;

/// What can be wrong with a timesheet; a variant's fields are its message's arguments.
#[derive(Issues, Clone, Debug, PartialEq)]
pub enum TimesheetIssue {
    /// Hours of zero or less.
    #[error]
    HoursNotPositive,
    /// A line of more hours than a day has.
    #[error]
    HoursAboveDay {
        /// What a day has.
        most: Decimal,
    },
    /// Hours between two steps.
    #[error]
    HoursNotInSteps {
        /// What hours are a multiple of.
        step: Decimal,
    },
    /// A day of more hours than a day has, in all of the worker's timesheets together.
    #[error]
    DayTooLong {
        /// The day.
        date: Date,
        /// Its hours in this timesheet.
        hours: Decimal,
        /// Its hours in the worker's other timesheets.
        elsewhere: Decimal,
        /// What a day has.
        most: Decimal,
    },
    /// A day of another period.
    #[error]
    DateOutsidePeriod {
        /// The period's first day.
        from: Date,
        /// The period's last day.
        to: Date,
    },
    /// A period that takes no more hours.
    #[error]
    PeriodClosed {
        /// The period.
        name: Text,
    },
    /// A project that takes no hours at its stage.
    #[error]
    ProjectNotOpen {
        /// The project.
        project: Text,
        /// Its name.
        name: Text,
        /// How far it is.
        stage: Stage,
    },
    /// A category that is not on the project's list.
    #[error]
    CategoryNotListed {
        /// The category.
        category: Text,
        /// The project.
        project: Text,
    },
    /// An activity that is part of another project.
    #[error]
    ActivityOfOtherProject {
        /// The activity.
        activity: Text,
        /// The project that it is part of.
        project: Text,
    },
    /// A project of another company than the timesheet's.
    #[information]
    OtherLegalEntity {
        /// The project.
        project: Text,
        /// The company that owns it.
        legal_entity: Text,
    },
    /// Project, category, activity and date of an earlier line.
    #[error]
    SameLineTwice {
        /// The earlier line, counted from 1.
        line: i64,
    },
    /// Billable hours of which the customer does not read what they were spent on; an error where he demands it.
    #[warning]
    ExternalCommentMissing {
        /// The project.
        project: Text,
    },
    /// A line without a date, a project or hours.
    #[error]
    LineUnfinished,
    /// A timesheet of nothing.
    #[error]
    NoLines,
    /// Fewer hours than a week should have.
    #[warning]
    WeekTooShort {
        /// Its hours.
        hours: Decimal,
        /// The fewest that it should have.
        least: Decimal,
    },
    /// Nobody enters, submits or deletes the hours of another.
    #[error]
    TimesheetOfOther {
        /// Whose they are.
        worker: Text,
    },
    /// Nobody approves or returns his own hours.
    #[error]
    OwnTimesheet,
    /// Last week has no line that is not here already.
    #[error]
    NothingToCopy,
    /// Lines of last week whose projects take no more hours.
    #[information]
    LinesLeftOut {
        /// How many.
        lines: i64,
    },
}
