//! Mileage: a year's distance goes through tiers, each with its own rate for a unit.

use lockstep_sdk::prelude::*;

use crate::rates::{MileageTier, VehicleDistance, mileage_tiers};

/// A line of mileage, its distance in the parameters' unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drive<'a> {
    pub(crate) date: Date,
    pub(crate) vehicle: &'a Text,
    pub(crate) distance: Decimal,
}

/// What a report's line is worth, not rounded. The year's distance before it is what has been paid, and what the
/// report's lines of the same vehicle say of earlier days; on one day, the lines before it.
pub(crate) fn worth_of(cx: &Context, drives: &[Option<Drive<'_>>], row: usize) -> Option<Decimal> {
    let own = drives.get(row).copied().flatten()?;
    let year = own.date.year_month_day().0;
    let is_before = |other: &Drive<'_>, position: usize| {
        other.vehicle == own.vehicle
            && other.date.year_month_day().0 == year
            && (other.date, position) < (own.date, row)
    };
    let lines = drives.iter().enumerate().filter_map(|(position, other)| Some((position, other.as_ref()?)));
    let before: Decimal =
        lines.filter(|(position, other)| is_before(other, *position)).map(|(_, other)| other.distance).sum();
    let paid = cx.lookup::<VehicleDistance>((own.vehicle, i64::from(year))).map(|year| year.distance);
    worth(&mileage_tiers(cx, own.date), paid.unwrap_or_default() + before, own.distance)
}

/// What a distance is worth that begins after so much has been driven: each tier's part at its rate, not rounded. None
/// where some of it lies in no tier.
pub(crate) fn worth(tiers: &[MileageTier], driven: Decimal, distance: Decimal) -> Option<Decimal> {
    let end = driven + distance;
    let (mut at, mut worth) = (driven, Decimal::ZERO);
    while at < end {
        let (next, rate) = part(tiers, at, end)?;
        worth += (next - at) * rate;
        at = next;
    }
    Some(worth)
}

/// Where the part ends that begins at `at` and lies in one tier, and that tier's rate. It has no sums to compare, which
/// a distance that was converted, and so rounded, would not survive.
fn part(tiers: &[MileageTier], at: Decimal, end: Decimal) -> Option<(Decimal, Decimal)> {
    let tier = tiers.iter().find(|tier| tier.from <= at && tier.to.is_none_or(|to| at < to))?;
    Some((tier.to.map_or(end, |to| end.min(to)), tier.rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(driven: Decimal, distance: Decimal, expected: Option<Decimal>) {
        let first = MileageTier { to: Some(dec!(1000)), rate: dec!(0.45), ..MileageTier::default() };
        let above = MileageTier { from: dec!(1000), to: Some(dec!(5000)), rate: dec!(0.25), ..MileageTier::default() };
        assert_eq!(worth(&[first, above], driven, distance), expected);
    }

    #[test]
    fn earlier_lines_of_the_vehicle_and_the_year_come_before() {
        let valid_from = date!("2025-01-01");
        let first = MileageTier { valid_from, number: 1, to: Some(dec!(100)), rate: dec!(1), ..MileageTier::default() };
        let above = MileageTier { valid_from, number: 2, from: dec!(100), ..MileageTier::default() };
        let paid = VehicleDistance { vehicle: "A".into(), year: 2026, distance: dec!(50) };
        let cx = Context::test(date!("2026-03-02")).with_rows(ReferenceStore::new().with(first).with(above).with(paid));
        let (a, b) = (Text::fixed("A"), Text::fixed("B"));
        let drive = |date, vehicle| Some(Drive { date, vehicle, distance: dec!(40) });
        let (late, early, before) = (date!("2026-02-02"), date!("2026-02-01"), date!("2025-12-31"));
        let drives = [drive(late, &a), None, drive(early, &a), drive(late, &a), drive(late, &b), drive(before, &a)];
        let worths: Vec<_> = (0..drives.len()).map(|row| worth_of(&cx, &drives, row)).collect();
        let expected = [dec!(10), dec!(0), dec!(40), dec!(0), dec!(40), dec!(40)].map(Some);
        assert_eq!(worths, [expected[0], None, expected[2], expected[3], expected[4], expected[5]]);
    }

    #[test]
    fn a_distance_is_split_over_the_tiers() {
        check(dec!(0), dec!(1200), Some(dec!(500)));
        check(dec!(900), dec!(200), Some(dec!(70)));
    }

    #[test]
    fn the_upper_limit_belongs_to_its_tier() {
        check(dec!(0), dec!(1000), Some(dec!(450)));
        check(dec!(999), dec!(1), Some(dec!(0.45)));
        check(dec!(1000), dec!(1), Some(dec!(0.25)));
        check(dec!(0), dec!(1000.01), Some(dec!(450.0025)));
    }

    #[test]
    fn what_lies_in_no_tier_has_no_worth() {
        check(dec!(4000), dec!(1000), Some(dec!(250)));
        check(dec!(4000), dec!(1000.01), None);
        assert_eq!(worth(&[], dec!(0), dec!(1)), None);
    }

    #[test]
    fn a_distance_of_many_decimals_goes_through_as_well() {
        let kilometre = dec!(1) / dec!(1.609344);
        let tiers = [MileageTier { rate: dec!(0.45), ..MileageTier::default() }];
        let worth = worth(&tiers, dec!(860) + kilometre, kilometre).map(|worth| worth.round_commercial(2));
        assert_eq!(worth, Some(dec!(0.28)));
    }
}
