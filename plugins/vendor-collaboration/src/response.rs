//! A vendor's answer to a purchase order: its fields, and its rules as the business states them.

use lockstep_sdk::prelude::*;

pub use purchase_order_response::{
    PurchaseOrderResponse, PurchaseOrderResponseCollection, PurchaseOrderResponseField, RejectAll, ResponseLine,
    SendBack,
};

/// How far an answer is.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// The vendor is at it.
    #[default]
    Draft,
    /// The buyer is to decide.
    InExternalReview,
    /// It is agreed.
    Confirmed,
}

/// What the vendor says of a line.
#[derive(Enumeration, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It comes as ordered.
    Accepted,
    /// It does not come.
    Rejected,
    /// It comes in another quantity or on another day.
    AcceptedWithChanges,
    /// Something else comes instead.
    Substituted,
    /// What comes instead.
    Substitute,
    /// It comes in several deliveries.
    SplitIntoSchedule,
    /// One of the deliveries.
    ScheduleLine,
}

/// What the vendor says of the order.
#[derive(Enumeration, Clone, Copy, Debug, PartialEq, Eq)]
pub enum WholeAnswer {
    /// All comes as ordered.
    Accepted,
    /// Nothing comes.
    Rejected,
    /// Anything else.
    AcceptedWithChanges,
}

impl Answer {
    /// Whether something comes under this row: not if it is rejected, or comes under other rows.
    pub fn delivers(self) -> bool {
        !matches!(self, Self::Rejected | Self::Substituted | Self::SplitIntoSchedule)
    }

    /// Whether such an answer may say what is ordered, or something else.
    pub(crate) fn fits(self, is_as_ordered: bool) -> bool {
        match self {
            Self::Accepted => is_as_ordered,
            Self::AcceptedWithChanges => !is_as_ordered,
            _ => true,
        }
    }

    /// What the parts of such a line are answered with.
    pub fn of_part(self) -> Option<Self> {
        match self {
            Self::Substituted => Some(Self::Substitute),
            Self::SplitIntoSchedule => Some(Self::ScheduleLine),
            _ => None,
        }
    }

    /// Whether the row is a part of another.
    pub fn is_part(self) -> bool {
        self.of_whole().is_some()
    }

    /// What the line of such a part is answered with.
    pub fn of_whole(self) -> Option<Self> {
        match self {
            Self::Substitute => Some(Self::Substituted),
            Self::ScheduleLine => Some(Self::SplitIntoSchedule),
            _ => None,
        }
    }
}

/// The answer, its lines and their rules.
#[lockstep_sdk::entity]
pub mod purchase_order_response {
    use lockstep_sdk::prelude::*;

    use super::{Answer, Status, WholeAnswer};
    use crate::{
        answers,
        calendar::Calendar,
        issues::ResponseIssue,
        ordered,
        parts::Rows,
        tables::{Currency, OrderAnswer, Parameters, PurchaseOrder, VendorItem},
        versions,
    };

    /// An answer of a vendor.
    #[derive(Clone, Debug, Default)]
    #[entity(status = status, frozen = [InExternalReview, Confirmed], create(states = [Draft]), update(states = [Draft]), delete(states = [Draft]))]
    pub struct PurchaseOrderResponse {
        /// The record's key.
        pub key: Text,
        /// What is answered.
        #[field(entered, required, read_only, table = PurchaseOrder, max_length = 20)]
        pub order: Option<Text>,
        /// The version of it that is answered.
        #[field(defaulted, read_only)]
        pub version: Option<i64>,
        /// The vendor's own number for the order.
        #[field(entered, max_length = 40)]
        pub vendor_reference: Option<Text>,
        /// For the buyer.
        #[field(entered, max_length = 1000)]
        pub note: Option<Text>,
        /// How far it is.
        #[field(state)]
        pub status: Option<Status>,
        /// Why all was rejected.
        #[field(state, max_length = 255)]
        pub reject_reason: Option<Text>,
        /// When it went to the buyer.
        #[field(state)]
        pub submitted_on: Option<Date>,
        /// Why the buyer sent it back.
        #[field(state, max_length = 255)]
        pub buyer_comment: Option<Text>,
        /// Who delivers.
        #[field(calculated, max_length = 20)]
        pub vendor: Option<Text>,
        /// What its amounts are in.
        #[field(calculated, table = Currency, max_length = 3)]
        pub currency: Option<Text>,
        /// Whether the vendor sees prices, charges and amounts.
        #[field(calculated)]
        pub shows_prices: Option<bool>,
        /// What its lines come to.
        #[field(calculated)]
        pub whole_answer: Option<WholeAnswer>,
        /// How many lines have no answer yet.
        #[field(calculated)]
        pub unanswered_lines: Option<i64>,
        /// What was ordered costs so much.
        #[field(calculated, scale = 4)]
        pub ordered_amount: Option<Decimal>,
        /// What is confirmed costs so much.
        #[field(calculated, scale = 4)]
        pub confirmed_amount: Option<Decimal>,
        /// The order's lines, and their parts.
        pub lines: Vec<ResponseLine>,
    }

    /// The answer to a line of the order, or a part of it: a schedule line or a substitute.
    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct ResponseLine {
        /// The row's id.
        pub id: Text,
        /// The order's line that is answered.
        #[field(entered)]
        pub line: Option<i64>,
        /// The order's line that this is a part of.
        #[field(entered)]
        pub parent_line: Option<i64>,
        /// What is said of it.
        #[field(entered)]
        pub answer: Option<Answer>,
        /// What comes: what is ordered, or a substitute.
        #[field(defaulted, max_length = 20)]
        pub item: Option<Text>,
        /// How much comes.
        #[field(defaulted, scale = 4)]
        pub confirmed_quantity: Option<Decimal>,
        /// When it comes.
        #[field(defaulted)]
        pub confirmed_date: Option<Date>,
        /// Of one unit: the order's.
        #[field(defaulted, scale = 6)]
        pub price: Option<Decimal>,
        /// Whatever the quantity: the order's.
        #[field(defaulted, scale = 4)]
        pub charges: Option<Decimal>,
        /// For the buyer.
        #[field(entered, max_length = 255)]
        pub note: Option<Text>,
        /// The order's line that it belongs to, itself or as a part.
        #[field(calculated)]
        pub order_line: Option<i64>,
        /// The item's name.
        #[field(calculated, max_length = 100)]
        pub name: Option<Text>,
        /// What quantities are in.
        #[field(calculated, max_length = 10)]
        pub unit: Option<Text>,
        /// How much is wanted.
        #[field(calculated, scale = 4)]
        pub ordered_quantity: Option<Decimal>,
        /// When it is wanted.
        #[field(calculated)]
        pub requested_date: Option<Date>,
        /// Whether something comes under this row.
        #[field(calculated)]
        pub delivering: Option<bool>,
        /// How much of what is wanted is not confirmed.
        #[field(calculated, scale = 4)]
        pub open_quantity: Option<Decimal>,
        /// What was ordered costs so much, with charges.
        #[field(calculated, scale = 4)]
        pub ordered_amount: Option<Decimal>,
        /// What is confirmed costs so much, with charges.
        #[field(calculated, scale = 4)]
        pub confirmed_amount: Option<Decimal>,
    }

    /// What rejecting all asks for.
    #[derive(Clone, Debug, Default)]
    #[arguments(reject_all)]
    pub struct RejectAll {
        /// Why.
        #[field(required, max_length = 255)]
        pub reason: Option<Text>,
    }

    /// What sending back asks for.
    #[derive(Clone, Debug, Default)]
    #[arguments(send_back)]
    pub struct SendBack {
        /// What the vendor should change.
        #[field(required, max_length = 255)]
        pub comment: Option<Text>,
    }

    impl PurchaseOrderResponse {
        /// The newest.
        #[default]
        pub fn version(order: &PurchaseOrder) -> i64 {
            order.newest_version
        }

        /// The order's.
        #[calculation]
        pub fn vendor(order: &PurchaseOrder) -> Text {
            order.vendor.clone()
        }

        /// The order's.
        #[calculation]
        pub fn currency(order: &PurchaseOrder) -> Text {
            order.currency.clone()
        }

        /// As the parameters say.
        #[calculation]
        pub fn shows_prices(cx: &Context) -> bool {
            Parameters::of(cx).show_prices
        }

        /// Accepted or rejected where each line is; with changes where they differ; none while one has no answer.
        #[calculation]
        pub fn whole_answer(
            #[each(lines)] answer: Column<'_, Answer>,
            #[each(lines)] parent_line: Column<'_, i64>,
        ) -> Option<WholeAnswer> {
            let whole = |answer: &Answer| match answer {
                Answer::Accepted => WholeAnswer::Accepted,
                Answer::Rejected => WholeAnswer::Rejected,
                _ => WholeAnswer::AcceptedWithChanges,
            };
            let rows = answer.cells().zip(parent_line.cells()).filter(|(_, parent)| parent.is_none());
            let mut answers = rows.map(|(answer, _)| answer.map(whole));
            let first = answers.next()??;
            answers.try_fold(first, |all, answer| {
                Some(if answer? == all { all } else { WholeAnswer::AcceptedWithChanges })
            })
        }

        /// Those of the order's lines that have a row without an answer.
        #[calculation]
        pub fn unanswered_lines(#[each(lines)] answer: Column<'_, Answer>) -> i64 {
            answer.cells().filter(Option::is_none).count() as i64
        }

        /// What is ordered less what is confirmed, under the line's own row or as its parts; none in different units.
        #[calculation(lines)]
        pub fn open_quantity(
            #[each(lines)] line: Column<'_, i64>,
            #[each(lines)] parent_line: Column<'_, i64>,
            #[each(lines)] answer: Column<'_, Answer>,
            #[each(lines)] ordered_quantity: Column<'_, Decimal>,
            #[each(lines)] confirmed_quantity: Column<'_, Decimal>,
            #[each(lines)] unit: Column<'_, Text>,
        ) -> Vec<Option<Decimal>> {
            Rows { line, parent_line, answer }.open(&ordered_quantity, &confirmed_quantity, &unit)
        }

        /// The lines' amounts.
        #[calculation]
        pub fn ordered_amount(_currency: &Currency, #[each(lines)] ordered_amount: Column<'_, Decimal>) -> Decimal {
            ordered_amount.sum()
        }

        /// The lines' amounts, as far as they have answers; none where a substitute is counted in another unit.
        #[calculation]
        pub fn confirmed_amount(
            _currency: &Currency,
            #[each(lines)] line: Column<'_, i64>,
            #[each(lines)] parent_line: Column<'_, i64>,
            #[each(lines)] answer: Column<'_, Answer>,
            #[each(lines)] unit: Column<'_, Text>,
            #[each(lines)] confirmed_amount: Column<'_, Decimal>,
        ) -> Option<Decimal> {
            let is_known = !Rows { line, parent_line, answer }.have_other_unit(&unit);
            is_known.then(|| confirmed_amount.sum())
        }

        /// Prices are the buyer's affair, unless the parameters show them.
        #[condition(hidden = [ordered_amount, confirmed_amount])]
        pub fn amounts_not_shown(shows_prices: bool) -> bool {
            !shows_prices
        }

        /// A reason is told where all is rejected.
        #[condition(hidden = [reject_reason])]
        pub fn not_all_rejected(whole_answer: Option<WholeAnswer>) -> bool {
            whole_answer != Some(WholeAnswer::Rejected)
        }

        /// Still wanted.
        #[validation(at = order, actions = [create, update, accept_all, reject_all, submit, confirm])]
        pub fn order_not_cancelled(order: &PurchaseOrder) -> Result<(), ResponseIssue> {
            let cancelled = || ResponseIssue::OrderCancelled { order: order.number.clone() };
            if order.cancelled { Err(cancelled()) } else { Ok(()) }
        }

        /// A vendor answers his own orders and nobody else's.
        #[validation(at = order, actions = [create, update, delete, refresh, accept_all, reject_all, submit, recall])]
        pub fn order_is_own(cx: &Context, order: &PurchaseOrder) -> Result<(), ResponseIssue> {
            ordered::check_vendor(cx, order)
        }

        /// The same by whom the user answers for at this moment.
        #[validation(
            server_only,
            at = order,
            actions = [create, update, delete, refresh, accept_all, reject_all, submit, recall]
        )]
        pub fn order_is_own_now(cx: &Context, order: &PurchaseOrder) -> Result<(), ResponseIssue> {
            ordered::check_vendor(cx, order)
        }

        /// A version is answered once.
        #[validation(at = order, actions = [create, update, submit, confirm])]
        pub fn not_answered_elsewhere(
            cx: &Context,
            #[record] key: &Text,
            order: &Text,
            version: i64,
        ) -> Option<ResponseIssue> {
            let answers = cx.select::<OrderAnswer>((order, version), 2).rows;
            let is_answered = answers.iter().any(|answer| answer.response != *key);
            is_answered.then(|| ResponseIssue::AnsweredElsewhere { order: order.clone(), version })
        }

        /// The newest version is answered; else it is said what that one changes.
        #[validation(at = lines, actions = [create, update, accept_all, reject_all, submit, confirm])]
        pub fn version_is_newest(
            cx: &Context,
            order: &PurchaseOrder,
            version: i64,
            #[each(lines)] line: Column<'_, i64>,
            #[each(lines)] parent_line: Column<'_, i64>,
            #[each(lines)] answer: Column<'_, Answer>,
        ) -> Vec<Issue> {
            versions::check(cx, order, version, &Rows { line, parent_line, answer })
        }

        /// The same with the orders as they are at this moment.
        #[validation(server_only, at = lines, actions = [create, update, accept_all, reject_all, submit, confirm])]
        pub fn version_is_newest_now(
            cx: &Context,
            order: &PurchaseOrder,
            version: i64,
            #[each(lines)] line: Column<'_, i64>,
            #[each(lines)] parent_line: Column<'_, i64>,
            #[each(lines)] answer: Column<'_, Answer>,
        ) -> Vec<Issue> {
            versions::check(cx, order, version, &Rows { line, parent_line, answer })
        }

        /// A line of the order is answered once.
        #[validation(at = lines.line, actions = [create, update, submit, confirm])]
        pub fn no_line_twice(
            #[each(lines)] line: Column<'_, i64>,
            #[each(lines)] parent_line: Column<'_, i64>,
            #[each(lines)] answer: Column<'_, Answer>,
        ) -> Vec<Issue> {
            Rows { line, parent_line, answer }.repeated()
        }

        /// Each part is of a line whose answer has such parts.
        #[validation(at = lines.parent_line, actions = [create, update, submit, confirm])]
        pub fn parts_have_their_line(
            #[each(lines)] line: Column<'_, i64>,
            #[each(lines)] parent_line: Column<'_, i64>,
            #[each(lines)] answer: Column<'_, Answer>,
        ) -> Vec<Issue> {
            Rows { line, parent_line, answer }.misplaced()
        }

        /// The schedule lines of a line sum to what is ordered of it.
        #[validation(at = lines.confirmed_quantity, actions = [create, update, submit, confirm])]
        pub fn schedules_are_whole(
            #[each(lines)] line: Column<'_, i64>,
            #[each(lines)] parent_line: Column<'_, i64>,
            #[each(lines)] answer: Column<'_, Answer>,
            #[each(lines)] ordered_quantity: Column<'_, Decimal>,
            #[each(lines)] confirmed_quantity: Column<'_, Decimal>,
        ) -> Vec<Issue> {
            Rows { line, parent_line, answer }.unequal_schedules(&ordered_quantity, &confirmed_quantity)
        }

        /// What is substituted is substituted by something.
        #[validation(at = lines.answer, actions = [create, update, submit, confirm])]
        pub fn substituted_by_something(
            #[each(lines)] line: Column<'_, i64>,
            #[each(lines)] parent_line: Column<'_, i64>,
            #[each(lines)] answer: Column<'_, Answer>,
        ) -> Vec<Issue> {
            Rows { line, parent_line, answer }.without_substitute()
        }

        /// A date on which nothing is received is flagged, and the next working day is offered where the answer allows it.
        #[validation(at = lines.confirmed_date, actions = [create, update, submit, confirm])]
        pub fn confirmed_for_working_days(
            cx: &Context,
            #[each(lines)] confirmed_date: Column<'_, Date>,
            #[each(lines)] delivering: Column<'_, bool>,
            #[each(lines)] answer: Column<'_, Answer>,
            #[each(lines)] ordered_quantity: Column<'_, Decimal>,
            #[each(lines)] confirmed_quantity: Column<'_, Decimal>,
            #[each(lines)] requested_date: Column<'_, Date>,
        ) -> Vec<Issue> {
            let calendar = Calendar::of(cx);
            let fits = |row, date| {
                let is_quantity_ordered = confirmed_quantity.get(row) == ordered_quantity.get(row);
                let is_as_ordered = is_quantity_ordered && requested_date.get(row) == Some(&date);
                answer.get(row).is_none_or(|answer| answer.fits(is_as_ordered))
            };
            let is_coming = |(row, date): &(usize, &Date)| delivering.get(*row) == Some(&true) && **date >= cx.today;
            let issue = |(row, date): (usize, &Date)| Some(calendar.issue(*date, |day| fits(row, day))?.at_row(row));
            confirmed_date.rows().filter(is_coming).filter_map(issue).collect()
        }

        /// All lines of the order have a row.
        #[validation(at = lines, actions = [submit, confirm])]
        pub fn every_line_there(
            cx: &Context,
            order: &Text,
            version: i64,
            #[each(lines)] line: Column<'_, i64>,
            #[each(lines)] parent_line: Column<'_, i64>,
            #[each(lines)] answer: Column<'_, Answer>,
        ) -> Vec<Issue> {
            answers::missing(ordered::lines(cx, order, version), &Rows { line, parent_line, answer })
        }

        /// What was wanted before today cannot come as it was ordered.
        #[validation(at = lines.requested_date, actions = [accept_all])]
        pub fn wanted_from_today_on(
            cx: &Context,
            order: &Text,
            version: i64,
            #[each(lines)] line: Column<'_, i64>,
            #[each(lines)] parent_line: Column<'_, i64>,
            #[each(lines)] answer: Column<'_, Answer>,
        ) -> Vec<Issue> {
            answers::wanted_before(cx.today, ordered::lines(cx, order, version), &Rows { line, parent_line, answer })
        }

        /// What the vendor says is for the buyer to decide on.
        #[validation(actions = [confirm, send_back])]
        pub fn decided_by_buyer(cx: &Context) -> Result<(), ResponseIssue> {
            if cx.has_role("buyer") { Ok(()) } else { Err(ResponseIssue::NotBuyer) }
        }

        /// Something comes.
        #[validation(at = whole_answer, actions = [confirm])]
        pub fn not_rejected(whole_answer: WholeAnswer) -> Result<(), ResponseIssue> {
            match whole_answer {
                WholeAnswer::Rejected => Err(ResponseIssue::NothingToConfirm),
                WholeAnswer::Accepted | WholeAnswer::AcceptedWithChanges => Ok(()),
            }
        }

        /// Each line of the order gets a row, and what a newer version changes is to be answered again.
        #[action(states = [Draft])]
        pub fn refresh(
            cx: &Context,
            order: &PurchaseOrder,
            version: i64,
            #[each(lines)] id: Column<'_, Text>,
            #[each(lines)] line: Column<'_, i64>,
            #[each(lines)] parent_line: Column<'_, i64>,
            #[each(lines)] answer: Column<'_, Answer>,
        ) -> Result<Patch<Self>, ResponseIssue> {
            answers::refresh(cx, order, version, &Rows { line, parent_line, answer }, &id)
        }

        /// Each line comes as ordered.
        #[action(states = [Draft])]
        pub fn accept_all(
            cx: &Context,
            order: &Text,
            version: i64,
            #[each(lines)] id: Column<'_, Text>,
            #[each(lines)] line: Column<'_, i64>,
            #[each(lines)] parent_line: Column<'_, i64>,
            #[each(lines)] answer: Column<'_, Answer>,
        ) -> Result<Patch<Self>, ResponseIssue> {
            Ok(answers::accept(&ordered::lines(cx, order, version)?, &Rows { line, parent_line, answer }, &id))
        }

        /// No line comes, for a reason.
        #[action(states = [Draft])]
        pub fn reject_all(
            cx: &Context,
            order: &Text,
            version: i64,
            #[each(lines)] id: Column<'_, Text>,
            #[each(lines)] line: Column<'_, i64>,
            #[each(lines)] parent_line: Column<'_, i64>,
            #[each(lines)] answer: Column<'_, Answer>,
            arguments: &RejectAll,
        ) -> Result<Patch<Self>, ResponseIssue> {
            let (order, rows) = (ordered::lines(cx, order, version)?, Rows { line, parent_line, answer });
            Ok(answers::reject(&order, &rows, &id, arguments.reason.clone()))
        }

        /// It is agreed if all comes as ordered and nobody wants to look at it; else the buyer decides.
        #[action(states = [Draft])]
        pub fn submit(cx: &Context, whole_answer: Option<WholeAnswer>) -> Patch<Self> {
            let is_agreed = whole_answer == Some(WholeAnswer::Accepted) && Parameters::of(cx).auto_confirm;
            let status = Some(if is_agreed { Status::Confirmed } else { Status::InExternalReview });
            let submitted = Self { status, submitted_on: Some(cx.today), ..Self::default() };
            Patch::own(submitted).clear(PurchaseOrderResponseField::BuyerComment)
        }

        /// The vendor takes it back to change it.
        #[action(states = [InExternalReview])]
        pub fn recall() -> Patch<Self> {
            let draft = Self { status: Some(Status::Draft), ..Self::default() };
            Patch::own(draft).clear(PurchaseOrderResponseField::SubmittedOn)
        }

        /// The buyer agrees.
        #[action(states = [InExternalReview])]
        pub fn confirm() -> Self {
            Self { status: Some(Status::Confirmed), ..Self::default() }
        }

        /// The buyer asks for something else.
        #[action(states = [InExternalReview])]
        pub fn send_back(arguments: &SendBack) -> Patch<Self> {
            let (status, buyer_comment) = (Some(Status::Draft), arguments.comment.clone());
            let draft = Self { status, buyer_comment, ..Self::default() };
            Patch::own(draft).clear(PurchaseOrderResponseField::SubmittedOn)
        }
    }

    impl ResponseLine {
        /// Its own, or the one that it is a part of.
        #[calculation]
        pub fn order_line(line: Option<i64>, parent_line: Option<i64>) -> Option<i64> {
            parent_line.or(line)
        }

        /// The order's; a substitute is for the vendor to name.
        #[default]
        pub fn item(
            cx: &Context,
            answer: Option<Answer>,
            order_line: i64,
            #[header] order: &Text,
            #[header] version: i64,
        ) -> Option<Text> {
            let ordered = || ordered::line(cx, order, version, order_line);
            if answer == Some(Answer::Substitute) { None } else { ordered().map(|line| line.item) }
        }

        /// The item's.
        #[calculation]
        pub fn name(
            cx: &Context,
            answer: Option<Answer>,
            item: &Text,
            order_line: i64,
            #[header] order: &Text,
            #[header] version: i64,
            #[header] vendor: &Text,
        ) -> Option<Text> {
            if answer == Some(Answer::Substitute) {
                return cx.lookup::<VendorItem>((vendor, item)).map(|item| item.name);
            }
            ordered::line(cx, order, version, order_line).map(|line| line.name)
        }

        /// The item's.
        #[calculation]
        pub fn unit(
            cx: &Context,
            answer: Option<Answer>,
            item: &Text,
            order_line: i64,
            #[header] order: &Text,
            #[header] version: i64,
            #[header] vendor: &Text,
        ) -> Option<Text> {
            if answer == Some(Answer::Substitute) {
                return cx.lookup::<VendorItem>((vendor, item)).map(|item| item.unit);
            }
            ordered::line(cx, order, version, order_line).map(|line| line.unit)
        }

        /// The order's, of a whole line.
        #[calculation]
        pub fn ordered_quantity(
            cx: &Context,
            line: i64,
            parent_line: Option<i64>,
            #[header] order: &Text,
            #[header] version: i64,
        ) -> Option<Decimal> {
            if parent_line.is_some() { None } else { Some(ordered::line(cx, order, version, line)?.quantity) }
        }

        /// The order's.
        #[calculation]
        pub fn requested_date(
            cx: &Context,
            order_line: i64,
            #[header] order: &Text,
            #[header] version: i64,
        ) -> Option<Date> {
            ordered::line(cx, order, version, order_line).map(|line| line.requested_date)
        }

        /// The order's.
        #[default]
        pub fn price(cx: &Context, order_line: i64, #[header] order: &Text, #[header] version: i64) -> Option<Decimal> {
            ordered::line(cx, order, version, order_line).map(|line| line.price)
        }

        /// The order's, of a whole line.
        #[default]
        pub fn charges(
            cx: &Context,
            line: i64,
            parent_line: Option<i64>,
            #[header] order: &Text,
            #[header] version: i64,
        ) -> Option<Decimal> {
            if parent_line.is_some() { None } else { ordered::line(cx, order, version, line)?.charges }
        }

        /// What is ordered, where it comes under this row.
        #[default]
        pub fn confirmed_quantity(answer: Option<Answer>, ordered_quantity: Decimal) -> Option<Decimal> {
            answer.is_none_or(Answer::delivers).then_some(ordered_quantity)
        }

        /// When it is wanted, where it comes under this row.
        #[default]
        pub fn confirmed_date(answer: Option<Answer>, requested_date: Date) -> Option<Date> {
            answer.is_none_or(Answer::delivers).then_some(requested_date)
        }

        /// Neither rejected nor substituted nor split.
        #[calculation]
        pub fn delivering(answer: Answer) -> bool {
            answer.delivers()
        }

        /// Ordered quantity × price + charges.
        #[calculation]
        pub fn ordered_amount(
            ordered_quantity: Decimal,
            price: Decimal,
            charges: Option<Decimal>,
            #[header] currency: &Currency,
        ) -> Decimal {
            (ordered_quantity * price + charges.unwrap_or_default()).round_commercial(currency.amount_decimals())
        }

        /// Confirmed quantity × price of what comes under this row, + charges of what comes at all; none in another unit
        /// than the price's.
        #[calculation]
        pub fn confirmed_amount(
            cx: &Context,
            answer: Answer,
            unit: Option<&Text>,
            order_line: i64,
            #[header] order: &Text,
            #[header] version: i64,
            confirmed_quantity: Option<Decimal>,
            price: Decimal,
            charges: Option<Decimal>,
            #[header] currency: &Currency,
        ) -> Option<Decimal> {
            if ordered::other_unit(cx, (order, version, order_line), unit).is_some() {
                return None;
            }
            let quantity = confirmed_quantity.filter(|_| answer.delivers()).unwrap_or_default();
            let charges = charges.filter(|_| answer != Answer::Rejected).unwrap_or_default();
            Some((quantity * price + charges).round_commercial(currency.amount_decimals()))
        }

        /// Prices are the buyer's affair, unless the parameters show them.
        #[condition(hidden = [price, charges, ordered_amount, confirmed_amount])]
        pub fn prices_not_shown(#[header] shows_prices: bool) -> bool {
            !shows_prices
        }

        /// The vendor answers the order's prices, it does not change them.
        #[condition(read_only = [price, charges])]
        pub fn prices_stand() -> bool {
            true
        }

        /// Only a substitute is another item.
        #[condition(read_only = [item])]
        pub fn item_stands(answer: Option<Answer>) -> bool {
            answer != Some(Answer::Substitute)
        }

        /// When it goes to the buyer, each row says something.
        #[condition(required = [answer], actions = [submit])]
        pub fn is_to_be_answered() -> bool {
            true
        }

        /// A substitute names its item.
        #[condition(required = [item])]
        pub fn is_substitute(answer: Answer) -> bool {
            answer == Answer::Substitute
        }

        /// A part has its own quantity and date, and a line that it is a part of; what is ordered stands there.
        #[condition(
            required = [parent_line, confirmed_quantity, confirmed_date],
            hidden = [line, charges, ordered_quantity, open_quantity, ordered_amount]
        )]
        pub fn is_part(answer: Answer) -> bool {
            answer.is_part()
        }

        /// A whole line answers a line of the order.
        #[condition(required = [line], hidden = [parent_line])]
        pub fn is_whole(answer: Option<Answer>, parent_line: Option<i64>) -> bool {
            answer.map_or(parent_line.is_none(), |answer| !answer.is_part())
        }

        /// What is changed is said.
        #[condition(required = [confirmed_quantity, confirmed_date])]
        pub fn is_changed(answer: Answer) -> bool {
            answer == Answer::AcceptedWithChanges
        }

        /// What comes under other rows, or not at all, has no quantity and no date here.
        #[condition(hidden = [confirmed_quantity, confirmed_date])]
        pub fn delivers_nothing(delivering: bool) -> bool {
            !delivering
        }

        /// The order has such a line.
        #[validation(at = line, actions = [create, update, submit, confirm])]
        pub fn line_of_order(
            cx: &Context,
            line: i64,
            #[header] order: &Text,
            #[header] version: i64,
        ) -> Result<(), ResponseIssue> {
            let not_in_order = || ResponseIssue::NotInOrder { line, order: order.clone(), version };
            ordered::line(cx, order, version, line).map(|_| ()).ok_or_else(not_in_order)
        }

        /// Only a part has a parent line.
        #[validation(at = parent_line, actions = [create, update, submit, confirm])]
        pub fn parent_of_part(answer: Answer, parent_line: i64) -> Result<(), ResponseIssue> {
            if answer.is_part() { Ok(()) } else { Err(ResponseIssue::ParentWithoutPart { line: parent_line }) }
        }

        /// The order's, unless it is a substitute.
        #[validation(at = item, actions = [create, update, submit, confirm])]
        pub fn item_as_ordered(
            cx: &Context,
            answer: Option<Answer>,
            item: &Text,
            order_line: i64,
            #[header] order: &Text,
            #[header] version: i64,
        ) -> Option<Issue> {
            let ordered = ordered::line(cx, order, version, order_line)?.item;
            let is_changed = answer != Some(Answer::Substitute) && *item != ordered;
            is_changed.then(|| ResponseIssue::ItemChanged { item: ordered.clone() }.offer(&ordered))
        }

        /// The order's; what it is, is said to those who may know.
        #[validation(at = price, actions = [create, update, submit, confirm])]
        pub fn price_as_ordered(
            cx: &Context,
            price: Decimal,
            order_line: i64,
            #[header] order: &Text,
            #[header] version: i64,
            #[header] shows_prices: bool,
        ) -> Option<Issue> {
            let ordered = ordered::line(cx, order, version, order_line)?.price;
            let changed = || ResponseIssue::PriceChanged { price: ordered }.offer(&ordered);
            (price != ordered).then(|| if shows_prices { changed() } else { ResponseIssue::PriceNotShown.into() })
        }

        /// The order's, and none of a part; what they are, is said to those who may know.
        #[validation(at = charges, actions = [create, update, submit, confirm])]
        pub fn charges_as_ordered(
            cx: &Context,
            charges: Decimal,
            parent_line: Option<i64>,
            order_line: i64,
            #[header] order: &Text,
            #[header] version: i64,
            #[header] shows_prices: bool,
        ) -> Option<Issue> {
            let ordered = ordered::line(cx, order, version, order_line)?.charges;
            let ordered = ordered.filter(|_| parent_line.is_none()).unwrap_or_default();
            let changed = || ResponseIssue::ChargesChanged { charges: ordered }.offer(&ordered);
            (charges != ordered).then(|| if shows_prices { changed() } else { ResponseIssue::PriceNotShown.into() })
        }

        /// Above zero, where something comes.
        #[validation(at = confirmed_quantity, actions = [create, update, submit, confirm])]
        pub fn quantity_positive(confirmed_quantity: Decimal, delivering: bool) -> Result<(), ResponseIssue> {
            let is_wrong = delivering && confirmed_quantity <= Decimal::ZERO;
            if is_wrong { Err(ResponseIssue::QuantityNotPositive) } else { Ok(()) }
        }

        /// More than ordered is flagged; what is ordered is offered where the answer allows it.
        #[validation(at = confirmed_quantity, actions = [create, update, submit, confirm])]
        pub fn not_more_than_ordered(
            ordered_quantity: Decimal,
            confirmed_quantity: Decimal,
            answer: Answer,
            requested_date: Option<Date>,
            confirmed_date: Option<Date>,
        ) -> Option<Issue> {
            let (ordered, excess) = (ordered_quantity, confirmed_quantity - ordered_quantity);
            let is_more = answer.delivers() && excess > Decimal::ZERO;
            is_more.then(|| {
                let issue = ResponseIssue::MoreThanOrdered { ordered, excess };
                let fits = ordered > Decimal::ZERO && answer.fits(confirmed_date == requested_date);
                if fits { issue.offer(&ordered) } else { issue.into() }
            })
        }

        /// What is accepted comes as ordered; what differs is accepted with changes, and the other way round.
        #[validation(at = answer, actions = [create, update, submit, confirm])]
        pub fn answer_fits_changes(
            answer: Answer,
            ordered_quantity: Decimal,
            requested_date: Date,
            confirmed_quantity: Decimal,
            confirmed_date: Date,
        ) -> Option<Issue> {
            let is_as_ordered = (confirmed_quantity, confirmed_date) == (ordered_quantity, requested_date);
            if answer.fits(is_as_ordered) {
                return None;
            }
            let changed = ResponseIssue::AcceptedButChanged { quantity: ordered_quantity, date: requested_date };
            match answer {
                Answer::Accepted => Some(changed.offer(&Answer::AcceptedWithChanges)),
                _ => Some(ResponseIssue::NothingChanged.offer(&Answer::Accepted)),
            }
        }

        /// Another item than the ordered one, and one that the vendor delivers.
        #[validation(at = item, actions = [create, update, submit, confirm])]
        pub fn substitute_differs(
            cx: &Context,
            answer: Answer,
            item: &Text,
            order_line: i64,
            #[header] order: &Text,
            #[header] version: i64,
            #[header] vendor: &Text,
        ) -> Option<ResponseIssue> {
            let ordered = ordered::line(cx, order, version, order_line).filter(|_| answer == Answer::Substitute)?;
            if *item == ordered.item {
                return Some(ResponseIssue::SameItem { item: item.clone() });
            }
            let unknown = || ResponseIssue::NotVendorsItem { item: item.clone(), vendor: vendor.clone() };
            cx.lookup::<VendorItem>((vendor, item)).is_none().then(unknown)
        }

        /// A substitute in another unit is flagged: how much of the line it stands for is not known.
        #[validation(at = item, actions = [create, update, submit, confirm])]
        pub fn substitute_in_ordered_unit(
            cx: &Context,
            answer: Answer,
            unit: &Text,
            order_line: i64,
            #[header] order: &Text,
            #[header] version: i64,
        ) -> Option<ResponseIssue> {
            let ordered_unit = ordered::other_unit(cx, (order, version, order_line), Some(unit))?;
            let issue = ResponseIssue::OtherUnit { line: order_line, unit: unit.clone(), ordered_unit };
            (answer == Answer::Substitute).then_some(issue)
        }

        /// Today or later; the next working day is offered where the answer allows it.
        #[validation(at = confirmed_date, actions = [create, update, submit, confirm])]
        pub fn confirmed_date_not_past(
            cx: &Context,
            confirmed_date: Date,
            answer: Answer,
            ordered_quantity: Option<Decimal>,
            confirmed_quantity: Option<Decimal>,
            requested_date: Option<Date>,
        ) -> Option<Issue> {
            let today = cx.today;
            let is_past = answer.delivers() && confirmed_date < today;
            is_past.then(|| {
                let issue = ResponseIssue::DatePast { today };
                let as_ordered = |day| confirmed_quantity == ordered_quantity && requested_date == Some(day);
                let next = Calendar::of(cx).working_day_from(today).filter(|day| answer.fits(as_ordered(*day)));
                next.map_or_else(|| issue.clone().into(), |day| issue.clone().offer(&day))
            })
        }
    }
}
