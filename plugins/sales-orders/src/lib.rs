//! Sales orders: prices, discounts, taxes, promises and credit.
//!
//! [`order`] has the order's fields and rules; a rule is short and reads as the business rule does. What takes more
//! than that has a file of its own: `agreements` (and with them `pricing` and `discounts`), `amounts`, `quantities`,
//! `availability`, `credit`. [`tables`] are the reference tables, [`issues`] what can be wrong.

#![forbid(unsafe_code)]

mod agreements;
mod amounts;
mod availability;
mod credit;
mod discounts;
pub mod issues;
pub mod order;
mod pricing;
mod quantities;
pub mod tables;

lockstep_sdk::plugin! {
    entities: [order::SalesOrder],
    tables: [
        tables::Customer,
        tables::CurrentBalance,
        tables::Item,
        tables::Currency,
        tables::TradeAgreement,
        tables::TaxRate,
        tables::Supply,
        tables::Parameters,
    ],
    issues: [issues::OrderIssue],
}
