//! Provided meals: how much less a per diem is when somebody else paid for breakfast, lunch or dinner.
//!
//! All three methods come to a percentage of what one day's meals are worth, which may be above 100 for several days.

use lockstep_sdk::prelude::*;

use crate::tables::{MealReduction, Parameters};

/// How many breakfasts, lunches and dinners were provided, on a day or on a whole trip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Provided {
    pub(crate) breakfasts: i64,
    pub(crate) lunches: i64,
    pub(crate) dinners: i64,
}

impl Provided {
    /// Which of a day's meals were provided.
    pub(crate) fn on_day(breakfast: Option<bool>, lunch: Option<bool>, dinner: Option<bool>) -> Self {
        let count = |provided: Option<bool>| i64::from(provided == Some(true));
        Self { breakfasts: count(breakfast), lunches: count(lunch), dinners: count(dinner) }
    }

    fn and(self, other: Self) -> Self {
        Self {
            breakfasts: self.breakfasts + other.breakfasts,
            lunches: self.lunches + other.lunches,
            dinners: self.dinners + other.dinners,
        }
    }

    /// Each type's percentage, as often as it was provided.
    fn by_type(self, parameters: &Parameters) -> Decimal {
        Decimal::from(self.breakfasts) * parameters.breakfast_percent
            + Decimal::from(self.lunches) * parameters.lunch_percent
            + Decimal::from(self.dinners) * parameters.dinner_percent
    }

    /// The percentage for so many on a day.
    fn by_number(self, parameters: &Parameters) -> Decimal {
        match self.breakfasts + self.lunches + self.dinners {
            ..=0 => Decimal::ZERO,
            1 => parameters.one_meal_percent,
            2 => parameters.two_meals_percent,
            3.. => parameters.three_meals_percent,
        }
    }
}

/// How many percent of one day's meals a trip loses. Its days count, each on its own; only by type and trip what is
/// entered for the whole trip goes before them.
pub(crate) fn reduction_percent(
    parameters: &Parameters,
    trip: impl FnOnce(Provided) -> Provided,
    days: impl Iterator<Item = Provided>,
) -> Decimal {
    match parameters.meal_reduction {
        MealReduction::TypePerTrip => trip(days.fold(Provided::default(), Provided::and)).by_type(parameters),
        MealReduction::TypePerDay => days.map(|day| day.by_type(parameters).min(Decimal::ONE_HUNDRED)).sum(),
        MealReduction::NumberPerDay => days.map(|day| day.by_number(parameters)).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(meal_reduction: MealReduction) -> Parameters {
        Parameters {
            meal_reduction,
            breakfast_percent: dec!(20),
            lunch_percent: dec!(40),
            dinner_percent: dec!(50),
            one_meal_percent: dec!(25),
            two_meals_percent: dec!(55),
            three_meals_percent: dec!(90),
            ..Parameters::default()
        }
    }

    const BREAKFAST: Provided = Provided { breakfasts: 1, lunches: 0, dinners: 0 };
    const DINNER: Provided = Provided { breakfasts: 0, lunches: 0, dinners: 1 };
    const ALL: Provided = Provided { breakfasts: 1, lunches: 1, dinners: 1 };

    #[track_caller]
    fn check(method: MealReduction, days: &[Provided], expected: Decimal) {
        assert_eq!(reduction_percent(&parameters(method), |days| days, days.iter().copied()), expected);
    }

    #[test]
    fn by_type_and_trip_all_days_are_one() {
        check(MealReduction::TypePerTrip, &[BREAKFAST, DINNER, ALL], dec!(180));
        let three = |_| Provided { breakfasts: 3, lunches: 0, dinners: 0 };
        let percent = reduction_percent(&parameters(MealReduction::TypePerTrip), three, [ALL].into_iter());
        assert_eq!(percent, dec!(60));
    }

    #[test]
    fn by_type_and_day_a_day_loses_no_more_than_its_meals() {
        check(MealReduction::TypePerDay, &[BREAKFAST, DINNER, ALL], dec!(170));
        check(MealReduction::TypePerDay, &[Provided::default()], dec!(0));
    }

    #[test]
    fn by_number_each_day_has_its_percentage() {
        check(MealReduction::NumberPerDay, &[BREAKFAST], dec!(25));
        check(MealReduction::NumberPerDay, &[Provided { dinners: 1, ..BREAKFAST }], dec!(55));
        check(MealReduction::NumberPerDay, &[ALL, DINNER, Provided::default()], dec!(115));
    }
}
