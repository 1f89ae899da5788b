//! Validity: rows that hold from a day, or between two.
//!
//! Rates change. A trip in March is paid at March's rate, even if it is entered in May, and an agreement counts on the
//! days that it was made for.
#![doc = excerpt!("plugins/expense-management/src/rates.rs", "struct PerDiemRate", "impl PerDiemRate > fn of", "fn is_valid")]
//!
//! A rate that holds until the next one has no last day. The latest that is not after the day is the one:
#![doc = excerpt!("plugins/expense-management/src/rates.rs", "fn exchange_rate")]
//!
//! Where several hold at once, the business says which goes first:
#![doc = excerpt!("plugins/sales-orders/src/agreements.rs", "fn holding")]
//! # What happens
//!
//! The first day is part of the key, behind what the rule asks by. A selection by prefix has the rows in the order of
//! their days, and `rfind` takes the last one that fits. A change is announced by adding a row with a day to come; nothing
//! is overwritten, and old documents keep their rates.
//!
//! # What to watch out for
//!
//! - Both ends belong to the time: *valid to* is the last day, not the day after.
//! - Ask with the document's day, not with today. Where there is none, let the rule wait: `date: Date`.
//! - The latest rows stand last, and are what a limit cuts off. When the selection is
//!   [cut short](crate::guide::cut_short), no rate is known.
//! - A frozen status keeps what was found then: see [transitions](crate::guide::transitions).
