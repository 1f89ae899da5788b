//! The reference tables: who buys, what is sold, on which terms, and the parameters that decide how strict we are.
//!
//! Keys are chosen so that a rule reads no more than it needs: the agreements of one level of the price search stand
//! together under one key prefix, and so does the supply of one item.

use lockstep_sdk::prelude::*;

/// Stands in an agreement's key where it holds for all customers or for all items.
pub const ALL: Text = Text::fixed("*");

/// The key of the one row of [`Parameters`]; a company's own row goes before the shared one.
const SALES: Text = Text::fixed("sales");

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

/// Whether a customer may still buy.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blocked {
    /// It may order.
    #[default]
    No,
    /// It may order, but gets no invoice.
    Invoice,
    /// It may not order.
    All,
}

/// A customer: its terms, and what it owes.
#[derive(Reference, Clone, Debug, Default)]
pub struct Customer {
    /// The customer's number.
    #[field(key, max_length = 20)]
    pub account: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
    /// Its currency, and that of its credit limit and balances.
    #[field(max_length = 3)]
    pub currency: Text,
    /// The group that prices are agreed with.
    #[field(max_length = 20)]
    pub price_group: Option<Text>,
    /// The group that line discounts are agreed with.
    #[field(max_length = 20)]
    pub discount_group: Option<Text>,
    /// Its discount on a whole order.
    #[field(scale = 4)]
    pub total_discount_percent: Option<Decimal>,
    /// 0: no limit.
    #[field(scale = 4)]
    pub credit_limit: Decimal,
    /// Invoiced and not paid.
    #[field(scale = 4)]
    pub open_balance: Decimal,
    /// Delivered and not invoiced.
    #[field(scale = 4)]
    pub packed_not_invoiced: Decimal,
    /// Its other orders that are not delivered.
    #[field(scale = 4)]
    pub open_orders: Decimal,
    /// How sales to it are taxed.
    #[field(max_length = 20)]
    pub tax_group: Option<Text>,
    /// Who carries, insures and clears: an Incoterms code.
    #[field(max_length = 20)]
    pub delivery_terms: Option<Text>,
    /// Whether it may still buy.
    pub blocked: Blocked,
}

/// What a customer owes at this moment, as only the server knows it.
#[derive(Reference, Clone, Debug, Default)]
pub struct CurrentBalance {
    /// The customer's number.
    #[field(key, max_length = 20)]
    pub account: Text,
    /// Invoiced and not paid.
    #[field(scale = 4)]
    pub open_balance: Decimal,
    /// Delivered and not invoiced.
    #[field(scale = 4)]
    pub packed_not_invoiced: Decimal,
    /// Its other orders that are not delivered.
    #[field(scale = 4)]
    pub open_orders: Decimal,
}

/// An item that is sold.
#[derive(Reference, Clone, Debug, Default)]
pub struct Item {
    /// The item's number.
    #[field(key, max_length = 20)]
    pub number: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
    /// The unit that quantities are in.
    #[field(max_length = 10)]
    pub sales_unit: Text,
    /// What it costs where nothing is agreed, in the order's currency, for `price_unit` units.
    #[field(scale = 6)]
    pub base_price: Decimal,
    /// How many units its prices are for.
    #[field(scale = 4)]
    pub price_unit: Decimal,
    /// The group that line discounts are agreed for.
    #[field(max_length = 20)]
    pub discount_group: Option<Text>,
    /// How its sales are taxed.
    #[field(max_length = 20)]
    pub tax_group: Option<Text>,
    /// The least that can be ordered.
    #[field(scale = 4)]
    pub minimum: Option<Decimal>,
    /// What quantities must be a multiple of.
    #[field(scale = 4)]
    pub multiple: Option<Decimal>,
    /// No longer sold.
    pub stopped: bool,
    /// Days from order to shipment.
    pub lead_time: i64,
    /// Of one unit, in kilograms.
    #[field(scale = 6)]
    pub weight: Decimal,
}

/// What is agreed.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AgreementKind {
    /// The price of the item's price unit.
    #[default]
    Price,
    /// A discount on the line, in percent.
    LineDiscount,
}

/// With whom it is agreed.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Buyers {
    /// One customer.
    #[default]
    Customer,
    /// The customers of a group.
    Group,
    /// All customers.
    All,
}

/// For what it is agreed.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Goods {
    /// One item.
    #[default]
    Item,
    /// The items of a group.
    Group,
    /// All items.
    All,
}

/// A trade agreement: a price or a discount for some customers, some items, a time and a quantity.
#[derive(Reference, Clone, Debug, Default)]
pub struct TradeAgreement {
    /// What is agreed.
    #[field(key)]
    pub kind: AgreementKind,
    /// With whom.
    #[field(key)]
    pub buyers: Buyers,
    /// The customer or the group; `*` for all.
    #[field(key, max_length = 20)]
    pub buyer: Text,
    /// For what.
    #[field(key)]
    pub goods: Goods,
    /// The item or the group; `*` for all.
    #[field(key, max_length = 20)]
    pub good: Text,
    /// For orders in this currency.
    #[field(key, max_length = 3)]
    pub currency: Text,
    /// The first day on which it holds.
    #[field(key)]
    pub valid_from: Date,
    /// Tells apart those that begin on one day.
    #[field(key)]
    pub number: i64,
    /// The last day on which it holds.
    pub valid_to: Option<Date>,
    /// The least quantity for which it holds.
    #[field(scale = 4)]
    pub from_quantity: Decimal,
    /// The price, or the percentage.
    #[field(scale = 6)]
    pub value: Decimal,
}

/// The tax on sales of a kind of item to a kind of customer.
#[derive(Reference, Clone, Debug, Default)]
pub struct TaxRate {
    /// The customer's tax group.
    #[field(key, max_length = 20)]
    pub customer_group: Text,
    /// The item's tax group.
    #[field(key, max_length = 20)]
    pub item_group: Text,
    /// The tax in percent.
    #[field(scale = 4)]
    pub percent: Decimal,
}

/// What a row of [`Supply`] does to the stock.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SupplyKind {
    /// There now, whatever the row's date.
    #[default]
    OnHand,
    /// Comes in on the date.
    Receipt,
    /// Goes out on the date.
    Issue,
}

/// What is on hand of an item, and what will come in and go out.
#[derive(Reference, Clone, Debug, Default)]
pub struct Supply {
    /// The item.
    #[field(key, max_length = 20)]
    pub item: Text,
    /// When.
    #[field(key)]
    pub date: Date,
    /// The document behind it: a count, a purchase order, a sales order.
    #[field(key, max_length = 20)]
    pub number: Text,
    /// What it does to the stock.
    pub kind: SupplyKind,
    /// How much; never negative.
    #[field(scale = 4)]
    pub quantity: Decimal,
}

/// What of a customer's debts counts against its credit limit.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CreditCheck {
    /// Nothing: there is no check.
    #[default]
    None,
    /// The open balance.
    Balance,
    /// And what is delivered and not invoiced.
    BalanceAndPacked,
    /// And the open orders.
    All,
}

/// What becomes of an order over the credit limit.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OverLimit {
    /// It is flagged.
    #[default]
    Warning,
    /// It is refused.
    Error,
}

/// How strict we are; without a row: no credit check, and nothing overdue counts as supply.
#[derive(Reference, Clone, Debug, Default)]
pub struct Parameters {
    /// Always `sales`.
    #[field(key, max_length = 20)]
    pub name: Text,
    /// What counts against the credit limit.
    pub credit_check: CreditCheck,
    /// What becomes of an order over it.
    pub over_limit: OverLimit,
    /// How many days late a receipt or an issue may be and still count.
    pub backward_fence: i64,
    /// How many days from today what is late is expected.
    pub delayed_offset: i64,
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
        cx.lookup::<Self>(SALES).unwrap_or_default()
    }
}
