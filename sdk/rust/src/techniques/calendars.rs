//! Calendars: working days, and the next one.
//!
//! A vendor confirms a delivery for a Saturday or for a holiday, when nobody is there to receive it. He should hear it at
//! once, and be given the next working day.
#![doc = excerpt!(
    "plugins/vendor-collaboration/src/calendar.rs",
    "struct Calendar",
    "enum Day",
    "impl Calendar > fn of",
    "impl Calendar > fn day",
    "impl Calendar > fn working_day_from",
    "impl Calendar > fn issue",
    "impl Calendar > fn is_free"
)]
#![doc = excerpt!("plugins/vendor-collaboration/src/response.rs", "fn confirmed_for_working_days")]
//! # What happens
//!
//! Holidays are rows of a reference table, keyed by calendar and date, so that they come in the order of their days.
//! Weekends follow from the date. The user gets a warning at the line's date with the day that would do, and takes it
//! with one click.
//!
//! # What to watch out for
//!
//! - A calendar is read once for all lines: the rule is the header's and names the row with `at_row`.
//! - Behind the last holiday that was read no day is known to be a working day. The code says `Unknown`, warns, and offers
//!   nothing.
//! - Search a limited number of days ahead: a table may be wrong, and a rule must end.
//! - Today is `cx.today`, the user's. There is no other clock.
