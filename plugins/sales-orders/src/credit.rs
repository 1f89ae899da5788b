//! The credit check: what a customer owes, and this order's total, against its limit.

use lockstep_sdk::prelude::*;

use crate::{
    issues::OrderIssue,
    tables::{CreditCheck, CurrentBalance, Customer, OverLimit, Parameters},
};

/// What a customer owes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Debts {
    pub(crate) open_balance: Decimal,
    pub(crate) packed_not_invoiced: Decimal,
    pub(crate) open_orders: Decimal,
}

impl From<&Customer> for Debts {
    fn from(customer: &Customer) -> Self {
        Self {
            open_balance: customer.open_balance,
            packed_not_invoiced: customer.packed_not_invoiced,
            open_orders: customer.open_orders,
        }
    }
}

impl From<&CurrentBalance> for Debts {
    fn from(current: &CurrentBalance) -> Self {
        Self {
            open_balance: current.open_balance,
            packed_not_invoiced: current.packed_not_invoiced,
            open_orders: current.open_orders,
        }
    }
}

impl Debts {
    /// What counts against the limit; nothing where there is no check.
    fn counted(&self, check: CreditCheck) -> Option<Decimal> {
        match check {
            CreditCheck::None => None,
            CreditCheck::Balance => Some(self.open_balance),
            CreditCheck::BalanceAndPacked => Some(self.open_balance + self.packed_not_invoiced),
            CreditCheck::All => Some(self.open_balance + self.packed_not_invoiced + self.open_orders),
        }
    }
}

/// What is wrong with the customer's credit for an order with this total in this currency.
pub(crate) fn check(
    parameters: &Parameters,
    customer: &Customer,
    debts: Debts,
    total: Decimal,
    currency: &Text,
) -> Option<Issue> {
    let counted = debts.counted(parameters.credit_check)?;
    let limit = customer.credit_limit;
    if limit.is_zero() {
        return None;
    }
    if *currency != customer.currency {
        let limit_currency = customer.currency.clone();
        return Some(OrderIssue::CreditNotComparable { currency: currency.clone(), limit_currency }.into());
    }
    let exposure = counted + total;
    let over = OrderIssue::OverCreditLimit { limit, exposure, currency: currency.clone() };
    (exposure > limit).then(|| over.severity(severity(parameters.over_limit)))
}

fn severity(over_limit: OverLimit) -> Severity {
    match over_limit {
        OverLimit::Warning => Severity::Warning,
        OverLimit::Error => Severity::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEBTS: Debts = Debts { open_balance: dec!(500), packed_not_invoiced: dec!(300), open_orders: dec!(150) };
    const EUR: Text = Text::fixed("EUR");

    fn issue(credit_check: CreditCheck, over_limit: OverLimit, limit: Decimal, total: Decimal) -> Option<Issue> {
        let parameters = Parameters { credit_check, over_limit, ..Parameters::default() };
        let customer = Customer { credit_limit: limit, currency: EUR, ..Customer::default() };
        check(&parameters, &customer, DEBTS, total, &EUR)
    }

    /// With this check, an order that takes the exposure to the limit passes, and one that takes it further does not.
    #[track_caller]
    fn check_limit(credit_check: CreditCheck, counted: Decimal) {
        let limit = counted + dec!(100);
        assert!(issue(credit_check, OverLimit::Warning, limit, dec!(100)).is_none());
        assert!(issue(credit_check, OverLimit::Warning, limit, dec!(100.01)).is_some());
    }

    #[test]
    fn each_check_counts_more() {
        check_limit(CreditCheck::Balance, dec!(500));
        check_limit(CreditCheck::BalanceAndPacked, dec!(800));
        check_limit(CreditCheck::All, dec!(950));
    }

    #[test]
    fn without_a_check_or_a_limit_anything_goes() {
        assert!(issue(CreditCheck::None, OverLimit::Error, dec!(1), dec!(1000)).is_none());
        assert!(issue(CreditCheck::All, OverLimit::Error, Decimal::ZERO, dec!(1000)).is_none());
    }
}
