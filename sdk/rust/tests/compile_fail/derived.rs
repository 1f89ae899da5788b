//! Derived collections that are mistaken.

#![allow(unused)]

use lockstep_sdk::prelude::*;

lockstep_sdk::plugin! { entities: [count::Count, stock::Stock, loop_of::Loop, typed::Typed] }

#[entity]
mod count {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Count {
        pub rows: Vec<Row>,
        #[field(calculated)]
        pub without_rule: Vec<WithoutRule>,
        #[field(calculated)]
        pub without_id: Vec<WithoutId>,
        #[field(calculated)]
        pub numbered: Vec<Numbered>,
        #[field(calculated)]
        pub empty: Vec<Empty>,
        #[field(entered, required)]
        pub given: Vec<Given>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Row {
        #[field(entered, scale = 2)]
        pub quantity: Option<Decimal>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct WithoutRule {
        pub id: Text,
        #[field(calculated)]
        pub count: Option<i64>,
        #[field(entered)]
        pub note: Option<Text>,
        #[field(defaulted)]
        pub day: Option<Date>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct WithoutId {
        #[field(calculated)]
        pub count: Option<i64>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Numbered {
        pub id: i64,
        #[field(calculated)]
        pub count: Option<i64>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Empty {
        pub id: Text,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Given {
        #[field(entered)]
        pub note: Option<Text>,
    }

    impl Count {
        #[calculation]
        pub fn without_id(rows: &[Row]) -> Vec<WithoutId> {
            Vec::new()
        }

        #[calculation]
        pub fn numbered(rows: &[Row]) -> Vec<Numbered> {
            Vec::new()
        }

        #[calculation]
        pub fn empty() -> Vec<Empty> {
            Vec::new()
        }

        #[calculation]
        pub fn rows() -> Vec<Row> {
            Vec::new()
        }
    }
}

#[entity]
mod stock {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Stock {
        #[field(calculated)]
        pub groups: Vec<Group>,
        #[field(calculated)]
        pub others: Vec<Other>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Group {
        pub id: Text,
        #[field(calculated, scale = 2)]
        pub quantity: Option<Decimal>,
        #[field(calculated)]
        pub count: Option<i64>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Other {
        pub id: Text,
        #[field(calculated)]
        pub count: Option<i64>,
    }

    impl Stock {
        #[calculation]
        pub fn groups() -> Vec<Group> {
            Vec::new()
        }

        #[default]
        pub fn others() -> Vec<Other> {
            Vec::new()
        }

        #[calculation(groups.count)]
        pub fn count_of_all(#[each(groups)] quantity: Column<'_, Decimal>) -> Vec<Option<i64>> {
            Vec::new()
        }

        #[action]
        pub fn empty() -> Patch<Self> {
            Patch::own(Self::default()).remove(StockCollection::Groups, "1")
        }
    }

    impl Group {
        #[calculation]
        pub fn quantity() -> Decimal {
            dec!(1)
        }

        #[default]
        pub fn count() -> i64 {
            1
        }
    }
}

#[entity]
mod loop_of {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Loop {
        #[field(calculated)]
        pub total: Option<i64>,
        #[field(calculated)]
        pub groups: Vec<Group>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Group {
        pub id: Text,
        #[field(calculated)]
        pub count: Option<i64>,
    }

    impl Loop {
        #[calculation]
        pub fn total(#[each(groups)] count: Column<'_, i64>) -> i64 {
            count.values().sum()
        }

        #[calculation]
        pub fn groups(total: Option<i64>) -> Vec<Group> {
            Vec::new()
        }
    }
}

#[entity]
mod typed {
    use lockstep_sdk::prelude::*;

    #[derive(Clone, Debug, Default)]
    #[entity]
    pub struct Typed {
        #[field(calculated)]
        pub groups: Vec<Group>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Group {
        pub id: Text,
        #[field(calculated)]
        pub count: Option<i64>,
    }

    impl Typed {
        #[calculation]
        pub fn groups() -> [Group; 1] {
            [Group::default()]
        }
    }
}

fn main() {}
