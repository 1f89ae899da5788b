//! Which of a list's records are asked for.

use lockstep_device as core;
use lockstep_model::{self as model, ValueError};

use crate::{
    error::Error,
    values::{Value, given},
};

/// Which of a list's records are asked for.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PageQuery {
    /// Which records; none: those with which the page starts.
    #[uniffi(default = None)]
    pub filter: Option<Vec<Condition>>,
    /// Words that all have to be found in the page's search fields; empty: no search.
    #[uniffi(default = "")]
    pub search: String,
    /// By what they are sorted; none: as the page is at first.
    #[uniffi(default = None)]
    pub sort: Option<Vec<SortBy>>,
    /// How many are passed over.
    #[uniffi(default = 0)]
    pub offset: u32,
    /// How many are given, at most.
    #[uniffi(default = 50)]
    pub limit: u32,
}

/// Records whose field has one of these values, or lies between bounds.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Condition {
    /// A field of the header.
    pub field: String,
    /// One of them; empty: any.
    #[uniffi(default)]
    pub values: Vec<Value>,
    /// No less than this.
    #[uniffi(default = None)]
    pub from: Option<Value>,
    /// No more than this.
    #[uniffi(default = None)]
    pub to: Option<Value>,
}

/// By one field of the header.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SortBy {
    /// The field.
    pub field: String,
    /// From the greatest to the least.
    #[uniffi(default = false)]
    pub is_descending: bool,
}

pub(crate) fn core(query: PageQuery) -> Result<core::PageQuery, Error> {
    let filter = query.filter.map(|filter| filter.into_iter().map(condition).collect::<Result<_, _>>());
    let sort = query.sort.map(|sort| {
        let by = sort.into_iter().map(|by| core::SortBy { field: by.field, is_descending: by.is_descending });
        by.collect()
    });
    Ok(core::PageQuery {
        filter: filter.transpose()?,
        search: query.search,
        sort,
        offset: query.offset as usize,
        limit: query.limit as usize,
    })
}

fn condition(condition: Condition) -> Result<core::Condition, Error> {
    let Condition { field, values, from, to } = condition;
    let wrong = |error: ValueError| Error::WrongValue { sentence: format!("{field}: {error}"), path: field.clone() };
    let values = values.into_iter().map(model::Value::try_from).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    let (from, to) = (given(from).map_err(wrong)?, given(to).map_err(wrong)?);
    Ok(core::Condition { field, values, from, to })
}
