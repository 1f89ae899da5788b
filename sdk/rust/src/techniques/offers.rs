//! Offers: not only what is wrong, but what would be right.
//!
//! An item is sold from 10 pieces on, in packs of 4. Who orders 9 should not do the arithmetic: 12 is what he can have.
#![doc = excerpt!("plugins/sales-orders/src/order.rs", "fn quantity_can_be_ordered")]
#![doc = excerpt!("plugins/sales-orders/src/quantities.rs", "fn check", "fn least_above")]
//!
//! A vendor says *accepted* and enters another day. Either may be the slip, and one of the two can be offered:
#![doc = excerpt!("plugins/vendor-collaboration/src/response.rs", "fn answer_fits_changes")]
//! # What happens
//!
//! An offer is a value for the field that `at` names. The user sees it beside the message and takes it with one click,
//! which is an entry like any other: everything is worked out again. Nothing is ever corrected without him, and a server
//! that refuses sends its offer back with the refusal.
//!
//! # What to watch out for
//!
//! - Offer only what passes the rule itself, and all others that you can see. Where nothing does, offer nothing.
//! - The offer has the field's type: a quantity for a quantity, an answer for an answer.
//! - `.offer(…)` makes an [`Issue`](crate::Issue) of a variant, so such rules return `Vec<Issue>` or `Option<Issue>`.
