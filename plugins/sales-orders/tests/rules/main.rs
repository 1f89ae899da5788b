//! The order's rules, evaluated natively, without a host.

mod actions;
mod credit;
mod discounts;
mod money;
mod promises;
mod shop;
