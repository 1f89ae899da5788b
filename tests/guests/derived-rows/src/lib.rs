//! Well-behaved, and written with the SDK: sums an order's lines by family, in rows of its own. Told not to merge, it
//! gives two rows the same id.

use lockstep_sdk::prelude::*;

#[derive(Enumeration, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Status {
    #[default]
    Open,
    Closed,
}

#[derive(Reference, Clone, Debug)]
pub struct Item {
    #[field(key)]
    pub number: Text,
    pub family: Text,
}

#[derive(Reference, Clone, Debug)]
pub struct Limit {
    #[field(key)]
    pub family: Text,
    #[field(scale = 2)]
    pub limit: Decimal,
}

#[derive(Issues, Clone, Debug)]
pub enum OrderIssue {
    #[error]
    OverLimit { limit: Decimal },
    #[warning]
    ManyFamilies,
}

#[entity]
pub mod order {
    use super::*;

    #[derive(Clone, Debug, Default)]
    #[entity(name = "order", status = status, frozen = [Closed])]
    pub struct Order {
        #[field(state)]
        pub status: Option<Status>,
        #[field(entered)]
        pub merged: Option<bool>,
        #[field(calculated, scale = 2)]
        pub largest: Option<Decimal>,
        #[field(calculated)]
        pub families: Vec<Family>,
        pub lines: Vec<Line>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Line {
        #[field(entered)]
        pub item: Option<Text>,
        #[field(entered, scale = 2)]
        pub quantity: Option<Decimal>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Family {
        pub id: Text,
        #[field(calculated, table = Limit)]
        pub family: Option<Text>,
        #[field(calculated, scale = 2)]
        pub quantity: Option<Decimal>,
        #[field(calculated)]
        pub lines: Option<i64>,
    }

    impl Order {
        /// As long as items are not there yet, all of them are of a family without a name.
        #[calculation]
        pub fn families(cx: &Context, lines: &[Line], merged: Option<bool>) -> Vec<Family> {
            let mut families: Vec<Family> = Vec::new();
            for line in lines {
                let item = line.item.as_deref().and_then(|item| cx.lookup::<Item>(item));
                let id = item.map(|item| item.family).unwrap_or_default();
                let quantity = line.quantity.unwrap_or_default();
                match families.iter_mut().find(|family| family.id == id && merged != Some(false)) {
                    Some(family) => {
                        family.quantity = family.quantity.map(|sum| sum + quantity);
                        family.lines = family.lines.map(|lines| lines + 1);
                    }
                    None => families.push(Family {
                        id: id.clone(),
                        family: Some(id),
                        quantity: Some(quantity),
                        lines: Some(1),
                    }),
                }
            }
            families
        }

        #[calculation]
        pub fn largest(#[each(families)] quantity: Column<'_, Decimal>) -> Option<Decimal> {
            quantity.max().copied()
        }
    }

    impl Family {
        #[validation(at = quantity)]
        pub fn within_limit(quantity: Decimal, family: &Limit) -> Result<(), OrderIssue> {
            let limit = family.limit;
            if quantity > limit { Err(OrderIssue::OverLimit { limit }) } else { Ok(()) }
        }

        #[validation(server_only)]
        pub fn not_the_second(row: RowIndex) -> Option<OrderIssue> {
            (row.0 == 1).then_some(OrderIssue::ManyFamilies)
        }

        #[condition(hidden = [lines])]
        pub fn is_one_line(lines: i64) -> bool {
            lines == 1
        }
    }
}

lockstep_sdk::plugin! { entities: [order::Order], tables: [Item, Limit], issues: [OrderIssue] }
