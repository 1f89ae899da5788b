//! Keys, signatures, publication records, cases and the store: what is accepted, and that nothing else is.

mod altered;
mod cases;
mod keys;
mod publication;
mod signing;
mod store;
mod support;
