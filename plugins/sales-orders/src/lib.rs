//! Sales orders: prices, discounts, taxes, promises and credit.
