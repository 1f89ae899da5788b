//! The reference tables: the orders that vendors answer, what a vendor can deliver, holidays, and the parameters.
//!
//! A version of an order has its lines together under one key prefix; its header is the same for all versions and says
//! which is the newest.

use lockstep_sdk::prelude::*;

use crate::response::PurchaseOrderResponse;

/// The key of the one row of [`Parameters`]; a company's own row goes before the shared one.
const VENDOR_COLLABORATION: Text = Text::fixed("vendor-collaboration");

/// A purchase order: who delivers, and which of its versions is the newest.
#[derive(Reference, Clone, Debug, Default)]
pub struct PurchaseOrder {
    /// The order's number.
    #[field(key, max_length = 20)]
    pub number: Text,
    /// Who delivers.
    #[field(max_length = 20)]
    pub vendor: Text,
    /// What its amounts are in.
    #[field(max_length = 3)]
    pub currency: Text,
    /// Counted from 1; each version replaces the one before.
    pub newest_version: i64,
    /// It is called off.
    pub cancelled: bool,
}

/// Whom a user answers orders for.
#[derive(Reference, Clone, Debug, Default)]
pub struct VendorContact {
    /// Who is signed in.
    #[field(key, max_length = 60)]
    pub user: Text,
    /// The vendor.
    #[field(max_length = 20)]
    pub vendor: Text,
}

/// A line of one version of a purchase order.
#[derive(Reference, Clone, Debug, Default, PartialEq)]
pub struct PurchaseOrderLine {
    /// The order's number.
    #[field(key, max_length = 20)]
    pub order: Text,
    /// The version of the order.
    #[field(key)]
    pub version: i64,
    /// The same in all versions.
    #[field(key)]
    pub line: i64,
    /// What is bought.
    #[field(max_length = 20)]
    pub item: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
    /// How much of it.
    #[field(scale = 4)]
    pub quantity: Decimal,
    /// What the quantity is in.
    #[field(max_length = 10)]
    pub unit: Text,
    /// Of one unit.
    #[field(scale = 6)]
    pub price: Decimal,
    /// For freight, packing and the like, whatever the quantity.
    #[field(scale = 4)]
    pub charges: Option<Decimal>,
    /// When it is wanted.
    pub requested_date: Date,
}

/// Which versions of orders are answered.
#[derive(Reference, Clone, Debug, Default)]
#[reference(view = PurchaseOrderResponse)]
pub struct OrderAnswer {
    /// The order's number.
    #[field(key, max_length = 20)]
    pub order: Text,
    /// The version of the order.
    #[field(key)]
    pub version: i64,
    /// The record that answers it.
    #[field(key, record)]
    pub response: Text,
}

/// An item that a vendor can deliver, and so one that it may offer as a substitute.
#[derive(Reference, Clone, Debug, Default)]
pub struct VendorItem {
    /// Who delivers.
    #[field(key, max_length = 20)]
    pub vendor: Text,
    /// The item's number.
    #[field(key, max_length = 20)]
    pub item: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
    /// What its quantities are in.
    #[field(max_length = 10)]
    pub unit: Text,
}

/// A currency that an order may be in.
#[derive(Reference, Clone, Debug, Default)]
pub struct Currency {
    /// As in ISO 4217.
    #[field(key, max_length = 3)]
    pub code: Text,
    /// For people.
    #[field(max_length = 60)]
    pub name: Text,
    /// How many decimals its amounts have: 0 to 4.
    pub decimals: i64,
}

/// A day on which nothing is received, besides weekends.
#[derive(Reference, Clone, Debug, Default)]
pub struct Holiday {
    /// The calendar, such as a country's.
    #[field(key, max_length = 20)]
    pub calendar: Text,
    /// The day.
    #[field(key)]
    pub date: Date,
    /// For people.
    #[field(max_length = 60)]
    pub name: Text,
}

/// How answers are treated; without a row: each is reviewed, no prices are shown, and only weekends are free.
#[derive(Reference, Clone, Debug, Default)]
pub struct Parameters {
    /// Always `vendor-collaboration`.
    #[field(key, max_length = 30)]
    pub name: Text,
    /// An order that is accepted as it is counts as confirmed without a review.
    pub auto_confirm: bool,
    /// Vendors see prices, charges and amounts.
    pub show_prices: bool,
    /// The calendar of [`Holiday`]s.
    #[field(max_length = 20)]
    pub calendar: Option<Text>,
}

impl Currency {
    /// How many decimals amounts are rounded to.
    pub fn amount_decimals(&self) -> u32 {
        self.decimals.clamp(0, 4) as u32
    }
}

impl Parameters {
    /// Those of the context's company.
    pub fn of(cx: &Context) -> Self {
        cx.lookup::<Self>(VENDOR_COLLABORATION).unwrap_or_default()
    }
}
