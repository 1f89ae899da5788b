//! Server checks: what a device cannot know better.
//!
//! Eight pieces are available. Two people reserve five each, both without a network, and both are right by what their
//! devices know. One of them must be told, by the server, with what is left.
#![doc = excerpt!("plugins/inventory-on-hand/src/stock.rs", "fn enough_to_reserve", "fn enough_to_reserve_now")]
#![doc = excerpt!("plugins/inventory-on-hand/src/availability.rs", "fn check", "fn check_now")]
//!
//! Who answers for a cost object may change while a device is away. What is newer at the server counts:
#![doc = excerpt!("plugins/cost-controlling/src/statement.rs", "fn cost_object_is_own", "fn cost_object_is_own_now")]
#![doc = excerpt!("plugins/cost-controlling/src/responsibility.rs", "fn check", "fn check_now")]
//! # What happens
//!
//! On the device `enough_to_reserve` answers at once. On the server it runs again, on the record as it is there by then:
//! that alone refuses the second reservation and offers the three that are left. `server_only` is for what goes beyond: a
//! table that no device has, here the reservations of others that no record holds yet. Such rules run apart, after all
//! others.
//!
//! # What to watch out for
//!
//! - Write the mirrored rule first. It is the one that spares people the way back to the customer.
//! - A server-only rule refuses or warns. It gives no field a value, so that a device and the server never differ in what
//!   they derive.
//! - Let both rules share one function: the message and the offer are then the same.
//! - Without a row the server has nothing to add. That is not an error.
