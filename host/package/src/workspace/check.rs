//! Whether a workspace fits its plugin's descriptor and messages.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::{
    is_kebab_case,
    schema::{Descriptor, Entity, Field, FieldType},
};

use super::{Mistake, Name, Position, Workspace};
use crate::{
    Messages,
    file::{hint, listed},
};

/// One check: what is looked at, and what was found.
pub(super) struct Check<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) descriptor: &'a Descriptor,
    messages: &'a Messages,
    mistakes: Vec<Mistake>,
    /// Keys without a value help are named where they are first asked for.
    pub(super) unpickable: BTreeSet<(&'a str, String)>,
}

impl Workspace {
    /// All in which it does not fit the plugin's descriptor and messages.
    pub fn mistakes(&self, descriptor: &Descriptor, messages: &Messages) -> Vec<Mistake> {
        let (mistakes, unpickable) = (Vec::new(), BTreeSet::new());
        let mut check = Check { workspace: self, descriptor, messages, mistakes, unpickable };
        check.tile();
        check.pages();
        check.actions();
        check.value_helps();
        check.mistakes
    }
}

impl<'a> Check<'a> {
    pub(super) fn mistake(&mut self, at: Position, says: impl Into<String>) {
        self.mistakes.push(Mistake { at, says: says.into() });
    }

    fn tile(&mut self) {
        let Workspace { title, icon, color, roles, .. } = self.workspace;
        self.text(title);
        if !icon.is_missing() && !is_kebab_case(icon) {
            let says = format!("`{icon}` is no name of an icon: write it in kebab-case, for instance `receipt`");
            self.mistake(icon.at(), says);
        }
        if !color.is_missing() && !is_color(color) {
            self.mistake(color.at(), format!("`{color}` is no colour: write it like #0f6cbd"));
        }
        for role in roles.iter().filter(|role| role.trim().is_empty()) {
            self.mistake(role.at(), "a role has a name: fill it in, or leave the role out");
        }
    }

    /// A message's id, which every language has.
    pub(super) fn text(&mut self, id: &Name) {
        if id.is_missing() {
            return;
        }
        if self.messages.catalogs.is_empty() {
            self.mistake(id.at(), format!("there are no messages, and `{id}` is one: add it to messages/en.ftl"));
            return;
        }
        let locales = self.messages.locales_without(id);
        if !locales.is_empty() {
            let files = listed(locales.iter().map(|locale| format!("messages/{locale}.ftl")), "and");
            self.mistake(id.at(), format!("{} no message `{id}`: add it to {files}", have(&locales)));
        }
    }

    /// Roles are the workspace's. Where it has none, that was said.
    pub(super) fn roles(&mut self, roles: &[Name]) {
        let all = &self.workspace.roles;
        if all.is_empty() {
            return;
        }
        for role in roles.iter().filter(|role| !all.contains(role)) {
            let hint = hint(role, all.iter().map(|role| &**role));
            self.mistake(role.at(), format!("the workspace has no role `{role}`{hint}"));
        }
    }

    /// What a name stands for, or a mistake that says what has none of this name.
    pub(super) fn known<'c, T>(
        &mut self,
        name: &Name,
        found: Option<T>,
        nothing: impl FnOnce() -> String,
        all: impl IntoIterator<Item = &'c str>,
    ) -> Option<T> {
        if found.is_none() && !name.is_missing() {
            let hint = hint(name, all);
            self.mistake(name.at(), format!("{} `{name}`{hint}", nothing()));
        }
        found
    }

    pub(super) fn entity(&mut self, name: &Name) -> Option<&'a Entity> {
        let descriptor = self.descriptor;
        let found = descriptor.entity(name).map(|(_, entity)| entity);
        let all = descriptor.entities.iter().map(|entity| &*entity.name);
        self.known(name, found, || "the plugin has no entity".to_owned(), all)
    }

    /// Whether there is such an entity. Where there is none, that was said.
    pub(super) fn is_entity(&self, name: &Name) -> bool {
        self.descriptor.entity(name).is_some()
    }

    /// A field of the entity's header.
    pub(super) fn field(&mut self, entity: &'a Entity, name: &Name) -> Option<&'a Field> {
        self.field_among(&entity.fields, name, || format!("the header of `{}` has no field", entity.name))
    }

    pub(super) fn field_among(
        &mut self,
        fields: &'a [Field],
        name: &Name,
        nothing: impl FnOnce() -> String,
    ) -> Option<&'a Field> {
        let found = fields.iter().find(|field| *field.name == **name);
        self.known(name, found, nothing, fields.iter().map(|field| &*field.name))
    }

    pub(super) fn fields(&mut self, entity: &'a Entity, names: &[Name]) {
        for name in names {
            self.field(entity, name);
        }
    }

    /// What is compared is of one type.
    pub(super) fn same_type(&mut self, name: &Name, field: &Field, equals: &Field) {
        if !is_same_type(field, equals) {
            let (one, other) = (type_words(&field.of), type_words(&equals.of));
            let says = format!("`{}` holds {one} and `{name}` {other}: they are never equal", field.name);
            self.mistake(name.at(), says);
        }
    }

    /// Nothing may be there twice: each has a name and how people call it.
    pub(super) fn once(&mut self, all: impl IntoIterator<Item = (String, Position)>) {
        let mut first = BTreeMap::new();
        for (name, at) in all {
            match first.get(&name) {
                None => {
                    first.insert(name, at);
                }
                Some(Position { line, .. }) if at.is_known() => {
                    self.mistake(at, format!("{name} is there already, at line {line}: leave one out"));
                }
                Some(_) => self.mistake(at, format!("{name} is there twice: leave one out")),
            }
        }
    }
}

/// How long texts are and how many decimals there are does not matter.
pub(super) fn is_same_type(one: &Field, other: &Field) -> bool {
    match (&one.of, &other.of) {
        (FieldType::Text(_), FieldType::Text(_)) | (FieldType::Decimal(_), FieldType::Decimal(_)) => true,
        (one, other) => one == other,
    }
}

fn type_words(of: &FieldType) -> &'static str {
    match of {
        FieldType::Enumeration(_) => "a value of an enumeration",
        other => other.noun(),
    }
}

fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// `` `de` and `en` have ``
fn have(locales: &[String]) -> String {
    format!("{} {}", listed(locales, "and"), if locales.len() == 1 { "has" } else { "have" })
}
