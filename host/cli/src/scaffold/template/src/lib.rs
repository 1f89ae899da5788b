//! Purchase requests: what employees would like to have bought.

pub mod issues;
pub mod request;
pub mod tables;

lockstep_sdk::plugin! {
    entities: [request::PurchaseRequest],
    tables: [tables::Product],
    issues: [issues::RequestIssue],
}
