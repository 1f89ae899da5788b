//! Keys, signatures, publication records and the store: what is accepted, and that nothing else is.

mod altered;
mod support;
