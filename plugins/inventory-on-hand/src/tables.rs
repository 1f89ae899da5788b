//! The reference tables: what is stored, where, how it is measured, and what is on hand.
//!
//! [`Stock`] and [`Reservation`] are keyed alike, so that all that concerns one item in one warehouse stands together
//! under one key prefix.

use lockstep_sdk::prelude::*;

use crate::{dimensions::StockStatus, stock::OnHand};

/// The key of the one row of [`Parameters`]; a company's own row goes before the shared one.
const INVENTORY: Text = Text::fixed("inventory");

/// How many on-hand records a view reads unless the parameters say otherwise, and at most.
const VIEW_RECORDS: i64 = 2_000;
const VIEW_RECORDS_MAX: i64 = 10_000;

/// Finest quantities that are kept.
const DECIMALS_MAX: i64 = 4;

/// An item that is stored.
#[derive(Reference, Clone, Debug, Default)]
pub struct Item {
    /// The item's number.
    #[field(key, max_length = 20)]
    pub number: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
    /// The unit that its quantities are in.
    #[field(max_length = 10)]
    pub unit: Text,
    /// Its stock is told apart by batch.
    pub batch_controlled: bool,
    /// More may be taken than there is.
    pub negative_allowed: bool,
}

/// A unit of measure.
#[derive(Reference, Clone, Debug, Default)]
pub struct Unit {
    /// The unit's code.
    #[field(key, max_length = 10)]
    pub code: Text,
    /// For people.
    #[field(max_length = 60)]
    pub name: Text,
    /// How many decimals a quantity in it has: 0 to 4.
    pub decimals: i64,
}

/// A site: a plant, a branch.
#[derive(Reference, Clone, Debug, Default)]
pub struct Site {
    /// The site's code.
    #[field(key, max_length = 20)]
    pub code: Text,
    /// For people.
    #[field(max_length = 60)]
    pub name: Text,
}

/// A warehouse of a site.
#[derive(Reference, Clone, Debug, Default)]
pub struct Warehouse {
    /// The warehouse's code.
    #[field(key, max_length = 20)]
    pub code: Text,
    /// For people.
    #[field(max_length = 60)]
    pub name: Text,
    /// The site that it belongs to.
    #[field(max_length = 20)]
    pub site: Text,
    /// Its stock is told apart by location.
    pub has_locations: bool,
}

/// A place within a warehouse.
#[derive(Reference, Clone, Debug, Default)]
pub struct Location {
    /// The warehouse.
    #[field(key, max_length = 20)]
    pub warehouse: Text,
    /// The location's code within the warehouse.
    #[field(key, max_length = 20)]
    pub code: Text,
}

/// How a quantity counts in a measure.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sign {
    /// It is added.
    #[default]
    Plus,
    /// It is taken off.
    Minus,
}

/// A sum of signed quantities of stock; a quantity without a sign does not count.
#[derive(Reference, Clone, Debug, Default)]
pub struct Measure {
    /// The measure's code.
    #[field(key, max_length = 20)]
    pub code: Text,
    /// For people.
    #[field(max_length = 60)]
    pub name: Text,
    /// What is there.
    pub physical: Option<Sign>,
    /// What is reserved.
    pub reserved: Option<Sign>,
    /// What is to come in.
    pub ordered: Option<Sign>,
    /// What is to go out.
    pub on_order: Option<Sign>,
}

/// What others have reserved at this moment and an on-hand record does not hold yet, as only the server knows it.
#[derive(Reference, Clone, Debug, Default)]
pub struct Reservation {
    /// The item.
    #[field(key, max_length = 20)]
    pub item: Text,
    /// The warehouse.
    #[field(key, max_length = 20)]
    pub warehouse: Text,
    /// Whether the stock may be used.
    #[field(key)]
    pub status: StockStatus,
    /// The document that it is reserved for.
    #[field(key, max_length = 20)]
    pub number: Text,
    /// The location, where the warehouse has such.
    #[field(max_length = 20)]
    pub location: Option<Text>,
    /// The batch, where the item has such.
    #[field(max_length = 20)]
    pub batch: Option<Text>,
    /// How much.
    #[field(scale = 4)]
    pub quantity: Decimal,
}

/// How strict we are; without a row no difference of a count is questioned, no measure is proposed, and a view reads
/// 2,000 records.
#[derive(Reference, Clone, Debug, Default)]
pub struct Parameters {
    /// Always `inventory`.
    #[field(key, max_length = 20)]
    pub name: Text,
    /// By how many percent a count may differ without a word.
    #[field(scale = 4)]
    pub count_tolerance_percent: Option<Decimal>,
    /// The measure that a view has unless the user chooses another.
    #[field(max_length = 20)]
    pub measure: Option<Text>,
    /// How many on-hand records a view reads at most.
    pub view_records: Option<i64>,
}

/// What is on hand, record by record, pending operations included.
#[derive(Reference, Clone, Debug)]
#[reference(view = OnHand)]
pub struct Stock {
    /// The item.
    #[field(key, max_length = 20)]
    pub item: Text,
    /// The warehouse.
    #[field(key, max_length = 20)]
    pub warehouse: Text,
    /// Whether it may be used.
    #[field(key)]
    pub status: StockStatus,
    /// The on-hand record's key.
    #[field(key, record, max_length = 60)]
    pub record: Text,
    /// The warehouse's site.
    #[field(max_length = 20)]
    pub site: Text,
    /// The location, where the warehouse has such.
    #[field(max_length = 20)]
    pub location: Option<Text>,
    /// The batch, where the item has such.
    #[field(max_length = 20)]
    pub batch: Option<Text>,
    /// What the quantities are in.
    #[field(max_length = 10)]
    pub unit: Option<Text>,
    /// What is there.
    #[field(scale = 4)]
    pub physical: Option<Decimal>,
    /// What is reserved of it.
    #[field(scale = 4)]
    pub reserved: Option<Decimal>,
    /// What is to come in.
    #[field(scale = 4)]
    pub ordered: Option<Decimal>,
    /// What is to go out.
    #[field(scale = 4)]
    pub on_order: Option<Decimal>,
}

impl Unit {
    /// How many decimals a quantity in a unit has; the finest where the unit is not known.
    pub fn decimals_of(unit: Option<&Self>) -> u32 {
        unit.map_or(DECIMALS_MAX, |unit| unit.decimals.clamp(0, DECIMALS_MAX)) as u32
    }
}

impl Measure {
    /// What stock counts for: the sum of its signed quantities.
    pub fn of(&self, stock: &Stock) -> Decimal {
        let quantities = [
            (self.physical, stock.physical),
            (self.reserved, stock.reserved),
            (self.ordered, stock.ordered),
            (self.on_order, stock.on_order),
        ];
        quantities.into_iter().map(|(sign, quantity)| signed(sign, quantity.unwrap_or_default())).sum()
    }
}

fn signed(sign: Option<Sign>, quantity: Decimal) -> Decimal {
    match sign {
        None => Decimal::ZERO,
        Some(Sign::Plus) => quantity,
        Some(Sign::Minus) => -quantity,
    }
}

impl Parameters {
    /// Those of the context's company.
    pub fn of(cx: &Context) -> Self {
        cx.lookup::<Self>(INVENTORY).unwrap_or_default()
    }

    /// How many on-hand records a view reads.
    pub fn view_records_max(&self) -> u32 {
        self.view_records.unwrap_or(VIEW_RECORDS).clamp(1, VIEW_RECORDS_MAX) as u32
    }
}
