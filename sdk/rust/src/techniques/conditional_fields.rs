//! Conditional fields: hidden, read-only, required.
//!
//! A hotel has nights and a meal has persons. A form with all fields for all kinds of expense is filled in wrongly, so a
//! line shows those that its category has, and insists on them.
#![doc = excerpt!("plugins/expense-management/src/report.rs", "fn is_hotel", "fn is_no_hotel", "fn is_of")]
//!
//! A vendor sees the order's prices and does not change them. An item is his to name only as a substitute:
#![doc = excerpt!("plugins/vendor-collaboration/src/response.rs", "fn prices_stand", "fn item_stands", "fn is_substitute")]
//!
//! Some customers read what each hour was spent on. The words may follow later, but not after the timesheet is submitted:
#![doc = excerpt!("plugins/project-time-entry/src/timesheet.rs", "fn is_to_be_explained")]
//! # What happens
//!
//! A condition runs for each row, and the form follows it: fields come and go, lock, and get the asterisk of what is
//! required. What is required and absent is refused with `required`, on the device and on the server: by `create` and
//! `update`, or by the actions that the condition names. With `actions = [submit]` a draft can be saved without.
//!
//! # What to watch out for
//!
//! - A plain parameter skips the condition while its field is absent. Where that should hide, take an `Option`: a line
//!   without a category has no nights either.
//! - *Hidden* wins: a hidden field is not required. A value may still be left in one, from when it was shown, and rules
//!   ask for the category before they use it.
//! - *Read-only* keeps the user from changing a field, not a rule from giving it its default. What must not differ is a
//!   validation besides, such as `price_as_ordered` in that file.
