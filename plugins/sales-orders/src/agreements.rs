//! Trade agreements: which one holds for a customer, an item, a day and a quantity.
//!
//! A search goes through levels, most specific first. Each level is one key prefix of the table, so that only the few
//! candidates of a level are read, and none of the levels behind the one that has an answer.

use lockstep_sdk::prelude::*;

use crate::tables::{ALL, AgreementKind, Buyers, Customer, Goods, TradeAgreement};

/// The most candidates that a level may have.
const CANDIDATES_MAX: u32 = 200;

/// One step of a search: these customers with these items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) buyers: (Buyers, Text),
    pub(crate) goods: (Goods, Text),
}

/// What an order line asks of an agreement.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) currency: Text,
    pub(crate) day: Date,
    pub(crate) quantity: Decimal,
}

/// A level has more candidates than can be compared: the answer is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// The customer, its group if it has one, all customers.
pub(crate) fn buyers(customer: &Customer, group: Option<&Text>) -> impl Iterator<Item = (Buyers, Text)> {
    let one = Some((Buyers::Customer, customer.account.clone()));
    let group = group.map(|group| (Buyers::Group, group.clone()));
    [one, group, Some((Buyers::All, ALL))].into_iter().flatten()
}

/// What is agreed at the first level that has something for these terms.
pub(crate) fn find(
    cx: &Context,
    kind: AgreementKind,
    levels: impl Iterator<Item = Level>,
    terms: &Terms,
) -> Result<Option<Decimal>, TooMany> {
    for Level { buyers: (buyers, buyer), goods: (goods, good) } in levels {
        let prefix = (kind, buyers, buyer, goods, good, terms.currency.clone());
        let candidates = cx.select::<TradeAgreement>(prefix, CANDIDATES_MAX);
        if candidates.cut_short {
            return Err(TooMany);
        }
        if let Some(agreement) = holding(&candidates.rows, terms) {
            return Ok(Some(agreement.value));
        }
    }
    Ok(None)
}

/// Of one level's agreements the one that holds: valid on the day, with the largest quantity not above the line's.
/// Where two are alike in that, the one that began later; where they began together, the one numbered higher.
fn holding<'a>(candidates: &'a [TradeAgreement], terms: &Terms) -> Option<&'a TradeAgreement> {
    candidates
        .iter()
        .filter(|agreement| agreement.valid_from <= terms.day)
        .filter(|agreement| agreement.valid_to.is_none_or(|last| terms.day <= last))
        .filter(|agreement| agreement.from_quantity <= terms.quantity)
        .max_by_key(|agreement| (agreement.from_quantity, agreement.valid_from, agreement.number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreement(valid_from: Date, number: i64, from_quantity: Decimal, value: Decimal) -> TradeAgreement {
        TradeAgreement { valid_from, number, from_quantity, value, ..TradeAgreement::default() }
    }

    #[track_caller]
    fn check(candidates: &[TradeAgreement], day: Date, quantity: Decimal, expected: Option<Decimal>) {
        let terms = Terms { currency: Text::fixed("EUR"), day, quantity };
        assert_eq!(holding(candidates, &terms).map(|agreement| agreement.value), expected);
    }

    const START: Date = date!("2026-01-01");

    #[test]
    fn the_largest_quantity_not_above_the_lines_holds() {
        let steps = [
            agreement(START, 1, dec!(0), dec!(10)),
            agreement(START, 2, dec!(10), dec!(9)),
            agreement(START, 3, dec!(100), dec!(8)),
        ];
        check(&steps, START, dec!(9.99), Some(dec!(10)));
        check(&steps, START, dec!(10), Some(dec!(9)));
        check(&steps, START, dec!(99.99), Some(dec!(9)));
        check(&steps, START, dec!(100), Some(dec!(8)));
    }

    #[test]
    fn both_ends_of_the_validity_belong_to_it() {
        let mut only = agreement(date!("2026-02-01"), 1, dec!(0), dec!(10));
        only.valid_to = Some(date!("2026-02-28"));
        let only = [only];
        check(&only, date!("2026-01-31"), dec!(1), None);
        check(&only, date!("2026-02-01"), dec!(1), Some(dec!(10)));
        check(&only, date!("2026-02-28"), dec!(1), Some(dec!(10)));
        check(&only, date!("2026-03-01"), dec!(1), None);
    }

    #[test]
    fn of_two_alike_the_later_one_holds_then_the_higher_number() {
        let alike = [
            agreement(START, 7, dec!(0), dec!(10)),
            agreement(date!("2026-02-01"), 1, dec!(0), dec!(11)),
            agreement(date!("2026-02-01"), 2, dec!(0), dec!(12)),
        ];
        check(&alike, date!("2026-01-31"), dec!(1), Some(dec!(10)));
        check(&alike, date!("2026-02-01"), dec!(1), Some(dec!(12)));
    }

    #[test]
    fn nothing_holds_below_every_quantity_or_without_candidates() {
        check(&[agreement(START, 1, dec!(5), dec!(10))], START, dec!(4), None);
        check(&[], START, dec!(4), None);
    }

    #[test]
    fn a_customer_without_a_group_has_two_steps() {
        let customer = Customer { account: Text::fixed("C-1"), ..Customer::default() };
        let steps: Vec<_> = buyers(&customer, None).collect();
        assert_eq!(steps, [(Buyers::Customer, Text::fixed("C-1")), (Buyers::All, ALL)]);
    }
}
