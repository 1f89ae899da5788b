//! Tiers: a header's rule that gives one field of all rows.
//!
//! A worker is paid 0.45 for each of the first 1,000 kilometres of a year and 0.25 for all above. What a line is worth
//! depends on the distances of the report's other lines, on their days and their vehicles: no line can know it by itself.
#![doc = excerpt!("plugins/expense-management/src/report.rs", "fn mileage_amount")]
#![doc = excerpt!("plugins/expense-management/src/mileage.rs", "fn worth_of", "fn worth")]
//! # What happens
//!
//! `#[calculation(lines)]` stands at a rule of the header with the name of the row's field. It returns one cell for each
//! row, in row order; `None` leaves the cell absent. Rules of the rows that read the field come after it, here the
//! line's `claimed_amount`, and then the totals of the header. The user changes one distance and sees all later lines of
//! the vehicle follow.
//!
//! # What to watch out for
//!
//! - A vector that is shorter or longer than the rows is a plugin fault. Run over `0..date.len()`.
//! - The rule may read no field that depends on what it gives: that is a circle, and does not compile.
//! - A look-up that cannot be answered makes the field unknown in *all* rows, and no total is computed from it.
//! - The order of rows is the user's. Where the business has another one, as here by day, say it in the rule.
//! - `#[default(lines)]` is the same for a field that the user may enter: given cells stay.
