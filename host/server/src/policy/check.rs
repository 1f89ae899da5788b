//! Whether a policy fits the workspaces that are known.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::schema::{Descriptor, Entity, FieldType};
use lockstep_package::file::{Mistake, Name, hint};

use super::{EntityGrant, Policy, RowFilter};

/// The descriptors of workspaces by their packages' names.
pub type Known = BTreeMap<String, Descriptor>;

/// What came of holding a policy against the workspaces that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What cannot be so, in the order of the file.
    pub mistakes: Vec<Mistake>,
    /// Workspaces that the policy names and nobody knows: a word that is wrong, or packages that are yet to come.
    pub unknown: BTreeSet<String>,
}

impl Policy {
    /// Holds entities, actions, fields and row filters against the descriptors of known workspaces.
    pub fn check(&self, known: &Known) -> Checked {
        let mut checked = Checked::default();
        for role in self.roles.iter().flatten() {
            let named = role.workspaces.named().iter().chain(role.entities.iter().map(|grant| &grant.workspace));
            checked.unknown.extend(named.filter(|name| !known.contains_key(&***name)).map(ToString::to_string));
            for grant in &role.entities {
                if let Some(descriptor) = known.get(&*grant.workspace) {
                    checked.grant(grant, descriptor);
                }
            }
        }
        checked.mistakes.sort();
        checked
    }
}

impl Checked {
    fn mistake(&mut self, at: &Name, says: String) {
        self.mistakes.push(Mistake { at: at.at(), says });
    }

    fn grant(&mut self, grant: &EntityGrant, descriptor: &Descriptor) {
        let Some((_, entity)) = descriptor.entity(&grant.entity) else {
            let hint = hint(&grant.entity, descriptor.entities.iter().map(|entity| &*entity.name));
            return self
                .mistake(&grant.entity, format!("`{}` has no entity `{}`{hint}", grant.workspace, grant.entity));
        };
        for action in grant.actions.named().iter().filter(|action| entity.action(action).is_none()) {
            let hint = hint(action, entity.actions.iter().map(|action| &*action.name));
            self.mistake(action, format!("`{}` has no action `{action}`{hint}", entity.name));
        }
        let paths = paths(entity);
        for field in grant.read.named().iter().chain(grant.write.named()) {
            if !paths.contains(&**field) {
                let hint = hint(field, paths.iter().map(String::as_str));
                self.mistake(field, format!("`{}` has no field `{field}`{hint}", entity.name));
            }
        }
        for filter in &grant.rows {
            self.filter(filter, entity);
        }
    }

    fn filter(&mut self, filter: &RowFilter, entity: &Entity) {
        let RowFilter { field: name, values } = filter;
        let Some(field) = entity.fields.iter().find(|field| *field.name == **name) else {
            let hint = hint(name, entity.fields.iter().map(|field| &*field.name));
            return self.mistake(name, format!("the header of `{}` has no field `{name}`{hint}", entity.name));
        };
        if values.is_empty() && !matches!(field.of, FieldType::Text(_)) {
            self.mistake(name, format!("`{name}` is no text, so that it names no user: take another"));
        }
        for value in values {
            if let Err(error) = field.of.parse(value) {
                self.mistake(value, format!("`{name}` cannot have this value: {error}"));
            }
        }
    }
}

/// `customer`, and `lines.quantity` for a collection's.
fn paths(entity: &Entity) -> BTreeSet<String> {
    let header = entity.fields.iter().map(|field| field.name.clone());
    let rows = entity.collections.iter().flat_map(|collection| {
        collection.fields.iter().map(move |field| format!("{}.{}", collection.name, field.name))
    });
    header.chain(rows).collect()
}
