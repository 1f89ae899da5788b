//! The format of packages and publication records.
