//! The reference tables: who travels, what is paid for, how much of it is allowed, and the parameters that decide the
//! rest. What has a price by the day or by the kilometre is in [`rates`](crate::rates), what other reports hold in
//! [`views`](crate::views).

use lockstep_sdk::prelude::*;

use crate::rates::DistanceUnit;

/// The key of the one row of [`Parameters`]; a company's own row goes before the shared one.
const EXPENSES: Text = Text::fixed("expenses");

/// A currency that expenses may be in.
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

/// A country that expenses may be in.
#[derive(Reference, Clone, Debug, Default)]
pub struct Country {
    /// Its two letters, as in ISO 3166.
    #[field(key, max_length = 2)]
    pub code: Text,
    /// For people.
    #[field(max_length = 60)]
    pub name: Text,
}

/// Somebody whose expenses are paid back.
#[derive(Reference, Clone, Debug, Default)]
pub struct Worker {
    /// The name that he or she signs in with.
    #[field(key, max_length = 60)]
    pub user: Text,
    /// For people.
    #[field(max_length = 100)]
    pub name: Text,
    /// What expenses are paid back in; the company's where it is absent.
    #[field(max_length = 3)]
    pub currency: Option<Text>,
    /// Where the worker is at home: a country's two letters.
    #[field(max_length = 2)]
    pub country: Option<Text>,
    /// The vehicle that is driven usually.
    #[field(max_length = 20)]
    pub vehicle: Option<Text>,
}

/// What a category's lines are about, and so which fields they have.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Something that was paid for.
    #[default]
    General,
    /// Nights in a hotel.
    Hotel,
    /// A meal, alone or with others.
    Meal,
    /// A distance in one's own vehicle, at so much for each unit.
    Mileage,
    /// So much for each day of a trip.
    PerDiem,
}

/// How something was paid.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PaymentMethod {
    /// The worker's cash.
    #[default]
    Cash,
    /// The worker's own card or account.
    PersonalCard,
    /// A card that the company settles.
    CompanyCard,
    /// Billed to the company.
    CompanyInvoice,
}

/// What expenses are for.
#[derive(Reference, Clone, Debug, Default)]
pub struct Category {
    /// Its code.
    #[field(key, max_length = 20)]
    pub code: Text,
    /// For people.
    #[field(max_length = 60)]
    pub name: Text,
    /// Which fields its lines have.
    pub kind: Kind,
    /// How it is paid usually.
    pub default_payment_method: Option<PaymentMethod>,
    /// Its amounts must be broken down, where it is paid for.
    pub itemised: bool,
}

/// What a policy's limit is for.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Per {
    /// The line.
    #[default]
    Line,
    /// A night, on lines of hotels.
    Night,
    /// A person, on lines of meals.
    Person,
}

/// What becomes of a line over a policy's limit.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PolicyResult {
    /// It is flagged.
    #[default]
    Warning,
    /// It is refused.
    Error,
    /// It is refused until it is justified, then flagged.
    Justification,
}

/// How much of something is allowed.
#[derive(Reference, Clone, Debug, Default)]
pub struct Policy {
    /// For lines of this category.
    #[field(key, max_length = 20)]
    pub category: Text,
    /// In this country; `*` in all that have no policy of their own.
    #[field(key, max_length = 2)]
    pub country: Text,
    /// The first day on which it holds.
    #[field(key)]
    pub valid_from: Date,
    /// Tells apart those that begin on one day.
    #[field(key)]
    pub number: i64,
    /// The last day on which it holds.
    pub valid_to: Option<Date>,
    /// The most that is allowed.
    #[field(scale = 4)]
    pub limit: Decimal,
    /// What the limit is in.
    #[field(max_length = 3)]
    pub currency: Text,
    /// What the limit is for.
    pub per: Per,
    /// What becomes of a line above it.
    pub result: PolicyResult,
}

/// How meals that others provide lessen a per diem.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MealReduction {
    /// By the breakfasts, lunches and dinners of the whole trip.
    #[default]
    TypePerTrip,
    /// By which of them each day had; a day loses no more than its meals.
    TypePerDay,
    /// By how many of them each day had.
    NumberPerDay,
}

/// How strict the company is. Without a row nothing has a limit, and provided meals lessen nothing.
#[derive(Reference, Clone, Debug, Default)]
pub struct Parameters {
    /// Always `expenses`.
    #[field(key, max_length = 20)]
    pub name: Text,
    /// What workers without a currency of their own are paid in, and what the receipt threshold is in.
    #[field(max_length = 3)]
    pub currency: Text,
    /// What mileage rates and the vehicles' distances are in.
    pub distance_unit: DistanceUnit,
    /// Above it there must be a receipt; absent: never.
    #[field(scale = 4)]
    pub receipt_threshold: Option<Decimal>,
    /// How many days an expense may wait before somebody asks why; absent: for ever.
    pub age_days_max: Option<i64>,
    /// How provided meals lessen a per diem.
    pub meal_reduction: MealReduction,
    /// Of a day's meals, for a breakfast.
    #[field(scale = 4)]
    pub breakfast_percent: Decimal,
    /// Of a day's meals, for a lunch.
    #[field(scale = 4)]
    pub lunch_percent: Decimal,
    /// Of a day's meals, for a dinner.
    #[field(scale = 4)]
    pub dinner_percent: Decimal,
    /// Of a day's meals, where one was provided.
    #[field(scale = 4)]
    pub one_meal_percent: Decimal,
    /// Of a day's meals, where two were provided.
    #[field(scale = 4)]
    pub two_meals_percent: Decimal,
    /// Of a day's meals, where all three were provided.
    #[field(scale = 4)]
    pub three_meals_percent: Decimal,
}

impl Currency {
    /// How many decimals amounts are rounded to.
    pub fn amount_decimals(&self) -> u32 {
        self.decimals.clamp(0, 4) as u32
    }
}

impl Kind {
    /// Whether somebody was paid, so that there is an amount, and a receipt for it.
    pub fn is_paid(self) -> bool {
        matches!(self, Self::General | Self::Hotel | Self::Meal)
    }
}

impl PaymentMethod {
    /// Whether it was the company that paid.
    pub fn is_company(self) -> bool {
        matches!(self, Self::CompanyCard | Self::CompanyInvoice)
    }
}

impl Parameters {
    /// Those of the context's company.
    pub fn of(cx: &Context) -> Self {
        cx.lookup::<Self>(EXPENSES).unwrap_or_default()
    }
}
