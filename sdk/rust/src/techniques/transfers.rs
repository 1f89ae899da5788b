//! Transfers: quantities with two sides.
//!
//! Stock moves from one place to another. What leaves here arrives there, in one step: the sum is the same before and
//! after, and there is no moment at which a piece is nowhere or in two places.
#![doc = excerpt!("plugins/inventory-on-hand/src/stock.rs", "struct Transfer")]
#![doc = excerpt!("plugins/inventory-on-hand/src/stock.rs", "fn enough_to_move", "fn goes_elsewhere", "fn transfer")]
#![doc = excerpt!("plugins/inventory-on-hand/src/transfer.rs", "fn target", "fn destination")]
//! # What happens
//!
//! An action that changes more than its own document returns [`Effects`](crate::Effects): a patch of its own
//! ([`Patch::own`](crate::Patch::own)), and one of each other record, by key ([`Patch::of`](crate::Patch::of)). They are
//! one operation: both sides change or neither does.
//!
//! What travels is the action with its arguments, not its result. The server runs it again on its own records, so two
//! transfers that were made offline both count, and one that takes more than is left is refused there.
//!
//! # What to watch out for
//!
//! - The other record is found in a view whose key ends with the record's key: `Stock` here, see
//!   [other records](crate::guide::other_records).
//! - Refuse a transfer to where the stock is. Two patches of one record would not add up.
//! - Where there is no record to receive it, say so.
//! - Quantities are `state`, so that nothing but actions moves them.
