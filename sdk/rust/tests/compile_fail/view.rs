//! Views: what does not fit the records that they are of.

use lockstep_sdk::prelude::*;

#[derive(Reference, Clone)]
#[reference(view = Sheet, rows = lines)]
pub struct WrongField {
    #[field(key, record)]
    pub sheet: Text,
    #[field(scale = 2)]
    pub hourz: Decimal,
}

#[derive(Reference, Clone)]
#[reference(view = Sheet, rows = line)]
pub struct WrongRows {
    #[field(key, record)]
    pub sheet: Text,
}

#[derive(Reference, Clone)]
pub struct NoView {
    #[field(key, record)]
    pub sheet: Text,
}

#[derive(Reference, Clone)]
#[reference(view = Sheet)]
pub struct NoRows {
    #[field(key, row)]
    pub line: Text,
}

#[entity]
pub mod sheet {
    use super::*;

    #[derive(Clone, Debug, Default)]
    #[entity(name = "sheet")]
    pub struct Sheet {
        #[field(entered)]
        pub note: Option<Text>,
        pub lines: Vec<Line>,
    }

    #[derive(Clone, Debug, Default)]
    #[collection]
    pub struct Line {
        #[field(entered, scale = 2)]
        pub hours: Option<Decimal>,
    }
}

#[entity]
pub mod keyless {
    use super::*;

    #[derive(Clone, Debug, Default)]
    #[entity(name = "keyless")]
    pub struct Keyless {
        #[field(entered, record)]
        pub note: Option<Text>,
    }

    impl Keyless {
        #[validation]
        pub fn one(#[record] key: &Text) -> Option<Issue> {
            key.is_empty().then(|| Issue::new("one", Severity::Error))
        }

        #[validation]
        pub fn two(#[record] note: &Text) -> Option<Issue> {
            note.is_empty().then(|| Issue::new("two", Severity::Error))
        }
    }
}

use sheet::Sheet;

lockstep_sdk::plugin! { entities: [sheet::Sheet, keyless::Keyless], tables: [WrongField, WrongRows, NoView, NoRows] }

fn main() {}
