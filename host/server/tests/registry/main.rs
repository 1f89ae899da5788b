//! The registry: states, publication, lineage, keys, offers, and that it is the same after it was opened again.

mod conflicts;
mod keys;
mod lineage;
mod model;
mod needs;
mod offers;
mod opening;
mod policy;
mod publishing;
mod running;
mod states;
mod support;
