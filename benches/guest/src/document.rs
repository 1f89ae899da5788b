//! A document that is one line: ten fields in its header.

pub use line_document::LineDocument;

/// The line and its rules.
#[lockstep_sdk::entity]
pub mod line_document {
    use lockstep_sdk::prelude::*;

    use crate::{issues::LineIssue, rules};

    /// A line by itself.
    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct LineDocument {
        /// What is bought.
        #[field(entered, required, max_length = 20)]
        pub item: Option<Text>,
        /// How much of it.
        #[field(entered, required, scale = 6)]
        pub quantity: Option<Decimal>,
        /// For one of it.
        #[field(entered, required, scale = 6)]
        pub unit_price: Option<Decimal>,
        /// Off the price.
        #[field(entered, scale = 4)]
        pub discount_percent: Option<Decimal>,
        /// The rate of its tax.
        #[field(entered, scale = 4)]
        pub tax_percent: Option<Decimal>,
        /// When it is asked for.
        #[field(entered)]
        pub requested_date: Option<Date>,
        /// When it was ordered.
        #[field(entered)]
        pub booked_date: Option<Date>,
        /// What the amounts are in.
        #[field(defaulted, max_length = 3)]
        pub currency: Option<Text>,
        /// Without tax.
        #[field(calculated, scale = 2)]
        pub net_amount: Option<Decimal>,
        /// The tax.
        #[field(calculated, scale = 2)]
        pub tax_amount: Option<Decimal>,
    }

    impl LineDocument {
        /// The house's own.
        #[default]
        pub fn currency() -> Text {
            Text::fixed(rules::CURRENCY)
        }

        /// Quantity times price, less the discount.
        #[calculation]
        pub fn net_amount(quantity: Decimal, unit_price: Decimal, discount_percent: Decimal) -> Decimal {
            rules::net_amount(quantity, unit_price, discount_percent)
        }

        /// The tax on the net amount.
        #[calculation]
        pub fn tax_amount(net_amount: Decimal, tax_percent: Decimal) -> Decimal {
            rules::tax_amount(net_amount, tax_percent)
        }

        /// An item has a number.
        #[validation(at = item)]
        pub fn item_named(item: &str) -> Result<(), LineIssue> {
            rules::item_named(item)
        }

        /// Above zero.
        #[validation(at = quantity)]
        pub fn quantity_positive(quantity: Decimal) -> Result<(), LineIssue> {
            rules::quantity_positive(quantity)
        }

        /// At most all of the price.
        #[validation(at = discount_percent)]
        pub fn discount_within_price(discount_percent: Decimal) -> Result<(), LineIssue> {
            rules::discount_within_price(discount_percent)
        }

        /// Asked for on the day of the booking or later.
        #[validation(at = requested_date)]
        pub fn requested_not_past(requested_date: Date, booked_date: Date) -> Result<(), LineIssue> {
            rules::requested_not_past(requested_date, booked_date)
        }
    }
}
