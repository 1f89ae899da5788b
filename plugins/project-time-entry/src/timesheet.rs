//! The timesheet: its fields, and its rules as the business states them.

use lockstep_sdk::prelude::*;

pub use sheet::{Day, Line, Return, Timesheet};

/// How far a timesheet is.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// The worker is at it.
    #[default]
    Draft,
    /// It waits for approval.
    Submitted,
    /// It is final.
    Approved,
    /// The worker is asked to change it.
    Returned,
}

/// The timesheet, its lines, its days and their rules.
#[lockstep_sdk::entity]
pub mod sheet {
    use lockstep_sdk::prelude::*;

    use super::Status;
    use crate::{
        duplicates, hours,
        issues::TimesheetIssue,
        last_week,
        tables::{
            Activity, Category, CategoryValidation, LineProperty, Parameters, Period, Project, ProjectCategory,
            Resource,
        },
    };

    /// A worker's hours of one period.
    #[derive(Clone, Debug, Default)]
    #[entity(
        status = status,
        frozen = [Submitted, Approved],
        create(states = [Draft]),
        update(states = [Draft, Returned]),
        delete(states = [Draft])
    )]
    pub struct Timesheet {
        /// The record's key.
        pub key: Text,
        /// From the number sequence.
        #[field(assigned, max_length = 20)]
        pub number: Option<Text>,
        /// Who worked.
        #[field(defaulted, required, read_only, table = Resource, max_length = 60)]
        pub worker: Option<Text>,
        /// The company that the worker enters hours in.
        #[field(defaulted, read_only, max_length = 20)]
        pub company: Option<Text>,
        /// The period's first day.
        #[field(defaulted, required, table = Period)]
        pub period: Option<Date>,
        /// The period's last day.
        #[field(calculated)]
        pub period_end: Option<Date>,
        /// How far it is.
        #[field(state)]
        pub status: Option<Status>,
        /// When it was submitted.
        #[field(state)]
        pub submitted_on: Option<Date>,
        /// Who approved or returned it.
        #[field(state, max_length = 60)]
        pub decided_by: Option<Text>,
        /// When it was approved or returned.
        #[field(state)]
        pub decided_on: Option<Date>,
        /// What the worker is asked to change.
        #[field(state, max_length = 255)]
        pub return_comment: Option<Text>,
        /// The hours of its lines.
        #[field(calculated, scale = 2)]
        pub total_hours: Option<Decimal>,
        /// What is billable of them.
        #[field(calculated, scale = 6)]
        pub billable_hours: Option<Decimal>,
        /// The billable part of the total.
        #[field(calculated, scale = 3)]
        pub utilisation: Option<Decimal>,
        /// What was worked on.
        pub lines: Vec<Line>,
        /// The totals of each day that has lines.
        #[field(calculated)]
        pub days: Vec<Day>,
    }

    /// So many hours of one kind on one day.
    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Line {
        /// The row's id.
        pub id: Text,
        /// When.
        #[field(entered, required)]
        pub date: Option<Date>,
        /// On which project.
        #[field(entered, required, table = Project, max_length = 20)]
        pub project: Option<Text>,
        /// On which activity of the project.
        #[field(entered, table = Activity, max_length = 20)]
        pub activity: Option<Text>,
        /// The kind of work.
        #[field(defaulted, table = Category, max_length = 20)]
        pub category: Option<Text>,
        /// How much of it the customer pays.
        #[field(defaulted, table = LineProperty, max_length = 20)]
        pub line_property: Option<Text>,
        /// For how long.
        #[field(entered, required, scale = 2)]
        pub hours: Option<Decimal>,
        /// For colleagues.
        #[field(entered, max_length = 1000)]
        pub internal_comment: Option<Text>,
        /// For the customer.
        #[field(entered, max_length = 1000)]
        pub external_comment: Option<Text>,
        /// Whom the project is for.
        #[field(calculated, max_length = 20)]
        pub customer: Option<Text>,
        /// What the customer pays.
        #[field(calculated, scale = 6)]
        pub billable_hours: Option<Decimal>,
    }

    /// The totals of one day.
    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Day {
        /// The day, as ISO 8601 writes it.
        pub id: Text,
        /// The day.
        #[field(calculated)]
        pub date: Option<Date>,
        /// The hours of its lines.
        #[field(calculated, scale = 2)]
        pub hours: Option<Decimal>,
        /// What is billable of them.
        #[field(calculated, scale = 6)]
        pub billable_hours: Option<Decimal>,
    }

    /// What returning asks for.
    #[derive(Clone, Debug, Default)]
    #[arguments(r#return)]
    pub struct Return {
        /// What the worker is to change.
        #[field(required, max_length = 255)]
        pub comment: Option<Text>,
    }

    impl Timesheet {
        /// The user.
        #[default]
        pub fn worker(cx: &Context) -> Text {
            cx.user.clone()
        }

        /// The user's.
        #[default]
        pub fn company(cx: &Context) -> Text {
            cx.company.clone()
        }

        /// The one that holds today.
        #[default]
        pub fn period(cx: &Context) -> Option<Date> {
            Period::holding(cx, cx.today).map(|period| period.from)
        }

        /// The period's.
        #[calculation]
        pub fn period_end(period: &Period) -> Date {
            period.to
        }

        /// The lines' hours.
        #[calculation]
        pub fn total_hours(#[each(lines)] hours: Column<'_, Decimal>) -> Decimal {
            hours.sum()
        }

        /// The lines' billable hours.
        #[calculation]
        pub fn billable_hours(#[each(lines)] billable_hours: Column<'_, Decimal>) -> Decimal {
            billable_hours.sum()
        }

        /// Billable ÷ total; 0 where the total is 0.
        #[calculation]
        pub fn utilisation(billable_hours: Decimal, total_hours: Decimal) -> Decimal {
            hours::utilisation(billable_hours, total_hours)
        }

        /// The lines' hours by day.
        #[calculation]
        pub fn days(
            #[each(lines)] date: Column<'_, Date>,
            #[each(lines)] hours: Column<'_, Decimal>,
            #[each(lines)] billable_hours: Column<'_, Decimal>,
        ) -> Vec<Day> {
            hours::by_day(&date, &hours, &billable_hours)
        }

        /// Why it was returned is shown while it says something.
        #[condition(hidden = [return_comment])]
        pub fn is_not_returned(return_comment: Option<&Text>) -> bool {
            return_comment.is_none()
        }

        /// A timesheet of no period is not submitted.
        #[condition(required = [period], actions = [submit])]
        pub fn has_no_period(period: Option<Date>) -> bool {
            period.is_none()
        }

        /// A closed period takes no more hours.
        #[validation(at = period, actions = [create, update, copy_from_last_week, submit])]
        pub fn period_not_closed(period: &Period) -> Result<(), TimesheetIssue> {
            if period.closed { Err(TimesheetIssue::PeriodClosed { name: period.name.clone() }) } else { Ok(()) }
        }

        /// The same project, category, activity and date stand on one line.
        #[validation(at = lines.project, actions = [create, update, submit])]
        pub fn no_line_twice(
            #[each(lines)] date: Column<'_, Date>,
            #[each(lines)] project: Column<'_, Text>,
            #[each(lines)] category: Column<'_, Text>,
            #[each(lines)] activity: Column<'_, Text>,
        ) -> Vec<Issue> {
            duplicates::check(&date, &project, &category, &activity)
        }

        /// A timesheet of nothing is not submitted.
        #[validation(actions = [submit])]
        pub fn has_lines(#[each(lines)] hours: Column<'_, Decimal>) -> Result<(), TimesheetIssue> {
            if hours.is_empty() { Err(TimesheetIssue::NoLines) } else { Ok(()) }
        }

        /// A short week is flagged.
        #[validation(at = total_hours, actions = [submit])]
        pub fn week_long_enough(cx: &Context, total_hours: Decimal) -> Option<TimesheetIssue> {
            let least = Parameters::of(cx).least_week_hours?;
            (total_hours < least).then_some(TimesheetIssue::WeekTooShort { hours: total_hours, least })
        }

        /// The worker himself enters, submits and deletes it.
        #[validation(at = worker, actions = [create, update, delete, copy_from_last_week, submit])]
        pub fn user_is_worker(cx: &Context, worker: &Text) -> Result<(), TimesheetIssue> {
            if *worker == cx.user { Ok(()) } else { Err(TimesheetIssue::TimesheetOfOther { worker: worker.clone() }) }
        }

        /// Somebody else than the worker approves and returns it.
        #[validation(at = worker, actions = [approve, r#return])]
        pub fn decided_by_another(cx: &Context, worker: &Text) -> Result<(), TimesheetIssue> {
            if *worker == cx.user { Err(TimesheetIssue::OwnTimesheet) } else { Ok(()) }
        }

        /// Lines of last week that are not copied are told.
        #[validation(at = lines, actions = [copy_from_last_week])]
        pub fn all_projects_still_open(
            cx: &Context,
            worker: &Text,
            period: &Period,
            lines: &[Line],
        ) -> Option<TimesheetIssue> {
            let lines = last_week::copy(cx, worker, period, lines).left_out;
            (lines > 0).then_some(TimesheetIssue::LinesLeftOut { lines })
        }

        /// Last week's lines, seven days on; what is there stays.
        #[action(states = [Draft, Returned])]
        pub fn copy_from_last_week(
            cx: &Context,
            worker: &Text,
            period: &Period,
            lines: &[Line],
        ) -> Result<Timesheet, TimesheetIssue> {
            let lines = last_week::copy(cx, worker, period, lines).lines;
            if lines.is_empty() {
                Err(TimesheetIssue::NothingToCopy)
            } else {
                Ok(Timesheet { lines, ..Timesheet::default() })
            }
        }

        /// It goes to the approver.
        #[action(states = [Draft, Returned])]
        pub fn submit(cx: &Context) -> Patch<Timesheet> {
            let (status, submitted_on) = (Some(Status::Submitted), Some(cx.today));
            Patch::own(Timesheet { status, submitted_on, ..Timesheet::default() })
                .clear(TimesheetField::DecidedBy)
                .clear(TimesheetField::DecidedOn)
                .clear(TimesheetField::ReturnComment)
        }

        /// It is final.
        #[action(states = [Submitted])]
        pub fn approve(cx: &Context) -> Timesheet {
            Timesheet { status: Some(Status::Approved), ..decided(cx) }
        }

        /// It goes back to the worker, who is told what to change.
        #[action(states = [Submitted])]
        pub fn r#return(cx: &Context, arguments: &Return) -> Timesheet {
            let return_comment = arguments.comment.clone();
            Timesheet { status: Some(Status::Returned), return_comment, ..decided(cx) }
        }
    }

    impl Line {
        /// The worker's, else the activity's, else the project's, else the parameters'.
        #[default]
        pub fn category(
            cx: &Context,
            worker: Option<&Resource>,
            activity: Option<&Activity>,
            project: Option<&Project>,
        ) -> Option<Text> {
            let of_worker = worker.and_then(|worker| worker.default_category.clone());
            let of_activity = || activity.and_then(|activity| activity.default_category.clone());
            let of_project = || project.and_then(|project| project.default_category.clone());
            of_worker.or_else(of_activity).or_else(of_project).or_else(|| Parameters::of(cx).default_category)
        }

        /// That of the category on the project, else the project's, else the parameters'.
        #[default]
        pub fn line_property(cx: &Context, project: &Project, category: Option<&Text>) -> Option<Text> {
            let listed = category.and_then(|category| cx.lookup::<ProjectCategory>((&project.number, category)));
            let of_category = listed.and_then(|listed| listed.default_line_property);
            let of_project = || project.default_line_property.clone();
            of_category.or_else(of_project).or_else(|| Parameters::of(cx).default_line_property)
        }

        /// The project's.
        #[calculation]
        pub fn customer(project: &Project) -> Option<Text> {
            project.customer.clone()
        }

        /// Hours × the line property's percent.
        #[calculation]
        pub fn billable_hours(hours: Decimal, line_property: &LineProperty) -> Decimal {
            hours::billable(hours, line_property.billable_percent)
        }

        /// A project that takes listed categories alone wants one.
        #[condition(required = [category], actions = [create, update, submit])]
        pub fn has_listed_categories(project: &Project) -> bool {
            project.category_validation == CategoryValidation::Listed
        }

        /// A line that was never finished is not submitted.
        #[validation(actions = [submit])]
        pub fn is_finished(
            date: Option<Date>,
            project: Option<&Text>,
            hours: Option<Decimal>,
        ) -> Result<(), TimesheetIssue> {
            let is_finished = date.is_some() && project.is_some() && hours.is_some();
            if is_finished { Ok(()) } else { Err(TimesheetIssue::LineUnfinished) }
        }

        /// Above zero, no more than a day has, in whole steps.
        #[validation(at = hours, actions = [create, update, submit])]
        pub fn hours_can_be_entered(cx: &Context, hours: Decimal) -> Result<(), Issue> {
            hours::check(hours, Parameters::of(cx).step())
        }

        /// A day of the period; else its nearest is offered.
        #[validation(at = date, actions = [create, update, submit])]
        pub fn date_in_period(date: Date, period: &Period) -> Option<Issue> {
            let outside = || TimesheetIssue::DateOutsidePeriod { from: period.from, to: period.to };
            (!period.has(date)).then(|| outside().offer(&period.nearest(date)))
        }

        /// A project in process.
        #[validation(at = project, actions = [create, update, submit])]
        pub fn project_open(project: &Project) -> Result<(), TimesheetIssue> {
            let Project { number, name, stage, .. } = project;
            let closed =
                || TimesheetIssue::ProjectNotOpen { project: number.clone(), name: name.clone(), stage: *stage };
            if project.is_open() { Ok(()) } else { Err(closed()) }
        }

        /// Hours for another company are told.
        #[validation(at = project)]
        pub fn project_of_company(project: &Project, company: &Text) -> Option<TimesheetIssue> {
            let (number, owner) = (&project.number, &project.legal_entity);
            let other = || TimesheetIssue::OtherLegalEntity { project: number.clone(), legal_entity: owner.clone() };
            (owner != company).then(other)
        }

        /// On the project's list, where it has one.
        #[validation(at = category, actions = [create, update, submit])]
        pub fn category_listed(cx: &Context, project: &Project, category: &Text) -> Option<TimesheetIssue> {
            if project.category_validation == CategoryValidation::Any {
                return None;
            }
            let is_listed = cx.lookup::<ProjectCategory>((&project.number, category)).is_some();
            let (category, project) = (category.clone(), project.number.clone());
            (!is_listed).then_some(TimesheetIssue::CategoryNotListed { category, project })
        }

        /// A piece of the line's own project.
        #[validation(at = activity, actions = [create, update, submit])]
        pub fn activity_of_project(activity: &Activity, project: &Text) -> Option<TimesheetIssue> {
            let (number, of) = (activity.number.clone(), activity.project.clone());
            (of != *project).then_some(TimesheetIssue::ActivityOfOtherProject { activity: number, project: of })
        }

        /// Where the project demands words for the customer, billable hours are not submitted without.
        #[condition(required = [external_comment], actions = [submit])]
        pub fn is_to_be_explained(project: &Project, billable_hours: Decimal) -> bool {
            project.external_comment_required && billable_hours > Decimal::ZERO
        }

        /// Billable hours without words for the customer are flagged.
        #[validation(at = external_comment)]
        pub fn is_explained(
            project: &Text,
            billable_hours: Decimal,
            external_comment: Option<&Text>,
        ) -> Result<(), TimesheetIssue> {
            explained(project, billable_hours, external_comment)
        }

        /// At submit, too, where the project does not demand words: where it does, they are required.
        #[validation(at = external_comment, actions = [submit])]
        pub fn is_explained_at_submit(
            project: &Project,
            billable_hours: Decimal,
            external_comment: Option<&Text>,
        ) -> Result<(), TimesheetIssue> {
            if project.external_comment_required {
                return Ok(());
            }
            explained(&project.number, billable_hours, external_comment)
        }
    }

    impl Day {
        /// No more than a day has, over all of the worker's timesheets.
        #[validation(at = hours, actions = [create, update, submit])]
        pub fn within_a_day(
            cx: &Context,
            #[record] key: &Text,
            worker: &Text,
            date: Date,
            hours: Decimal,
        ) -> Result<(), TimesheetIssue> {
            let (elsewhere, most) = (hours::elsewhere(cx, worker, date, key), hours::DAY);
            if hours + elsewhere <= most {
                Ok(())
            } else {
                Err(TimesheetIssue::DayTooLong { date, hours, elsewhere, most })
            }
        }
    }

    fn decided(cx: &Context) -> Timesheet {
        Timesheet { decided_by: Some(cx.user.clone()), decided_on: Some(cx.today), ..Timesheet::default() }
    }

    fn explained(project: &Text, billable_hours: Decimal, comment: Option<&Text>) -> Result<(), TimesheetIssue> {
        let has_words = comment.is_some_and(|comment| !comment.is_blank());
        if has_words || billable_hours <= Decimal::ZERO {
            return Ok(());
        }
        Err(TimesheetIssue::ExternalCommentMissing { project: project.clone() })
    }
}
