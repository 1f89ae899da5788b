//! Forms: those of actions, and those of detail pages. What they ask for can be given, and keys can be picked.

use lockstep_model::schema::{self, Collection, Entity, Field, FieldKind};

use super::{
    Action, Name, PageSection,
    check::Check,
    pages::{CREATE, UPDATE},
};

impl<'a> Check<'a> {
    pub(super) fn actions(&mut self) {
        let actions = &self.workspace.actions;
        let named = actions.iter().filter(|action| !action.name.is_missing());
        self.once(
            named.map(|action| (format!("the action `{}` of `{}`", action.name, action.entity), action.name.at())),
        );
        for action in actions {
            self.action(action);
        }
    }

    fn action(&mut self, action: &'a Action) {
        self.roles(&action.roles);
        if let Some(confirm) = &action.confirm {
            self.text(confirm);
        }
        let Some(entity) = self.entity(&action.entity) else { return };
        let all = entity.actions.iter().map(|action| &*action.name);
        let nothing = || format!("`{}` has no action", entity.name);
        let Some((_, known)) = self.known(&action.name, entity.action(&action.name), nothing, all) else { return };
        self.shown(action, entity);
        if matches!(&*known.name, CREATE | UPDATE) {
            self.header_form(action, known, entity);
        } else {
            self.argument_form(action, known, entity);
        }
    }

    /// Whether the workspace says how the action is offered. Where what it says is of no action that is known, that was
    /// said, and it may be meant to.
    pub(super) fn is_offered(&self, entity: &'a Entity, action: &str) -> bool {
        let is_meant = |one: &Action| {
            let is_of_it = *one.entity == *entity.name && (*one.name == *action || entity.action(&one.name).is_none());
            is_of_it || !self.is_entity(&one.entity)
        };
        self.workspace.actions.iter().any(is_meant)
    }

    fn shown(&mut self, action: &Action, entity: &'a Entity) {
        if !self.is_shown(entity, &action.name) {
            let says = format!("no page of `{}` shows `{}`: add it to a page's actions", entity.name, action.name);
            self.mistake(action.name.at(), says);
        }
    }

    /// `create` and `update` ask for fields of the header that users enter.
    fn header_form(&mut self, action: &'a Action, known: &'a schema::Action, entity: &'a Entity) {
        for name in action.form.iter().flatten() {
            if let Some(argument) = known.arguments.iter().find(|argument| *argument.name == **name) {
                self.pickable(entity, &known.name, argument, name);
                continue;
            }
            let Some(field) = self.field(entity, name) else { continue };
            if !is_enterable(field) {
                let says = format!("`{name}` is not for users to enter: leave it out of the form");
                self.mistake(name.at(), says);
            } else if field.read_only && &*known.name == UPDATE {
                let says = format!("`{name}` can be entered at creation alone: leave it out of the form");
                self.mistake(name.at(), says);
            } else {
                self.pickable(entity, "", field, name);
            }
        }
    }

    /// Other actions ask for their arguments.
    fn argument_form(&mut self, action: &'a Action, known: &'a schema::Action, entity: &'a Entity) {
        let Some(form) = &action.form else {
            for argument in &known.arguments {
                self.pickable(entity, &known.name, argument, &action.name);
            }
            return;
        };
        for name in form {
            let nothing = || format!("the action `{}` of `{}` has no argument", known.name, entity.name);
            if let Some(argument) = self.field_among(&known.arguments, name, nothing) {
                self.pickable(entity, &known.name, argument, name);
            }
        }
        let asked = |argument: &Field| form.iter().any(|name| **name == *argument.name);
        for argument in known.arguments.iter().filter(|argument| argument.required && !asked(argument)) {
            let says = format!("the form does not ask for `{}`, which is required: add it", argument.name);
            self.mistake(action.name.at(), says);
        }
    }

    /// The fields of a section that users enter.
    pub(super) fn section_form(
        &mut self,
        entity: &'a Entity,
        collection: Option<&'a Collection>,
        section: &'a PageSection,
    ) {
        if ![CREATE, UPDATE].iter().any(|action| entity.action(action).is_some()) {
            return;
        }
        let (fields, owner) = collection.map_or((&entity.fields, ""), |rows| (&rows.fields, &rows.name));
        for name in section.form() {
            if let Some(field) = fields.iter().find(|field| *field.name == **name && is_enterable(field)) {
                self.pickable(entity, owner, field, name);
            }
        }
    }

    /// A key that users enter has a value help. `owner` is the collection or the action whose field it is, if any.
    fn pickable(&mut self, entity: &'a Entity, owner: &str, field: &Field, shown: &Name) {
        let Some(table) = field.table.and_then(|table| self.descriptor.tables.get(usize::from(table))) else { return };
        let path = if owner.is_empty() { field.name.clone() } else { format!("{owner}.{}", field.name) };
        if !self.is_helped(entity, &path) && self.unpickable.insert((&entity.name, path.clone())) {
            let says = format!(
                "`{path}` of `{}` takes a key of `{}`, and nobody could pick one: add a [[value-help]] for it",
                entity.name, table.name
            );
            self.mistake(shown.at(), says);
        }
    }
}

fn is_enterable(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Entered | FieldKind::Defaulted)
}
