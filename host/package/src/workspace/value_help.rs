//! Value helps: from which rows of a reference table a key is picked.

use lockstep_model::schema::{Entity, Field, Table};

use super::{
    Name, ValueHelp,
    check::{Check, is_same_type},
};

/// Where a field stands, with the fields beside it.
struct Place<'a> {
    field: &'a Field,
    /// Those of the same row or of the same action; none: it is the header's.
    beside: Option<&'a [Field]>,
}

impl<'a> Check<'a> {
    pub(super) fn value_helps(&mut self) {
        let helps = &self.workspace.value_helps;
        let named = helps.iter().filter(|help| !help.field.is_missing());
        self.once(
            named.map(|help| (format!("the value help for `{}` of `{}`", help.field, help.entity), help.field.at())),
        );
        for help in helps {
            self.value_help(help);
        }
    }

    fn value_help(&mut self, help: &'a ValueHelp) {
        let descriptor = self.descriptor;
        let found = descriptor.table(&help.table).map(|(_, table)| table);
        let all = descriptor.tables.iter().map(|table| &*table.name);
        let table = self.known(&help.table, found, || "the plugin has no table".to_owned(), all);
        let entity = self.entity(&help.entity);
        let place = entity.and_then(|entity| self.place(entity, &help.field));
        let Some(table) = table else { return };
        if let Some(place) = &place {
            self.picks_from(help, place.field, table);
        }
        for name in &help.show {
            self.column(table, name);
        }
        for filter in &help.filter {
            let column = self.column(table, &filter.column);
            let Some((entity, place)) = entity.zip(place.as_ref()) else { continue };
            let equals = self.document_field(entity, place, &filter.equals);
            if let (Some(column), Some(equals)) = (column, equals) {
                self.same_type(&filter.equals, column, equals);
            }
        }
    }

    /// Whether a value help is for the field. Where one is for no field that is known, that was said, and it may be
    /// meant to.
    pub(super) fn is_helped(&self, entity: &'a Entity, path: &str) -> bool {
        let is_meant = |help: &ValueHelp| {
            let is_of_it = *help.entity == *entity.name && (*help.field == *path || !is_field(entity, &help.field));
            is_of_it || !self.is_entity(&help.entity)
        };
        self.workspace.value_helps.iter().any(is_meant)
    }

    /// `FIELD`, `COLLECTION.FIELD` or `ACTION.ARGUMENT`.
    fn place(&mut self, entity: &'a Entity, path: &Name) -> Option<Place<'a>> {
        let Some((owner, field)) = path.split_once('.') else {
            return self.field(entity, path).map(|field| Place { field, beside: None });
        };
        let collections = entity.collections.iter().map(|collection| &*collection.name);
        let all = collections.chain(entity.actions.iter().map(|action| &*action.name));
        let nothing = || format!("`{}` has no collection or action", entity.name);
        let fields = self.known(&Name::new(owner, path.at()), fields_of(entity, owner), nothing, all)?;
        let nothing = || format!("`{}.{owner}` has no field", entity.name);
        let field = self.field_among(fields, &Name::new(field, path.at()), nothing)?;
        Some(Place { field, beside: Some(fields) })
    }

    /// The field names the table, or holds the one part of its key that the filter leaves open.
    fn picks_from(&mut self, help: &ValueHelp, field: &Field, table: &Table) {
        let named = field.table.and_then(|named| self.descriptor.tables.get(usize::from(named)));
        let Some(named) = named else {
            if !open_key(help, table).is_some_and(|open| is_same_type(open, field)) {
                let says = format!(
                    "`{}` takes no key of `{}`: give it `table = …` in its entity, or filter by all columns of a longer \
                     key but the one that it takes",
                    help.field, table.name
                );
                self.mistake(help.field.at(), says);
            }
            return;
        };
        if named.name != table.name {
            let says = format!("`{}` takes a key of `{}`, not of `{}`", help.field, named.name, table.name);
            self.mistake(help.table.at(), says);
        }
    }

    fn column(&mut self, table: &'a Table, name: &Name) -> Option<&'a Field> {
        self.field_among(&table.fields, name, || format!("the table `{}` has no column", table.name))
    }

    /// A field beside the one that is picked for, else one of the header.
    fn document_field(&mut self, entity: &'a Entity, place: &Place<'a>, name: &Name) -> Option<&'a Field> {
        let beside = place.beside.unwrap_or_default();
        let found = beside.iter().chain(&entity.fields).find(|field| *field.name == **name);
        let all = beside.iter().chain(&entity.fields).map(|field| &*field.name);
        self.known(name, found, || "neither the row nor the header has a field".to_owned(), all)
    }
}

/// The column of a key of several that no filter fixes, if it is one.
fn open_key<'t>(help: &ValueHelp, table: &'t Table) -> Option<&'t Field> {
    let is_open = |column: &&Field| !help.filter.iter().any(|filter| *filter.column == *column.name);
    let mut open = table.key.iter().filter_map(|&column| table.fields.get(usize::from(column))).filter(is_open);
    let first = open.next().filter(|_| table.key.len() > 1);
    if open.next().is_none() { first } else { None }
}

/// The fields of a collection, else an action's arguments.
fn fields_of<'e>(entity: &'e Entity, owner: &str) -> Option<&'e [Field]> {
    let collection = entity.collections.iter().find(|collection| collection.name == owner);
    let arguments = || entity.action(owner).map(|(_, action)| &*action.arguments);
    collection.map(|collection| &*collection.fields).or_else(arguments)
}

fn is_field(entity: &Entity, path: &str) -> bool {
    let (fields, name) = match path.split_once('.') {
        Some((owner, name)) => (fields_of(entity, owner).unwrap_or_default(), name),
        None => (&*entity.fields, path),
    };
    fields.iter().any(|field| field.name == name)
}
