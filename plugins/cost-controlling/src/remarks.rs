//! What managers have said of a cost object in a period: on the statement at hand, and on others that are about the
//! same, laid out in another way.

use lockstep_sdk::prelude::*;

use crate::{
    flags::FlagReason,
    issues::StatementIssue,
    lines::{Subject, cut_short},
    statement::{Acknowledgement, Comment, CostStatement, StatementRow},
    tables::BudgetVersion,
};

/// The most comments, and the most acknowledgements, that a cost object may have in a period.
const REMARKS_MAX: u32 = 1_000;

/// Every comment on every statement.
#[derive(Reference, Clone, Debug)]
#[reference(view = CostStatement, rows = comments)]
pub struct RecordedComment {
    /// Of this cost object.
    #[field(key, max_length = 20)]
    pub cost_object: Text,
    /// In this period.
    #[field(key, max_length = 10)]
    pub period: Text,
    /// The statement's key.
    #[field(key, record)]
    pub statement: Text,
    /// The row's id.
    #[field(key, row)]
    pub row: Text,
    /// Of this cost element.
    #[field(max_length = 20)]
    pub cost_element: Text,
}

/// Every acknowledged flag of every statement.
#[derive(Reference, Clone, Debug)]
#[reference(view = CostStatement, rows = acknowledgements)]
pub struct RecordedAcknowledgement {
    /// Of this cost object.
    #[field(key, max_length = 20)]
    pub cost_object: Text,
    /// In this period.
    #[field(key, max_length = 10)]
    pub period: Text,
    /// The statement's key.
    #[field(key, record)]
    pub statement: Text,
    /// The row's id.
    #[field(key, row)]
    pub row: Text,
    /// Of this cost element.
    #[field(max_length = 20)]
    pub cost_element: Text,
    /// Against this budget.
    pub budget_version: BudgetVersion,
    /// Which threshold was exceeded.
    pub reason: FlagReason,
    /// The variance at the time, in the threshold's time frame.
    #[field(scale = 4)]
    pub variance: Decimal,
    /// Who.
    #[field(max_length = 60)]
    pub user: Text,
    /// When.
    pub day: Date,
}

/// What was said on the statement at hand, of whatever it was about then.
#[derive(Clone, Copy)]
pub(crate) struct Own<'a> {
    /// The statement's key.
    pub(crate) key: &'a Text,
    pub(crate) comments: &'a [Comment],
    pub(crate) acknowledgements: &'a [Acknowledgement],
}

/// What was said on all statements, the one at hand as it was stored before among them.
pub(crate) struct Recorded {
    comments: Vec<RecordedComment>,
    acknowledgements: Vec<RecordedAcknowledgement>,
}

impl Recorded {
    /// Of a cost object in a period.
    pub(crate) fn read(cx: &Context, subject: Subject<'_>) -> Result<Self, StatementIssue> {
        let about = (&subject.cost_object.code, &subject.period.code);
        let comments = cx.select::<RecordedComment>(about, REMARKS_MAX);
        let acknowledgements = cx.select::<RecordedAcknowledgement>(about, REMARKS_MAX);
        if comments.cut_short {
            return Err(cut_short::<RecordedComment>(REMARKS_MAX));
        }
        if acknowledgements.cut_short {
            return Err(cut_short::<RecordedAcknowledgement>(REMARKS_MAX));
        }
        Ok(Self { comments: comments.rows, acknowledgements: acknowledgements.rows })
    }

    /// How many comments there are on a cost element.
    pub(crate) fn comment_count(&self, subject: Subject<'_>, element: &Text, own: Own<'_>) -> i64 {
        let is_about = |comment: &&Comment| {
            let Comment { cost_object, period, cost_element, .. } = comment;
            subject.is_shown_as(cost_object.as_ref(), period.as_ref()) && cost_element.as_ref() == Some(element)
        };
        let of_others = self.comments.iter().filter(|comment| comment.statement != *own.key);
        let of_others = of_others.filter(|comment| comment.cost_element == *element);
        (own.comments.iter().filter(is_about).count() + of_others.count()) as i64
    }

    /// Who has acknowledged the flag of a row, and when. Against the other budget it is another flag, and so it is for
    /// another reason or of a larger excess.
    pub(crate) fn acknowledged(&self, subject: Subject<'_>, row: &StatementRow, own: Own<'_>) -> Option<(Text, Date)> {
        let (element, excess) = (row.cost_element.as_ref()?, -row.flagged_variance()?);
        let holds = |reason, variance: Decimal| reason == row.flag_reason && excess <= -variance;
        let version = subject.configuration.budget;
        let is_about = |made: &&Acknowledgement| {
            let Acknowledgement { cost_object, period, cost_element, reason, variance, .. } = made;
            let is_flag = cost_element.as_ref() == Some(element) && made.budget_version == Some(version);
            let holds = variance.is_some_and(|variance| holds(*reason, variance));
            is_flag && holds && subject.is_shown_as(cost_object.as_ref(), period.as_ref())
        };
        let here = own.acknowledgements.iter().find(is_about);
        let here = here.and_then(|made| made.user.clone().zip(made.day));
        let others = self.acknowledgements.iter().filter(|made| made.statement != *own.key);
        let is_flag = |made: &&RecordedAcknowledgement| {
            made.cost_element == *element && made.budget_version == version && holds(Some(made.reason), made.variance)
        };
        let there = || others.clone().find(is_flag);
        here.or_else(|| there().map(|made| (made.user.clone(), made.day)))
    }
}
