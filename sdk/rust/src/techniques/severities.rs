//! Severities: how grave it is, a table says.
//!
//! A hotel above the limit is flagged in one company, refused in another, and in a third it is paid with a reason. The
//! rule is the same for all of them; what becomes of it is the policy's own column.
#![doc = excerpt!("plugins/expense-management/src/tables.rs", "enum PolicyResult")]
#![doc = excerpt!("plugins/expense-management/src/policies.rs", "fn compare", "fn severity")]
//! # What happens
//!
//! Each kind of issue has a severity, and `.severity(…)` gives one issue another. An error refuses the actions that the
//! rule guards, a warning goes along with the document, and a justification is an error until the user's reason for it
//! travels with the action; then it is a warning, which the approver sees with the reason.
//!
//! # What to watch out for
//!
//! - The variant has a severity besides. It is what tools show of the kind, and what an issue has that is given no other.
//! - The code stays the same whatever the severity, and so does the message: write it so that it is true as a warning and
//!   as a refusal.
//! - What depends on the action is two validations with different `actions`.
