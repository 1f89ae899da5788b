//! Lists: an entity's records, filtered, sorted, searched and page by page.

use std::cmp::Ordering;

use lockstep_model::{
    Place, Record, RecordId, Value,
    schema::{Entity, Field, FieldType},
};
use lockstep_package::{
    Subject, Wording,
    workspace::{Content, Filter, List},
};

use super::{ActionTile, ColumnHead, Device, Result, error::no_such};
use crate::store::{
    messages,
    records::{self, Shown},
};

/// Which of a list's records are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageQuery {
    /// Which records; none: those with which the page starts.
    pub filter: Option<Vec<Condition>>,
    /// Words that all have to be found in the page's search fields, whatever their case; empty: no search.
    pub search: String,
    /// By what they are sorted; none: as the page is at first. Records that are equal in all come by their keys.
    pub sort: Option<Vec<SortBy>>,
    /// How many are passed over.
    pub offset: usize,
    /// How many are given, at most.
    pub limit: usize,
}

/// Records whose field has one of these values, or lies between bounds. All that is given has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// A field of the header.
    pub field: String,
    /// One of them; empty: any.
    pub values: Vec<Value>,
    /// No less than this.
    pub from: Option<Value>,
    /// No more than this.
    pub to: Option<Value>,
}

/// By one field of the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortBy {
    /// The field.
    pub field: String,
    /// From the greatest to the least.
    pub is_descending: bool,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageView {
    /// In the user's language.
    pub title: String,
    /// The entity whose records it shows.
    pub entity: String,
    /// What it shows of each.
    pub columns: Vec<ColumnHead>,
    /// The records that were asked for.
    pub rows: Vec<PageRow>,
    /// How many there are in all.
    pub total: usize,
    /// What can be done.
    pub actions: Vec<ActionTile>,
    /// The page that a row opens.
    pub opens: Option<String>,
}

/// A record in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRow {
    /// The record's key.
    pub key: String,
    /// Its values, column by column.
    pub values: Vec<Option<Value>>,
    /// The same in the user's language; empty where there is none.
    pub texts: Vec<String>,
    /// Operations that the server has not accepted yet have made it what it is.
    pub is_pending: bool,
}

impl Device {
    /// A part of a list page.
    ///
    /// # Errors
    /// When there is no such page for the user, a field is unknown, or the file cannot be read.
    pub fn page(&self, workspace: &str, page: &str, query: &PageQuery) -> Result<PageView> {
        let package = self.package(workspace)?;
        let workspace = self.workspace_of(&package)?;
        let page = self.page_of(workspace, page)?;
        let Content::List(list) = &page.content else { return Err(no_such("list", &*page.name)) };
        let (position, entity) =
            package.descriptor.entity(&page.entity).ok_or_else(|| no_such("entity", &*page.entity))?;
        let wording = package.messages.for_locale(&self.settings.locale);
        let subject = Subject::new(&package.descriptor, position, 0);
        let look = Look { entity, wording: &wording, subject, first_status: first_status(entity) };
        let filter = match &query.filter {
            Some(filter) => filter.clone(),
            None => list.filter.iter().map(|filter| self.starting(entity, filter)).collect::<Result<_>>()?,
        };
        let sort = query.sort.clone().unwrap_or_else(|| starting_sort(list));
        let named = filter.iter().map(|condition| &condition.field).chain(sort.iter().map(|sort| &sort.field));
        for name in named {
            look.field(name)?;
        }
        let company = &self.signed_in()?.company;
        let words: Vec<_> = query.search.split_whitespace().map(str::to_lowercase).collect();
        let wanted = query.offset.saturating_add(query.limit);
        let mut best = Best { wanted, found: Vec::new(), total: 0 };
        let order = |one: &Shown, other: &Shown| look.order(&sort, one, other);
        records::of_entity(self.store.connection(), &package.name, &page.entity, |shown| {
            let record = &shown.record;
            let is_theirs = record.company.is_empty() || record.company == *company;
            if is_theirs
                && filter.iter().all(|condition| look.meets(record, condition))
                && look.has_words(record, list, &words)
            {
                best.add(shown, order);
            }
            Ok(())
        })?;
        let total = best.total;
        let mut rows = Vec::new();
        for shown in best.sorted(order).into_iter().skip(query.offset) {
            rows.push(self.row(&package.name, &look, list, shown)?);
        }
        let columns = list.columns.iter().map(|name| look.head(name)).collect::<Result<_>>()?;
        Ok(PageView {
            title: wording.text(&page.title),
            entity: page.entity.to_string(),
            columns,
            rows,
            total,
            actions: self.actions_of(&package, workspace, page)?,
            opens: list.opens.as_ref().map(ToString::to_string),
        })
    }

    fn row(&self, plugin: &str, look: &Look<'_>, list: &List, shown: Shown) -> Result<PageRow> {
        let id = RecordId { plugin: plugin.to_owned(), entity: look.entity.name.clone(), key: shown.key };
        let is_pending = shown.is_pending && !messages::writers(self.store.connection(), &id, true)?.is_empty();
        let values: Vec<_> = list.columns.iter().map(|name| look.value(&shown.record, name).cloned()).collect();
        let texts = list.columns.iter().zip(&values);
        let texts = texts.map(|(name, value)| value.as_ref().map_or_else(String::new, |value| look.text(name, value)));
        Ok(PageRow { key: id.key, texts: texts.collect(), values, is_pending })
    }

    /// A condition with which a page starts.
    fn starting(&self, entity: &Entity, filter: &Filter) -> Result<Condition> {
        let field = entity.fields.iter().find(|field| *field.name == *filter.field);
        let field = field.ok_or_else(|| no_such("field", &*filter.field))?;
        let values = if filter.user {
            vec![Value::Text(self.signed_in()?.user.clone())]
        } else {
            filter.values.iter().filter_map(|value| field.of.parse(value).ok()).collect()
        };
        Ok(Condition { field: field.name.clone(), values, from: None, to: None })
    }
}

/// The first of all that are found, in their order: no more are kept than are wanted, some doubled.
struct Best {
    wanted: usize,
    found: Vec<Shown>,
    total: usize,
}

impl Best {
    fn add(&mut self, shown: Shown, order: impl Fn(&Shown, &Shown) -> Ordering) {
        self.total += 1;
        self.found.push(shown);
        if self.found.len() > self.wanted.saturating_mul(2).saturating_add(1000) {
            self.found.select_nth_unstable_by(self.wanted, order);
            self.found.truncate(self.wanted);
        }
    }

    fn sorted(mut self, order: impl Fn(&Shown, &Shown) -> Ordering) -> Vec<Shown> {
        self.found.sort_unstable_by(order);
        self.found.truncate(self.wanted);
        self.found
    }
}

fn starting_sort(list: &List) -> Vec<SortBy> {
    let by = list.sort.iter();
    by.map(|sort| SortBy { field: sort.field.to_string(), is_descending: sort.descending }).collect()
}

/// The status of a record of which no action has set one: the first that there is.
fn first_status(entity: &Entity) -> Option<(&str, Value)> {
    let field = entity.fields.get(usize::from(entity.status?))?;
    let FieldType::Enumeration(names) = &field.of else { return None };
    Some((&field.name, Value::Enumeration(names.first()?.clone())))
}

/// How an entity's records are looked at.
struct Look<'a> {
    entity: &'a Entity,
    wording: &'a Wording<'a>,
    subject: Subject<'a>,
    first_status: Option<(&'a str, Value)>,
}

impl Look<'_> {
    fn value<'r>(&'r self, record: &'r Record, name: &str) -> Option<&'r Value> {
        let first = || self.first_status.as_ref().filter(|(field, _)| *field == name).map(|(_, value)| value);
        record.value(name).or_else(first)
    }

    fn field(&self, name: &str) -> Result<(u16, &Field)> {
        let found = (0..).zip(&self.entity.fields).find(|(_, field)| field.name == name);
        found.ok_or_else(|| no_such("field", name))
    }

    fn head(&self, name: &str) -> Result<ColumnHead> {
        let (_, field) = self.field(name)?;
        Ok(ColumnHead { name: name.to_owned(), label: self.wording.field(self.entity, field) })
    }

    fn text(&self, name: &str, value: &Value) -> String {
        let Ok((position, _)) = self.field(name) else { return value.to_string() };
        self.wording.value_at(Place::Field(position), value, &self.subject)
    }

    fn meets(&self, record: &Record, condition: &Condition) -> bool {
        let value = self.value(record, &condition.field);
        let order = |bound: &Value| self.compare(&condition.field, value, Some(bound));
        (condition.values.is_empty() || value.is_some_and(|value| condition.values.contains(value)))
            && condition.from.as_ref().is_none_or(|from| value.is_some() && order(from) != Ordering::Less)
            && condition.to.as_ref().is_none_or(|to| value.is_some() && order(to) != Ordering::Greater)
    }

    fn has_words(&self, record: &Record, list: &List, words: &[String]) -> bool {
        if words.is_empty() {
            return true;
        }
        let texts =
            list.search.iter().filter_map(|name| Some(self.text(name, self.value(record, name)?).to_lowercase()));
        let texts: Vec<_> = texts.collect();
        words.iter().all(|word| texts.iter().any(|text| text.contains(&**word)))
    }

    /// Those that are equal in all come by their keys.
    fn order(&self, sort: &[SortBy], one: &Shown, other: &Shown) -> Ordering {
        let by = sort.iter().map(|sort| {
            let order = self.compare(&sort.field, one.record.value(&sort.field), other.record.value(&sort.field));
            if sort.is_descending { order.reverse() } else { order }
        });
        by.fold(Ordering::Equal, Ordering::then).then_with(|| one.key.as_bytes().cmp(other.key.as_bytes()))
    }

    /// Absent values come first; an enumeration's come in its own order, texts by code point.
    fn compare(&self, name: &str, one: Option<&Value>, other: Option<&Value>) -> Ordering {
        let (Some(one), Some(other)) = (one, other) else { return one.is_some().cmp(&other.is_some()) };
        match (one, other) {
            (Value::Integer(one), Value::Integer(other)) => one.cmp(other),
            (Value::Decimal(one), Value::Decimal(other)) => one.cmp(other),
            (Value::Text(one), Value::Text(other)) => one.cmp(other),
            (Value::Boolean(one), Value::Boolean(other)) => one.cmp(other),
            (Value::Date(one), Value::Date(other)) => one.0.cmp(&other.0),
            (Value::Timestamp(one), Value::Timestamp(other)) => one.0.cmp(&other.0),
            (Value::Enumeration(one), Value::Enumeration(other)) => {
                let names: &[String] = match self.field(name) {
                    Ok((_, Field { of: FieldType::Enumeration(names), .. })) => names,
                    _ => &[],
                };
                let place = |value: &String| names.iter().position(|name| name == value);
                (place(one), one).cmp(&(place(other), other))
            }
            _ => one.noun().cmp(other.noun()),
        }
    }
}
