//! Justifications: go on, if you say why.
//!
//! Somebody counts 80 pieces where the books say 100. It may be right, so it cannot be refused. It may be a typing
//! mistake, so it cannot pass in silence either. A count that differs by more than a percentage is taken with a reason.
#![doc = excerpt!("plugins/inventory-on-hand/src/issues.rs", "enum StockIssue > CountDiffers")]
#![doc = excerpt!("plugins/inventory-on-hand/src/stock.rs", "fn count_near_books")]
#![doc = excerpt!("plugins/inventory-on-hand/src/counting.rs", "fn differs")]
//! # What happens
//!
//! The user reads the message and a field for his reason opens. Until he has written one the issue is an error, then it
//! is a warning: the count is taken, and his words go with the operation to the server and to whoever reads it there.
//! `lockstep run … --justify count-differs="A box was damaged"` does the same.
//!
//! # What to watch out for
//!
//! - The rule asks no one and sees no text: it says the same every time, and the host knows whether it was answered.
//! - Name an issue for what is to be explained, not one `needs-reason` for all: the reason is given to that issue.
//! - Where the reason is a field of the document itself, which others read and search, let the rule read that field and
//!   choose [the severity](crate::guide::severities) by it.
