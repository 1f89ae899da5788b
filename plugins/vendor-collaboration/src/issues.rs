//! What can be wrong with an answer. The words for each are in `messages/`, under its name in kebab-case.

use lockstep_sdk::prelude::*;

use crate::response::Answer;

/// What can be wrong with an answer; a variant's fields are its message's arguments.
#[derive(Issues, Clone, Debug, PartialEq)]
pub enum ResponseIssue {
    /// The order is called off.
    #[error]
    OrderCancelled {
        /// The order.
        order: Text,
    },
    /// The order has more lines than can be read.
    #[error]
    OrderTooLong {
        /// The order.
        order: Text,
        /// How many can be read.
        lines: i64,
    },
    /// Another record answers the same version.
    #[error]
    AnsweredElsewhere {
        /// The order.
        order: Text,
        /// The version.
        version: i64,
    },
    /// The order has been changed since.
    #[error]
    NotNewestVersion {
        /// The order.
        order: Text,
        /// The version that is answered.
        version: i64,
        /// The version that should be.
        newest: i64,
        /// How many lines are different in it.
        changed: i64,
        /// How many lines only it has.
        added: i64,
        /// How many lines it has no more.
        removed: i64,
    },
    /// The newest version asks for another item.
    #[information]
    NewItem {
        /// The order's line.
        line: i64,
        /// In the version that is answered.
        before: Text,
        /// In the newest.
        now: Text,
    },
    /// The newest version asks for another quantity.
    #[information]
    NewQuantity {
        /// The order's line.
        line: i64,
        /// In the version that is answered.
        before: Decimal,
        /// In the newest.
        now: Decimal,
    },
    /// The newest version asks for another day.
    #[information]
    NewDate {
        /// The order's line.
        line: i64,
        /// In the version that is answered.
        before: Date,
        /// In the newest.
        now: Date,
    },
    /// The newest version has another price.
    #[information]
    NewPrice {
        /// The order's line.
        line: i64,
        /// In the version that is answered.
        before: Decimal,
        /// In the newest.
        now: Decimal,
    },
    /// The newest version has other charges.
    #[information]
    NewCharges {
        /// The order's line.
        line: i64,
        /// In the version that is answered.
        before: Decimal,
        /// In the newest.
        now: Decimal,
    },
    /// A line that only the newest version has.
    #[information]
    LineAdded {
        /// The order's line.
        line: i64,
        /// What is bought.
        item: Text,
        /// How much of it.
        quantity: Decimal,
        /// When it is wanted.
        date: Date,
    },
    /// A line that the newest version has no more.
    #[information]
    LineRemoved {
        /// The order's line.
        line: i64,
        /// What was bought.
        item: Text,
    },
    /// A line that the order has not.
    #[error]
    NotInOrder {
        /// The order's line.
        line: i64,
        /// The order.
        order: Text,
        /// Its version.
        version: i64,
    },
    /// A line that an earlier row answers already.
    #[error]
    LineTwice {
        /// The order's line.
        line: i64,
        /// The earlier row, counted from 1.
        row: i64,
    },
    /// A line of the order without a row.
    #[error]
    NotAnswered {
        /// The order's line.
        line: i64,
        /// What is bought.
        item: Text,
    },
    /// An order without lines.
    #[error]
    NothingToAnswer,
    /// Another item than the order's, and no substitute.
    #[error]
    ItemChanged {
        /// The order's item.
        item: Text,
    },
    /// Another price than the order's.
    #[error]
    PriceChanged {
        /// The order's price.
        price: Decimal,
    },
    /// Other charges than the order's.
    #[error]
    ChargesChanged {
        /// The order's charges.
        charges: Decimal,
    },
    /// A price, or charges, where prices are the buyer's affair.
    #[error]
    PriceNotShown,
    /// Nothing, or less than nothing, of a line that is confirmed.
    #[error]
    QuantityNotPositive,
    /// More than is ordered.
    #[warning]
    MoreThanOrdered {
        /// The ordered quantity.
        ordered: Decimal,
        /// By how much it is exceeded.
        excess: Decimal,
    },
    /// An acceptance with another quantity or date than the order's.
    #[error]
    AcceptedButChanged {
        /// The ordered quantity.
        quantity: Decimal,
        /// The requested date.
        date: Date,
    },
    /// An acceptance with changes that changes nothing.
    #[warning]
    NothingChanged,
    /// A schedule of less than is ordered.
    #[error]
    ScheduleShort {
        /// The order's line.
        line: i64,
        /// The ordered quantity.
        ordered: Decimal,
        /// The sum of the schedule lines.
        scheduled: Decimal,
        /// What is missing.
        missing: Decimal,
    },
    /// A schedule of more than is ordered.
    #[error]
    ScheduleOver {
        /// The order's line.
        line: i64,
        /// The ordered quantity.
        ordered: Decimal,
        /// The sum of the schedule lines.
        scheduled: Decimal,
        /// What is too much.
        excess: Decimal,
    },
    /// A schedule line or a substitute of a line whose answer has none.
    #[error]
    PartMisplaced {
        /// The order's line.
        line: i64,
        /// The answer that the line should have.
        wanted: Answer,
    },
    /// A parent line where the answer is neither a schedule line nor a substitute.
    #[error]
    ParentWithoutPart {
        /// The parent line.
        line: i64,
    },
    /// A line that is substituted by nothing.
    #[error]
    NoSubstitute {
        /// The order's line.
        line: i64,
    },
    /// A substitute that is the ordered item itself.
    #[error]
    SameItem {
        /// The item.
        item: Text,
    },
    /// A substitute that the vendor does not deliver.
    #[error]
    NotVendorsItem {
        /// The item.
        item: Text,
        /// The vendor.
        vendor: Text,
    },
    /// A date that has gone by.
    #[error]
    DatePast {
        /// The earliest.
        today: Date,
    },
    /// A date on a weekend.
    #[warning]
    OnWeekend {
        /// The date.
        date: Date,
    },
    /// A date on a holiday.
    #[warning]
    OnHoliday {
        /// The date.
        date: Date,
        /// The holiday.
        holiday: Text,
    },
    /// A date for which not all holidays are known.
    #[information]
    HolidaysUnknown {
        /// The date.
        date: Date,
    },
    /// What was wanted before today cannot be accepted as it is.
    #[error]
    RequestedDatePast {
        /// The order's line.
        line: i64,
        /// When it was wanted.
        date: Date,
    },
    /// A decision on an answer by somebody who is no buyer.
    #[error]
    NotBuyer,
    /// An answer that rejects all cannot be confirmed.
    #[error]
    NothingToConfirm,
    /// An order of another vendor.
    #[error]
    NotVendorsOrder {
        /// The order.
        order: Text,
        /// Its vendor.
        vendor: Text,
        /// Who is signed in.
        user: Text,
    },
    /// A substitute that is counted in another unit than what is ordered.
    #[warning]
    OtherUnit {
        /// The order's line.
        line: i64,
        /// The substitute's unit.
        unit: Text,
        /// The order's unit.
        ordered_unit: Text,
    },
}
