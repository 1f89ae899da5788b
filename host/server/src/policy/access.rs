//! What one caller has by the policy.

use std::collections::BTreeSet;

use super::{EntityGrant, Policy, Role, RowFilter};
use crate::auth::Caller;

/// What one caller has.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    policy: &'a Policy,
    caller: &'a Caller,
}

/// The companies whose records a caller has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Companies {
    /// All that there are.
    All,
    /// These.
    Only(BTreeSet<String>),
}

/// What one role gives its holder of an entity, on some of its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityAccess<'a> {
    /// Whose records.
    pub companies: Companies,
    /// None: all fields and actions, of all records.
    grant: Option<&'a EntityGrant>,
}

/// What has to hold of a record for a grant to reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowAccess<'a> {
    /// The field names the user.
    User(&'a str),
    /// The field has one of these values.
    Values(&'a RowFilter),
}

impl Policy {
    /// What this caller has.
    pub fn of<'a>(&'a self, caller: &'a Caller) -> Access<'a> {
        Access { policy: self, caller }
    }
}

impl<'a> Access<'a> {
    /// The caller's roles that the policy knows; none where there is no policy.
    fn roles(&self) -> impl Iterator<Item = &'a Role> + use<'a> {
        let caller = self.caller;
        let roles = self.policy.roles.as_deref().unwrap_or_default();
        roles.iter().filter(move |role| caller.roles().contains(&*role.name))
    }

    /// Whether the caller has the workspace of this name, which names these roles itself. Where there is a policy it
    /// alone decides.
    pub fn may_see_workspace(&self, name: &str, own_roles: &[String]) -> bool {
        if self.policy.roles.is_some() {
            return self.roles().any(|role| role.workspaces.contains(name));
        }
        own_roles.is_empty() || own_roles.iter().any(|role| self.caller.roles().contains(role))
    }

    /// The companies of which the caller has any record at all.
    pub fn companies(&self) -> Companies {
        if self.policy.roles.is_none() {
            return self.narrowed(Companies::All);
        }
        let sum = self.roles().map(Companies::of).fold(Companies::Only(BTreeSet::new()), Companies::or);
        self.narrowed(sum)
    }

    /// To those that the token names, if it names any.
    fn narrowed(&self, companies: Companies) -> Companies {
        match (companies, self.caller.companies()) {
            (companies, None) => companies,
            (Companies::All, Some(named)) => Companies::Only(named.clone()),
            (Companies::Only(given), Some(named)) => Companies::Only(given.intersection(named).cloned().collect()),
        }
    }

    /// What the caller has of an entity, role by role: a record is seen by whatever reaches it, with the fields and
    /// actions of those alone.
    pub fn grants(&self, workspace: &str, own_roles: &[String], entity: &str) -> Vec<EntityAccess<'a>> {
        if self.policy.roles.is_none() {
            let all = EntityAccess { companies: self.companies(), grant: None };
            return self.may_see_workspace(workspace, own_roles).then_some(all).into_iter().collect();
        }
        let roles = self.roles().filter(|role| role.workspaces.contains(workspace));
        let grants = roles.filter_map(|role| {
            let companies = self.narrowed(Companies::of(role));
            let mut of_workspace = role.entities.iter().filter(|grant| *grant.workspace == *workspace).peekable();
            let grant = match of_workspace.peek() {
                None => None,
                Some(_) => Some(of_workspace.find(|grant| *grant.entity == *entity)?),
            };
            Some(EntityAccess { companies, grant })
        });
        grants.collect()
    }
}

impl Companies {
    fn of(role: &Role) -> Self {
        match &role.companies {
            super::Names::All => Self::All,
            super::Names::Only(names) => Self::Only(names.iter().map(ToString::to_string).collect()),
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Only(mut one), Self::Only(other)) => {
                one.extend(other);
                Self::Only(one)
            }
            _ => Self::All,
        }
    }

    /// Whether it is one of them.
    pub fn contains(&self, company: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(companies) => companies.contains(company),
        }
    }
}

impl<'a> EntityAccess<'a> {
    /// Whether it gives all fields of all records of its companies to read.
    pub fn is_whole(&self) -> bool {
        self.grant.is_none_or(|grant| grant.rows.is_empty() && matches!(grant.read, super::Names::All))
    }

    /// Whether this action may be taken.
    pub fn may_act(&self, action: &str) -> bool {
        self.grant.is_none_or(|grant| grant.actions.contains(action))
    }

    /// Whether this field may be read: `customer`, `lines.quantity`.
    pub fn may_read(&self, field: &str) -> bool {
        self.grant.is_none_or(|grant| grant.read.contains(field) || grant.write.contains(field))
    }

    /// Whether this field may be written.
    pub fn may_write(&self, field: &str) -> bool {
        self.grant.is_none_or(|grant| grant.write.contains(field))
    }

    /// What has to hold of a record, all of it.
    pub fn rows(&self) -> impl Iterator<Item = RowAccess<'a>> + use<'a> {
        let rows = self.grant.map(|grant| &*grant.rows).unwrap_or_default();
        rows.iter().map(|filter| match &*filter.values {
            [] => RowAccess::User(&filter.field),
            _ => RowAccess::Values(filter),
        })
    }
}
