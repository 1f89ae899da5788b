//! Whether a version can take over the records of an earlier one.
//!
//! Devices and servers hold records with the earlier version's fields, operations that name its actions, and rows of its
//! tables. So nothing may go, and what stays must hold all that it held:
//!
//! | what | refused | allowed |
//! | --- | --- | --- |
//! | entity, collection, table, action, field, column, argument | gone | new |
//! | field's type | another one | |
//! | enumeration | a value gone, or given another place: stored values are places | values added at the end |
//! | decimal, text | fewer decimals, shorter | more, longer |
//! | table's key | another one | |
//! | collection | derived before and not now, or the other way round | |
//! | table | fed before and a view now, or the other way round | |
//! | argument | new and required: operations under way lack it | new and optional |
//!
//! Labels, rules, kinds of field, `required` and `read-only` of fields may change: records are checked when they are
//! changed, not when they are read.

use lockstep_model::schema::{Action, Collection, Descriptor, Entity, Field, FieldType, Table};

use super::reason::{Reason, ReasonCode};

/// Most reasons that are told.
const REASONS_MAX: usize = 100;

/// All in which a descriptor breaks with that of an earlier version, which is named in the sentences.
pub fn breaks(earlier: &Descriptor, version: &str, later: &Descriptor) -> Vec<Reason> {
    let mut found = Breaks { version, reasons: Vec::new() };
    for entity in &earlier.entities {
        match later.entity(&entity.name) {
            Some((_, now)) => found.entity(entity, now),
            None => found.gone(&entity.name, "entity"),
        }
    }
    for table in &earlier.tables {
        match later.table(&table.name) {
            Some((_, now)) => found.table(table, now),
            None => found.gone(&table.name, "table"),
        }
    }
    found.reasons.truncate(REASONS_MAX);
    found.reasons
}

struct Breaks<'a> {
    version: &'a str,
    reasons: Vec<Reason>,
}

impl Breaks<'_> {
    fn gone(&mut self, path: &str, what: &str) {
        let version = self.version;
        let message = format!("the {what} `{path}` of {version} is gone: put it back, records may have it");
        self.reasons.push(Reason::about(ReasonCode::FieldRemoved, path, message));
    }

    fn retyped(&mut self, path: &str, was: &str, is: &str) {
        let version = self.version;
        let message = format!("`{path}` was {was} in {version} and is {is}: give it a new name, records may have it");
        self.reasons.push(Reason::about(ReasonCode::FieldRetyped, path, message));
    }

    fn entity(&mut self, was: &Entity, is: &Entity) {
        self.fields(&was.name, &was.fields, &is.fields, "field");
        for collection in &was.collections {
            let path = format!("{}.{}", was.name, collection.name);
            match is.collections.iter().find(|now| now.name == collection.name) {
                Some(now) => self.collection(&path, collection, now),
                None => self.gone(&path, "collection"),
            }
        }
        for action in &was.actions {
            let path = format!("{}.{}", was.name, action.name);
            match is.action(&action.name) {
                Some((_, now)) => self.action(&path, action, now),
                None => self.gone(&path, "action"),
            }
        }
    }

    fn collection(&mut self, path: &str, was: &Collection, is: &Collection) {
        let word = |derived| if derived { "derived" } else { "given" };
        if was.derived != is.derived {
            self.retyped(path, word(was.derived), word(is.derived));
        }
        self.fields(path, &was.fields, &is.fields, "field");
    }

    fn action(&mut self, path: &str, was: &Action, is: &Action) {
        self.fields(path, &was.arguments, &is.arguments, "argument");
        let is_new = |argument: &&Field| !was.arguments.iter().any(|old| old.name == argument.name);
        for argument in is.arguments.iter().filter(is_new).filter(|argument| argument.required) {
            self.retyped(&format!("{path}.{}", argument.name), "no argument", "a required one");
        }
    }

    fn table(&mut self, was: &Table, is: &Table) {
        self.fields(&was.name, &was.fields, &is.fields, "column");
        let key = |table: &Table| -> Vec<String> {
            let name = |&field: &u16| table.fields.get(usize::from(field)).map_or("?", |field| &field.name);
            table.key.iter().map(name).map(str::to_owned).collect()
        };
        let (old, new) = (key(was), key(is));
        if old != new {
            self.retyped(&was.name, &format!("keyed by {}", old.join(", ")), &format!("by {}", new.join(", ")));
        }
        let word = |table: &Table| if table.view.is_some() { "a view" } else { "fed" };
        if was.view.is_some() != is.view.is_some() {
            self.retyped(&was.name, word(was), word(is));
        }
    }

    fn fields(&mut self, path: &str, was: &[Field], is: &[Field], what: &str) {
        for field in was {
            let path = format!("{path}.{}", field.name);
            match is.iter().find(|now| now.name == field.name) {
                Some(now) if holds(&now.of, &field.of) => {}
                Some(now) => self.retyped(&path, &words(&field.of), &words(&now.of)),
                None => self.gone(&path, what),
            }
        }
    }
}

/// Whether a type holds all that another one held, each value as it was.
fn holds(now: &FieldType, before: &FieldType) -> bool {
    match (now, before) {
        (FieldType::Decimal(now), FieldType::Decimal(before)) => now >= before,
        (FieldType::Text(now), FieldType::Text(before)) => now >= before,
        (FieldType::Enumeration(now), FieldType::Enumeration(before)) => now.starts_with(before),
        (now, before) => now == before,
    }
}

fn words(of: &FieldType) -> String {
    match of {
        FieldType::Integer => "an integer".to_owned(),
        FieldType::Decimal(scale) => format!("a decimal with {scale} decimals"),
        FieldType::Text(length) => format!("a text of {length}"),
        FieldType::Boolean => "a boolean".to_owned(),
        FieldType::Enumeration(values) => format!("one of {}", values.join(", ")),
        FieldType::Date => "a date".to_owned(),
        FieldType::Timestamp => "a timestamp".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use lockstep_model::schema::FieldKind;

    use super::*;

    fn field(name: &str, of: FieldType) -> Field {
        let (name, label) = (name.to_owned(), String::new());
        Field { name, label, kind: FieldKind::Entered, of, required: false, read_only: false, table: None }
    }

    fn values(names: &[&str]) -> FieldType {
        FieldType::Enumeration(names.iter().map(|name| (*name).to_owned()).collect())
    }

    fn base() -> Descriptor {
        let fields = vec![
            field("note", FieldType::Text(80)),
            field("total", FieldType::Decimal(2)),
            field("status", values(&["draft", "done"])),
        ];
        let lines = Collection {
            name: "lines".into(),
            fields: vec![field("item", FieldType::Text(20))],
            ..Collection::default()
        };
        let arguments = vec![field("why", FieldType::Text(20))];
        let close = Action { name: "close".into(), label: String::new(), arguments, states: Vec::new() };
        let order = Entity {
            name: "order".into(),
            fields,
            collections: vec![lines],
            actions: vec![close],
            ..Entity::default()
        };
        let columns = vec![field("code", FieldType::Text(20)), field("price", FieldType::Decimal(2))];
        let item = Table { name: "item".into(), label: String::new(), fields: columns, key: vec![0], view: None };
        Descriptor { entities: vec![order], tables: vec![item], issues: Vec::new() }
    }

    fn check(change: impl FnOnce(&mut Descriptor), expected: &[(ReasonCode, &str)]) {
        let mut later = base();
        change(&mut later);
        let found = breaks(&base(), "1.0.0", &later);
        let found: Vec<_> =
            found.iter().map(|reason| (reason.code, reason.subject.as_deref().unwrap_or_default())).collect();
        assert_eq!(found, expected);
    }

    const REMOVED: ReasonCode = ReasonCode::FieldRemoved;
    const RETYPED: ReasonCode = ReasonCode::FieldRetyped;

    #[test]
    fn what_is_added_or_widened_breaks_nothing() {
        check(|_| {}, &[]);
        check(
            |later| {
                let order = &mut later.entities[0];
                order.fields[0].of = FieldType::Text(200);
                order.fields[1].of = FieldType::Decimal(4);
                order.fields[2].of = values(&["draft", "done", "late"]);
                order.fields.insert(0, field("new", FieldType::Date));
                order.actions[0].arguments.push(field("more", FieldType::Boolean));
                order.collections.push(Collection { name: "notes".into(), ..Collection::default() });
                // The same key, at another position.
                later.tables[0].fields.insert(0, field("name", FieldType::Text(9)));
                later.tables[0].key = vec![1];
                later.entities.push(Entity { name: "other".into(), ..Entity::default() });
            },
            &[],
        );
    }

    #[test]
    fn what_is_gone_is_named_all_at_once() {
        check(
            |later| {
                later.entities[0].fields.remove(0);
                later.entities[0].collections[0].fields.clear();
                later.entities[0].actions[0].arguments.clear();
                later.tables[0].fields.remove(1);
            },
            &[
                (REMOVED, "order.note"),
                (REMOVED, "order.lines.item"),
                (REMOVED, "order.close.why"),
                (REMOVED, "item.price"),
            ],
        );
        check(|later| later.entities.clear(), &[(REMOVED, "order")]);
        check(|later| later.tables.clear(), &[(REMOVED, "item")]);
        check(|later| later.entities[0].collections.clear(), &[(REMOVED, "order.lines")]);
        check(|later| later.entities[0].actions.clear(), &[(REMOVED, "order.close")]);
    }

    #[test]
    fn what_holds_less_is_retyped() {
        let order = |change: fn(&mut Entity)| move |later: &mut Descriptor| change(&mut later.entities[0]);
        check(order(|it| it.fields[0].of = FieldType::Text(79)), &[(RETYPED, "order.note")]);
        check(order(|it| it.fields[0].of = FieldType::Integer), &[(RETYPED, "order.note")]);
        check(order(|it| it.fields[1].of = FieldType::Decimal(1)), &[(RETYPED, "order.total")]);
        check(order(|it| it.fields[2].of = values(&["draft"])), &[(RETYPED, "order.status")]);
        check(order(|it| it.fields[2].of = values(&["done", "draft"])), &[(RETYPED, "order.status")]);
        check(order(|it| it.fields[2].of = values(&["new", "draft", "done"])), &[(RETYPED, "order.status")]);
        check(order(|it| it.collections[0].derived = true), &[(RETYPED, "order.lines")]);
        check(
            order(|it| {
                it.actions[0].arguments.push(Field { required: true, ..field("who", FieldType::Text(9)) });
            }),
            &[(RETYPED, "order.close.who")],
        );
        check(|later| later.tables[0].key = vec![0, 1], &[(RETYPED, "item")]);
    }
}
