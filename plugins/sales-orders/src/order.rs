//! The sales order: its fields, and its rules as the business states them.

use lockstep_sdk::prelude::*;

pub use sales_order::{Cancel, OrderLine, SalesOrder};

/// How far an order is.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// It can be changed.
    #[default]
    Draft,
    /// It is binding.
    Confirmed,
    /// It is called off.
    Cancelled,
}

/// The order, its lines and their rules.
#[lockstep_sdk::entity]
pub mod sales_order {
    use std::collections::BTreeMap;

    use lockstep_sdk::prelude::*;

    use super::Status;
    use crate::{
        agreements::Terms,
        amounts::{self, LinePrice},
        availability, credit, discounts,
        issues::OrderIssue,
        pricing, quantities,
        tables::{Blocked, Currency, CurrentBalance, Customer, Item, Parameters, TaxRate},
    };

    /// An order of a customer.
    #[derive(Clone, Debug, Default)]
    #[entity(status = status, frozen = [Confirmed, Cancelled], create(states = [Draft]), update(states = [Draft]), without(delete))]
    pub struct SalesOrder {
        /// From the number sequence.
        #[field(assigned, max_length = 20)]
        pub number: Option<Text>,
        /// Who buys.
        #[field(entered, required, table = Customer, max_length = 20)]
        pub customer: Option<Text>,
        /// What its amounts are in.
        #[field(defaulted, table = Currency, max_length = 3)]
        pub currency: Option<Text>,
        /// The day whose prices hold.
        #[field(defaulted)]
        pub price_date: Option<Date>,
        /// When the customer would have it shipped.
        #[field(defaulted)]
        pub requested_ship_date: Option<Date>,
        /// Who carries, insures and clears.
        #[field(defaulted, max_length = 20)]
        pub delivery_terms: Option<Text>,
        /// A discount on the whole order.
        #[field(defaulted, scale = 4)]
        pub discount_percent: Option<Decimal>,
        /// How far it is.
        #[field(state)]
        pub status: Option<Status>,
        /// Why it was called off.
        #[field(state, max_length = 255)]
        pub cancel_reason: Option<Text>,
        /// The net amounts of its lines.
        #[field(calculated, scale = 4)]
        pub subtotal: Option<Decimal>,
        /// The discount on the whole order.
        #[field(calculated, scale = 4)]
        pub discount_amount: Option<Decimal>,
        /// The taxes of its lines.
        #[field(calculated, scale = 4)]
        pub tax_amount: Option<Decimal>,
        /// What the customer pays.
        #[field(calculated, scale = 4)]
        pub total: Option<Decimal>,
        /// In kilograms.
        #[field(calculated, scale = 3)]
        pub weight: Option<Decimal>,
        /// What is bought.
        pub lines: Vec<OrderLine>,
    }

    /// So much of an item.
    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct OrderLine {
        /// The row's id.
        pub id: Text,
        /// What is bought.
        #[field(entered, required, table = Item, max_length = 20)]
        pub item: Option<Text>,
        /// How much of it.
        #[field(entered, required, scale = 4)]
        pub quantity: Option<Decimal>,
        /// What the quantity is in.
        #[field(defaulted, max_length = 10)]
        pub unit: Option<Text>,
        /// For so many units as the price unit says.
        #[field(defaulted, scale = 6)]
        pub unit_price: Option<Decimal>,
        /// How many units the price is for.
        #[field(defaulted, scale = 4)]
        pub price_unit: Option<Decimal>,
        /// Off the unit price.
        #[field(entered, scale = 6)]
        pub discount: Option<Decimal>,
        /// Off what is left then.
        #[field(defaulted, scale = 6)]
        pub discount_percent: Option<Decimal>,
        /// The rate of its tax.
        #[field(defaulted, scale = 4)]
        pub tax_percent: Option<Decimal>,
        /// How much of it has left the house.
        #[field(state, scale = 4)]
        pub shipped_quantity: Option<Decimal>,
        /// What it costs before order discount and tax.
        #[field(calculated, scale = 4)]
        pub net_amount: Option<Decimal>,
        /// Its tax.
        #[field(calculated, scale = 4)]
        pub tax_amount: Option<Decimal>,
        /// In kilograms.
        #[field(calculated, scale = 3)]
        pub weight: Option<Decimal>,
        /// The first day on which it can be shipped.
        #[field(calculated)]
        pub promised_ship_date: Option<Date>,
    }

    /// What cancelling asks for.
    #[derive(Clone, Debug, Default)]
    #[arguments(cancel)]
    pub struct Cancel {
        /// Why.
        #[field(required, max_length = 255)]
        pub reason: Option<Text>,
    }

    impl SalesOrder {
        /// The customer's.
        #[default]
        pub fn currency(customer: &Customer) -> Text {
            customer.currency.clone()
        }

        /// The customer's.
        #[default]
        pub fn delivery_terms(customer: &Customer) -> Option<Text> {
            customer.delivery_terms.clone()
        }

        /// The customer's.
        #[default]
        pub fn discount_percent(customer: &Customer) -> Option<Decimal> {
            customer.total_discount_percent
        }

        /// Today.
        #[default]
        pub fn price_date(cx: &Context) -> Date {
            cx.today
        }

        /// Today and the longest lead time of the items; never before today.
        #[default]
        pub fn requested_ship_date(cx: &Context, #[each(lines)] item: Column<'_, Text>) -> Date {
            let lead_times = item.values().filter_map(|item| cx.lookup::<Item>(item)).map(|item| item.lead_time);
            cx.today.add_days(lead_times.max().unwrap_or(0).clamp(0, 36_500) as i32)
        }

        /// The lines' net amounts.
        #[calculation]
        pub fn subtotal(#[each(lines)] net_amount: Column<'_, Decimal>) -> Decimal {
            net_amount.sum()
        }

        /// The order's discount percent of the subtotal.
        #[calculation]
        pub fn discount_amount(subtotal: Decimal, discount_percent: Option<Decimal>, currency: &Currency) -> Decimal {
            amounts::percentage(subtotal, discount_percent.unwrap_or_default(), currency.amount_decimals())
        }

        /// The lines' taxes.
        #[calculation]
        pub fn tax_amount(#[each(lines)] tax_amount: Column<'_, Decimal>) -> Decimal {
            tax_amount.sum()
        }

        /// Subtotal less discount and with tax.
        #[calculation]
        pub fn total(subtotal: Decimal, discount_amount: Decimal, tax_amount: Decimal) -> Decimal {
            subtotal - discount_amount + tax_amount
        }

        /// The lines' weights.
        #[calculation]
        pub fn weight(#[each(lines)] weight: Column<'_, Decimal>) -> Decimal {
            weight.sum()
        }

        /// Today or later.
        #[validation(at = requested_ship_date, actions = [create, update, confirm])]
        pub fn ship_date_not_past(cx: &Context, requested_ship_date: Date) -> Option<Issue> {
            let today = cx.today;
            (requested_ship_date < today).then(|| OrderIssue::ShipDatePast { today }.offer(&today))
        }

        /// 0 to 100.
        #[validation(at = discount_percent, actions = [create, update, confirm])]
        pub fn order_discount_in_range(discount_percent: Decimal) -> Result<(), OrderIssue> {
            percent_in_range(discount_percent)
        }

        /// Blocked for all: refused; for invoices: flagged.
        #[validation(at = customer, actions = [create, update, confirm])]
        pub fn customer_not_blocked(customer: &Customer) -> Option<OrderIssue> {
            let (account, name) = (customer.account.clone(), customer.name.clone());
            match customer.blocked {
                Blocked::No => None,
                Blocked::Invoice => Some(OrderIssue::CustomerBlockedForInvoice { customer: account, name }),
                Blocked::All => Some(OrderIssue::CustomerBlocked { customer: account, name }),
            }
        }

        /// An item that an earlier line has already is flagged.
        #[validation(at = lines.item)]
        pub fn no_item_twice(#[each(lines)] item: Column<'_, Text>) -> Vec<Issue> {
            let mut first = BTreeMap::<&Text, usize>::new();
            let earlier = |(row, item)| (*first.entry(item).or_insert(row), row, item);
            let repeated = item.rows().map(earlier).filter(|(earlier, row, _)| earlier < row);
            let issue = |(earlier, row, item): (usize, usize, &Text)| {
                OrderIssue::SameItemTwice { item: item.clone(), line: earlier as i64 + 1 }.at_row(row)
            };
            repeated.map(issue).collect()
        }

        /// An order for nothing is not confirmed.
        #[validation(actions = [confirm])]
        pub fn has_lines(#[each(lines)] item: Column<'_, Text>) -> Result<(), OrderIssue> {
            if item.is_empty() { Err(OrderIssue::NoLines) } else { Ok(()) }
        }

        /// What the customer owes, with this order, is within its limit.
        #[validation(at = customer, actions = [create, update, confirm])]
        pub fn within_credit_limit(
            cx: &Context,
            customer: &Customer,
            total: Decimal,
            currency: &Text,
        ) -> Option<Issue> {
            credit::check(&Parameters::of(cx), customer, customer.into(), total, currency)
        }

        /// The same with what is owed at this moment.
        #[validation(server_only, at = customer, actions = [create, update, confirm])]
        pub fn within_credit_limit_now(
            cx: &Context,
            customer: &Customer,
            total: Decimal,
            currency: &Text,
        ) -> Option<Issue> {
            let now = cx.lookup::<CurrentBalance>(&customer.account)?;
            credit::check(&Parameters::of(cx), customer, (&now).into(), total, currency)
        }

        /// What has left the house cannot be called off.
        #[validation(actions = [cancel])]
        pub fn nothing_shipped(#[each(lines)] shipped_quantity: Column<'_, Decimal>) -> Result<(), OrderIssue> {
            let lines = shipped_quantity.values().filter(|shipped| !shipped.is_zero()).count() as i64;
            if lines > 0 { Err(OrderIssue::AlreadyShipped { lines }) } else { Ok(()) }
        }

        /// It becomes binding.
        #[action(states = [Draft])]
        pub fn confirm() -> SalesOrder {
            SalesOrder { status: Some(Status::Confirmed), ..SalesOrder::default() }
        }

        /// It is called off, for a reason.
        #[action(states = [Draft, Confirmed])]
        pub fn cancel(arguments: &Cancel) -> SalesOrder {
            let cancel_reason = arguments.reason.clone();
            SalesOrder { status: Some(Status::Cancelled), cancel_reason, ..SalesOrder::default() }
        }
    }

    impl OrderLine {
        /// The item's.
        #[default]
        pub fn unit(item: &Item) -> Text {
            item.sales_unit.clone()
        }

        /// What is agreed, else the item's base price.
        #[default]
        pub fn unit_price(
            cx: &Context,
            item: &Item,
            quantity: Decimal,
            #[header] customer: &Customer,
            #[header] currency: Text,
            #[header] price_date: Date,
        ) -> Option<Decimal> {
            pricing::unit_price(cx, customer, item, &Terms { currency, day: price_date, quantity }).ok()
        }

        /// The item's.
        #[default]
        pub fn price_unit(item: &Item) -> Decimal {
            item.price_unit
        }

        /// What is agreed.
        #[default]
        pub fn discount_percent(
            cx: &Context,
            item: &Item,
            quantity: Decimal,
            #[header] customer: &Customer,
            #[header] currency: Text,
            #[header] price_date: Date,
        ) -> Option<Decimal> {
            discounts::line_discount(cx, customer, item, &Terms { currency, day: price_date, quantity }).ok().flatten()
        }

        /// That of the customer's and the item's tax groups.
        #[default]
        pub fn tax_percent(cx: &Context, item: &Item, #[header] customer: &Customer) -> Option<Decimal> {
            let groups = (customer.tax_group.as_ref()?, item.tax_group.as_ref()?);
            cx.lookup::<TaxRate>(groups).map(|rate| rate.percent)
        }

        /// Quantity × (unit price − discount) ÷ price unit × (1 − discount percent ÷ 100).
        #[calculation]
        pub fn net_amount(
            quantity: Decimal,
            unit_price: Decimal,
            price_unit: Decimal,
            discount: Option<Decimal>,
            discount_percent: Option<Decimal>,
            #[header] currency: &Currency,
        ) -> Option<Decimal> {
            let discount = discount.unwrap_or_default();
            let discount_percent = discount_percent.unwrap_or_default();
            LinePrice { quantity, unit_price, price_unit, discount, discount_percent }
                .net_amount(currency.amount_decimals())
        }

        /// The tax percent of the net amount after the order's discount.
        #[calculation]
        pub fn tax_amount(
            net_amount: Decimal,
            tax_percent: Decimal,
            #[header] discount_percent: Option<Decimal>,
            #[header] currency: &Currency,
        ) -> Decimal {
            amounts::tax(net_amount, discount_percent.unwrap_or_default(), tax_percent, currency.amount_decimals())
        }

        /// The quantity's, to the gram.
        #[calculation]
        pub fn weight(item: &Item, quantity: Decimal) -> Decimal {
            (quantity * item.weight).round_commercial(3)
        }

        /// The first day on which so much is available to promise.
        #[calculation]
        pub fn promised_ship_date(
            cx: &Context,
            item: &Text,
            quantity: Decimal,
            #[header] number: Option<&Text>,
        ) -> Option<Date> {
            availability::promise(cx, item, quantity, number)
        }

        /// Above zero, at least the item's minimum, a multiple of its multiple.
        #[validation(at = quantity, actions = [create, update, confirm])]
        pub fn quantity_can_be_ordered(item: &Item, quantity: Decimal) -> Vec<Issue> {
            quantities::check(item, quantity)
        }

        /// 0 to 100.
        #[validation(at = discount_percent, actions = [create, update, confirm])]
        pub fn line_discount_in_range(discount_percent: Decimal) -> Result<(), OrderIssue> {
            percent_in_range(discount_percent)
        }

        /// Neither below zero nor above the price.
        #[validation(at = discount, actions = [create, update, confirm])]
        pub fn discount_within_price(discount: Decimal, unit_price: Decimal) -> Result<(), OrderIssue> {
            match discount {
                discount if discount < Decimal::ZERO => Err(OrderIssue::NegativeDiscount),
                discount if discount > unit_price => Err(OrderIssue::DiscountAbovePrice { price: unit_price }),
                _ => Ok(()),
            }
        }

        /// Not below zero.
        #[validation(at = unit_price, actions = [create, update, confirm])]
        pub fn price_not_negative(unit_price: Decimal) -> Result<(), OrderIssue> {
            if unit_price < Decimal::ZERO { Err(OrderIssue::NegativePrice) } else { Ok(()) }
        }

        /// Above zero.
        #[validation(at = price_unit, actions = [create, update, confirm])]
        pub fn price_unit_positive(price_unit: Decimal) -> Result<(), OrderIssue> {
            if price_unit <= Decimal::ZERO { Err(OrderIssue::PriceUnitNotPositive) } else { Ok(()) }
        }

        /// Entered or found.
        #[validation(at = unit_price, actions = [create, update, confirm])]
        pub fn has_price(
            item: &Item,
            quantity: Decimal,
            unit_price: Option<Decimal>,
            #[header] customer: &Customer,
        ) -> Result<(), OrderIssue> {
            let no_price =
                || OrderIssue::NoPrice { item: item.number.clone(), quantity, customer: customer.account.clone() };
            unit_price.map(|_| ()).ok_or_else(no_price)
        }

        /// A line without a tax rate is flagged.
        #[validation(at = tax_percent, actions = [create, update, confirm])]
        pub fn has_tax_rate(
            item: &Item,
            tax_percent: Option<Decimal>,
            #[header] customer: &Customer,
        ) -> Result<(), OrderIssue> {
            let no_rate = || OrderIssue::NoTaxRate { item: item.number.clone(), customer: customer.account.clone() };
            tax_percent.map(|_| ()).ok_or_else(no_rate)
        }

        /// Still sold.
        #[validation(at = item, actions = [create, update, confirm])]
        pub fn item_not_stopped(item: &Item) -> Result<(), OrderIssue> {
            let stopped = || OrderIssue::ItemStopped { item: item.number.clone(), name: item.name.clone() };
            if item.stopped { Err(stopped()) } else { Ok(()) }
        }

        /// A quantity that no day has is flagged.
        #[validation(at = promised_ship_date, actions = [create, update, confirm])]
        pub fn can_be_promised(item: &Item, quantity: Decimal, promised_ship_date: Option<Date>) -> Option<OrderIssue> {
            let is_nothing = quantity > Decimal::ZERO && promised_ship_date.is_none();
            is_nothing.then(|| OrderIssue::NothingToPromise { quantity, item: item.number.clone() })
        }

        /// A promise for later than asked is told.
        #[validation(at = promised_ship_date, actions = [create, update, confirm])]
        pub fn promised_in_time(
            promised_ship_date: Date,
            #[header] requested_ship_date: Date,
        ) -> Result<(), OrderIssue> {
            if promised_ship_date <= requested_ship_date {
                return Ok(());
            }
            Err(OrderIssue::PromisedLate { requested: requested_ship_date, promised: promised_ship_date })
        }
    }

    fn percent_in_range(percent: Decimal) -> Result<(), OrderIssue> {
        let range = Decimal::ZERO..=Decimal::ONE_HUNDRED;
        if range.contains(&percent) { Ok(()) } else { Err(OrderIssue::PercentOutOfRange) }
    }
}
