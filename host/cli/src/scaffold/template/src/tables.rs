//! The reference tables that rules look up.

use lockstep_sdk::prelude::*;

/// What can be bought.
#[derive(Reference, Clone, Debug, Default)]
pub struct Product {
    /// Its number.
    #[field(key)]
    pub number: Text,
    /// What people call it.
    pub name: Text,
    /// For one piece.
    #[field(scale = 2)]
    pub price: Decimal,
    /// It can no longer be bought.
    pub discontinued: bool,
}
