//! From a TOML file to a policy that fits itself.

use std::collections::BTreeMap;

use lockstep_package::file::{self, Keys, Mistake, Name};

use super::{EntityGrant, Names, Policy, Role, RowFilter, names::ALL};
use crate::auth::{ADMINISTRATOR, PUBLISHER};

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// All that is wrong with it, in its order, each at its line and column.
    pub fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        let (policy, mistakes) = file::read(text, "the policy", policy);
        policy.filter(|_| mistakes.is_empty()).ok_or(mistakes)
    }
}

fn policy(mut keys: Keys<'_>) -> Policy {
    let mut roles = Vec::new();
    let mut seen = BTreeMap::new();
    for table in keys.tables("role", "a role") {
        let role = role(table, &mut seen);
        roles.push(role);
    }
    if roles.is_empty() {
        keys.mistake(keys.at(), "the policy has no role: add a [[role]]".to_owned());
    }
    keys.finish();
    Policy { roles: Some(roles) }
}

fn role(mut keys: Keys<'_>, seen: &mut BTreeMap<String, u32>) -> Role {
    let name = keys.name("name");
    if [ADMINISTRATOR, PUBLISHER].contains(&&*name) {
        let says = format!("`{name}` looks after packages and has no records: leave it out of the policy");
        keys.mistake(name.at(), says);
    }
    once(&keys, seen, &name, format!("the role `{name}`"));
    let (companies, workspaces) = (names(&mut keys, "companies", true), names(&mut keys, "workspaces", true));
    let mut entities = Vec::new();
    let mut seen = BTreeMap::new();
    for table in keys.tables("entity", "an entity of a role") {
        entities.push(entity(table, &workspaces, &mut seen));
    }
    keys.finish();
    Role { name, companies, workspaces, entities }
}

fn entity(mut keys: Keys<'_>, workspaces: &Names, seen: &mut BTreeMap<String, u32>) -> EntityGrant {
    let (workspace, entity) = (keys.name("workspace"), keys.name("entity"));
    if !workspace.is_missing() && !workspaces.contains(&workspace) {
        let says = format!("the role does not have the workspace `{workspace}`: add it to the role's `workspaces`");
        keys.mistake(workspace.at(), says);
    }
    if !workspace.is_missing() {
        once(&keys, seen, &entity, format!("the entity `{entity}` of `{workspace}`"));
    }
    let grant = EntityGrant {
        actions: names(&mut keys, "actions", false),
        read: names(&mut keys, "read", true),
        write: names(&mut keys, "write", false),
        rows: keys.tables("rows", "a row filter").into_iter().map(row_filter).collect(),
        workspace,
        entity,
    };
    keys.finish();
    grant
}

fn row_filter(mut keys: Keys<'_>) -> RowFilter {
    let field = keys.name("field");
    let user = keys.flag("user");
    // With the user there is nothing to choose: `values` is then an unknown key.
    let values = if user { Vec::new() } else { keys.values("values") };
    keys.finish();
    RowFilter { field, values }
}

/// A list of names, or `["*"]`.
fn names(keys: &mut Keys<'_>, key: &'static str, is_required: bool) -> Names {
    let names = if is_required { keys.some_names(key) } else { keys.names(key) };
    match names.iter().find(|name| ***name == *ALL) {
        None => Names::Only(names),
        Some(_) if names.len() == 1 => Names::All,
        Some(all) => {
            keys.mistake(all.at(), format!("`{key}` names all by `*`, and others besides: leave these out"));
            Names::All
        }
    }
}

/// Notes where something stands that has stood before.
fn once(keys: &Keys<'_>, seen: &mut BTreeMap<String, u32>, name: &Name, what: String) {
    if name.is_missing() {
        return;
    }
    let line = name.at().line;
    if let Some(first) = seen.get(&what) {
        keys.mistake(name.at(), format!("{what} is there already, at line {first}: leave one out"));
    } else {
        seen.insert(what, line);
    }
}
