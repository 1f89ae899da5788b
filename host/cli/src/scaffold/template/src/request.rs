//! The purchase request: its fields and its rules.

pub use entity::{PurchaseRequest, RequestLine, Status};

/// A rule is a plain function whose parameters are the fields that it reads.
#[lockstep_sdk::entity]
pub mod entity {
    use crate::{issues::RequestIssue, tables::Product};
    use lockstep_sdk::prelude::*;

    /// How far a request has come.
    #[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum Status {
        /// Being written.
        #[default]
        Draft,
        /// With the buyers.
        Submitted,
    }

    /// What an employee would like to have bought.
    #[derive(Clone, Debug, Default)]
    #[entity(status = status, frozen = [Submitted], update(states = [Draft]))]
    pub struct PurchaseRequest {
        /// Who asks.
        #[field(entered, required)]
        pub requester: Option<Text>,
        /// What it may cost; none: anything.
        #[field(entered, scale = 2)]
        pub budget: Option<Decimal>,
        /// In two weeks unless entered.
        #[field(defaulted)]
        pub needed_by: Option<Date>,
        /// Moved by `submit`.
        #[field(state)]
        pub status: Option<Status>,
        /// The sum of the lines.
        #[field(calculated, scale = 2)]
        pub total: Option<Decimal>,
        /// What is to be bought.
        pub lines: Vec<RequestLine>,
    }

    /// One product of a request.
    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct RequestLine {
        /// The product's number.
        #[field(entered, required, table = Product)]
        pub product: Option<Text>,
        /// How many pieces.
        #[field(entered, required, scale = 3)]
        pub quantity: Option<Decimal>,
        /// The product's price unless entered.
        #[field(defaulted, scale = 2)]
        pub unit_price: Option<Decimal>,
        /// Quantity times price.
        #[field(calculated, scale = 2)]
        pub amount: Option<Decimal>,
    }

    impl PurchaseRequest {
        #[default]
        pub fn needed_by(cx: &Context) -> Date {
            cx.today.add_days(14)
        }

        #[calculation]
        pub fn total(#[each(lines)] amount: Column<'_, Decimal>) -> Decimal {
            amount.sum()
        }

        #[validation(at = total)]
        pub fn within_budget(total: Decimal, budget: Decimal) -> Result<(), RequestIssue> {
            if total > budget {
                Err(RequestIssue::OverBudget { total, budget })
            } else {
                Ok(())
            }
        }

        #[validation(actions = [submit])]
        pub fn has_lines(lines: &[RequestLine]) -> Result<(), RequestIssue> {
            if lines.is_empty() {
                Err(RequestIssue::NoLines)
            } else {
                Ok(())
            }
        }

        #[action(states = [Draft])]
        pub fn submit() -> PurchaseRequest {
            PurchaseRequest {
                status: Some(Status::Submitted),
                ..Default::default()
            }
        }
    }

    impl RequestLine {
        #[default]
        pub fn unit_price(product: &Product) -> Decimal {
            product.price
        }

        #[calculation]
        pub fn amount(quantity: Decimal, unit_price: Decimal) -> Decimal {
            (quantity * unit_price).round_commercial(2)
        }

        #[validation(at = quantity)]
        pub fn quantity_is_positive(quantity: Decimal) -> Result<(), RequestIssue> {
            if quantity > Decimal::ZERO {
                Ok(())
            } else {
                Err(RequestIssue::QuantityNotPositive { quantity })
            }
        }

        #[validation(at = product)]
        pub fn product_is_sold(product: &Product) -> Result<(), RequestIssue> {
            if product.discontinued {
                Err(RequestIssue::Discontinued {
                    product: product.name.clone(),
                })
            } else {
                Ok(())
            }
        }
    }
}
