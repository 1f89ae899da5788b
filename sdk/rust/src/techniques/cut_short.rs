//! Cut short: there is more than was read.
//!
//! A rule reads at most so many rows, since an evaluation must end. One day a table has more. Then the rule knows part of
//! the truth, and must not answer as if it were the whole. There are three honest answers.
//!
//! *What was found is right, only not finding it says nothing*: the record that has these dimensions is the one, however
//! many were not read.
#![doc = excerpt!("plugins/inventory-on-hand/src/dimensions.rs", "impl Dimensions > fn find")]
//!
//! *Without all of it nothing can be done*: half an order is not accepted.
#![doc = excerpt!("plugins/vendor-collaboration/src/ordered.rs", "fn lines")]
//!
//! *What was compared stands, and the rest is flagged*: nobody is refused his expenses because he has many.
#![doc = excerpt!("plugins/expense-management/src/claims.rs", "fn claimed_expense", "fn too_many")]
//! # What happens
//!
//! [`Selection::cut_short`](crate::Selection) says that there are more rows than the limit. The user reads it as an issue
//! with words of its own, on the device as on the server.
//!
//! # What to watch out for
//!
//! - A value that follows from all rows, the latest rate or a sum, is not known when some are missing. Yield `None` and
//!   let a validation say why, rather than a number from part of them.
//! - Limits have a name and a reason. Choose the key so that one prefix has few rows, and the limit far above.
//! - A table that is *not here* at all is another matter: the host says `not-checked` by itself.
