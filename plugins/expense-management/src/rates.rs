//! Rates: what a currency, a distance and a day away are worth, and on which days.

use lockstep_sdk::prelude::*;

use crate::tables::Currency;

/// The most rates of two currencies, of all mileage, or of one location that are read: ten years of one a day.
const RATES_MAX: u32 = 4_000;

/// What one currency is worth in another from a day on.
#[derive(Reference, Clone, Debug, Default)]
pub struct ExchangeRate {
    /// The currency that is worth something.
    #[field(key, max_length = 3)]
    pub currency: Text,
    /// What it is worth it in.
    #[field(key, max_length = 3)]
    pub to: Text,
    /// The first day on which it holds, until the next.
    #[field(key)]
    pub valid_from: Date,
    /// What one unit is worth.
    #[field(scale = 10)]
    pub rate: Decimal,
}

/// What distances are measured in.
#[derive(Enumeration, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DistanceUnit {
    /// 1,000 metres.
    #[default]
    Kilometre,
    /// 1,609.344 metres.
    Mile,
}

/// A part of the distance that a vehicle is driven in a year, and what each unit of it is worth.
#[derive(Reference, Clone, Debug, Default)]
pub struct MileageTier {
    /// The first day on which the tiers that begin then hold, until the next.
    #[field(key)]
    pub valid_from: Date,
    /// Its place among them.
    #[field(key)]
    pub number: i64,
    /// Where it begins: this belongs to the tier below.
    #[field(scale = 2)]
    pub from: Decimal,
    /// Where it ends: this belongs to it; absent: nowhere.
    #[field(scale = 2)]
    pub to: Option<Decimal>,
    /// What one unit is worth.
    #[field(scale = 6)]
    pub rate: Decimal,
    /// In which currency.
    #[field(max_length = 3)]
    pub currency: Text,
}

/// A vehicle that workers drive for the company.
#[derive(Reference, Clone, Debug, Default)]
pub struct Vehicle {
    /// What stands on its plate.
    #[field(key, max_length = 20)]
    pub registration: Text,
    /// For people.
    #[field(max_length = 60)]
    pub name: Text,
    /// Whose it is.
    #[field(max_length = 60)]
    pub worker: Text,
}

/// How far a vehicle was driven for the company in a year, as far as it has been paid.
#[derive(Reference, Clone, Debug, Default)]
pub struct VehicleDistance {
    /// The vehicle.
    #[field(key, max_length = 20)]
    pub vehicle: Text,
    /// The year.
    #[field(key)]
    pub year: i64,
    /// In the unit that the parameters say.
    #[field(scale = 2)]
    pub distance: Decimal,
}

/// Where per diems are paid for.
#[derive(Reference, Clone, Debug, Default)]
pub struct PerDiemLocation {
    /// Its code.
    #[field(key, max_length = 20)]
    pub code: Text,
    /// For people.
    #[field(max_length = 60)]
    pub name: Text,
    /// The country's two letters.
    #[field(max_length = 2)]
    pub country: Text,
    /// What its rates are in.
    #[field(max_length = 3)]
    pub currency: Text,
}

/// What a day at a location is worth.
#[derive(Reference, Clone, Debug, Default)]
pub struct PerDiemRate {
    /// The location.
    #[field(key, max_length = 20)]
    pub location: Text,
    /// The first day on which it holds.
    #[field(key)]
    pub valid_from: Date,
    /// The last day on which it holds.
    pub valid_to: Option<Date>,
    /// For a bed.
    #[field(scale = 4)]
    pub lodging: Decimal,
    /// For meals.
    #[field(scale = 4)]
    pub meals: Decimal,
    /// For all else.
    #[field(scale = 4)]
    pub other: Decimal,
}

impl DistanceUnit {
    /// So many of this unit in another.
    pub fn convert(self, distance: Decimal, to: Self) -> Decimal {
        match (self, to) {
            (Self::Mile, Self::Kilometre) => distance * KILOMETRES_PER_MILE,
            (Self::Kilometre, Self::Mile) => distance / KILOMETRES_PER_MILE,
            _ => distance,
        }
    }
}

const KILOMETRES_PER_MILE: Decimal = dec!(1.609344);

impl PerDiemRate {
    /// The one that holds at a location on a day: of several the one that began last. It ends when the next begins, if
    /// not before. None where there is none, or where there are so many that the last is not known.
    pub fn of(cx: &Context, location: &Text, day: Date) -> Option<Self> {
        let Selection { rows, cut_short } = cx.select::<Self>(location, RATES_MAX);
        let next = rows.iter().map(|rate| rate.valid_from).find(|first| *first > day);
        let holding = rows.into_iter().rfind(|rate| is_valid(rate.valid_from, rate.valid_to, day));
        let last = |own: Option<Date>| own.into_iter().chain(next.map(|next| next.add_days(-1))).min();
        holding.filter(|_| !cut_short).map(|rate| Self { valid_to: last(rate.valid_to), ..rate })
    }

    /// Bed, meals and all else.
    pub fn per_day(&self) -> Decimal {
        self.lodging + self.meals + self.other
    }
}

/// What a currency is worth in another on a day: the latest rate that is not after it. None where there is none, or
/// where there are so many that the latest is not known.
pub fn exchange_rate(cx: &Context, from: &Text, to: &Text, day: Date) -> Option<Decimal> {
    if from == to {
        return Some(Decimal::ONE);
    }
    let rates = cx.select::<ExchangeRate>((from, to), RATES_MAX);
    let latest = rates.rows.iter().rfind(|rate| rate.valid_from <= day);
    latest.filter(|_| !rates.cut_short).map(|rate| rate.rate)
}

/// An amount in another currency on a day, in that currency's decimals. None where no rate is known.
pub fn converted(cx: &Context, amount: Decimal, from: &Text, to: &Text, day: Date) -> Option<Decimal> {
    let decimals = cx.lookup::<Currency>(to).map_or(2, |currency| currency.amount_decimals());
    Some((amount * exchange_rate(cx, from, to, day)?).round_commercial(decimals))
}

/// The tiers that hold on a day: those of the latest first day that is not after it. None where there are none, or so
/// many that the latest are not known.
pub fn mileage_tiers(cx: &Context, day: Date) -> Vec<MileageTier> {
    let all = cx.select::<MileageTier>((), RATES_MAX);
    let mut tiers = all.rows;
    let since = tiers.iter().map(|tier| tier.valid_from).rfind(|since| *since <= day);
    tiers.retain(|tier| !all.cut_short && Some(tier.valid_from) == since);
    tiers
}

/// Whether a day is neither before the first nor after the last.
pub fn is_valid(first: Date, last: Option<Date>, day: Date) -> bool {
    first <= day && last.is_none_or(|last| day <= last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mile_is_so_many_kilometres() {
        assert_eq!(DistanceUnit::Mile.convert(dec!(100), DistanceUnit::Kilometre), dec!(160.9344));
        assert_eq!(DistanceUnit::Kilometre.convert(dec!(160.9344), DistanceUnit::Mile), dec!(100));
        assert_eq!(DistanceUnit::Mile.convert(dec!(100), DistanceUnit::Mile), dec!(100));
    }

    #[test]
    fn both_ends_of_a_validity_belong_to_it() {
        let (first, last) = (date!("2026-02-01"), date!("2026-02-28"));
        assert!(!is_valid(first, Some(last), date!("2026-01-31")));
        assert!(is_valid(first, Some(last), first));
        assert!(is_valid(first, Some(last), last));
        assert!(!is_valid(first, Some(last), date!("2026-03-01")));
        assert!(is_valid(first, None, date!("2036-03-01")));
    }
}
