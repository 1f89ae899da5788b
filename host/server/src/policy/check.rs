//! Whether a policy fits the workspaces that are known.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::schema::{Descriptor, Entity, Field, FieldType};
use lockstep_package::file::{Mistake, Name, hint};

use super::{EntityGrant, Policy, RowFilter};

/// The descriptors of workspaces by their packages' names; of each the versions that are in use, one at least.
pub type Known = BTreeMap<String, Vec<Descriptor>>;

/// What came of holding a policy against the workspaces that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What cannot be so, in the order of the file.
    pub mistakes: Vec<Mistake>,
    /// Workspaces that the policy names and nobody knows: a word that is wrong, or packages that are yet to come.
    pub unknown: BTreeSet<String>,
}

impl Policy {
    /// Holds entities, actions, fields and row filters against the descriptors of known workspaces. What one version in
    /// use has is no mistake.
    pub fn check(&self, known: &Known) -> Checked {
        let mut checked = Checked::default();
        for role in self.roles.iter().flatten() {
            let named = role.workspaces.named().iter().chain(role.entities.iter().map(|grant| &grant.workspace));
            checked.unknown.extend(named.filter(|name| !known.contains_key(&***name)).map(ToString::to_string));
            for grant in &role.entities {
                if let Some(versions) = known.get(&*grant.workspace) {
                    checked.grant(grant, versions);
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

    fn grant(&mut self, grant: &EntityGrant, versions: &[Descriptor]) {
        let of_version = |version| Descriptor::entity(version, &grant.entity).map(|(_, entity)| entity);
        let entities: Vec<&Entity> = versions.iter().filter_map(of_version).collect();
        let Some(entity) = entities.first() else {
            let known = versions.iter().flat_map(|version| &version.entities);
            let hint = hint(&grant.entity, known.map(|entity| &*entity.name));
            return self
                .mistake(&grant.entity, format!("`{}` has no entity `{}`{hint}", grant.workspace, grant.entity));
        };
        let actions: BTreeSet<&str> =
            entities.iter().flat_map(|entity| &entity.actions).map(|action| &*action.name).collect();
        for action in grant.actions.named().iter().filter(|action| !actions.contains(&***action)) {
            let hint = hint(action, actions.iter().copied());
            self.mistake(action, format!("`{}` has no action `{action}`{hint}", entity.name));
        }
        let paths: BTreeSet<String> = entities.iter().flat_map(|entity| paths(entity)).collect();
        for field in grant.read.named().iter().chain(grant.write.named()) {
            if !paths.contains(&**field) {
                let hint = hint(field, paths.iter().map(String::as_str));
                self.mistake(field, format!("`{}` has no field `{field}`{hint}", entity.name));
            }
        }
        for filter in &grant.rows {
            self.filter(filter, &entities);
        }
    }

    fn filter(&mut self, filter: &RowFilter, entities: &[&Entity]) {
        let RowFilter { field: name, values } = filter;
        let all = || entities.iter().flat_map(|entity| &entity.fields);
        let fields: Vec<&Field> = all().filter(|field| *field.name == **name).collect();
        if fields.is_empty() {
            let entity = entities.first().map_or("", |entity| &*entity.name);
            let hint = hint(name, all().map(|field| &*field.name));
            return self.mistake(name, format!("the header of `{entity}` has no field `{name}`{hint}"));
        }
        if values.is_empty() && !fields.iter().any(|field| matches!(field.of, FieldType::Text(_))) {
            self.mistake(name, format!("`{name}` is no text, so that it names no user: take another"));
        }
        for value in values {
            // The last version's word on it, if none takes it.
            let wrong = fields.iter().map(|field| field.of.parse(value).err()).reduce(Option::and);
            if let Some(error) = wrong.flatten() {
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
