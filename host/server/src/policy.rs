//! The policy: which companies, workspaces, records, fields and actions each role has. It is written in TOML:
//!
//! ```toml
//! [[role]]
//! name = "sales"
//! companies = ["1000", "2000"]           # or ["*"]
//! workspaces = ["sales-orders"]          # packages' names, or ["*"]
//!
//! [[role.entity]]
//! workspace = "sales-orders"
//! entity = "sales-order"
//! actions = ["create", "update"]         # or ["*"]; none unless given
//! read = ["*"]                           # `lines.quantity` is a field of a collection's rows
//! write = ["customer", "lines.item", "lines.quantity"]
//!
//! [[role.entity.rows]]                   # only records whose field has one of `values`, or names the user
//! field = "created-by"
//! user = true
//! ```
//!
//! Of a workspace without a `role.entity` a role has all; of one with some, these entities and no others. Several `rows`
//! have all to hold. What several roles give is added up record by record: a field that one role may read on its own
//! records is not thereby read on those of another ([`Access::grants`]).
//!
//! Without a file everybody has the workspaces that name one of their roles, or no role, all of their entities, and the
//! companies that their token names ([`Policy::default`]). Administrators and publishers have no place in a policy: they
//! look after packages, not records.
//!
//! [`Policy::digest`] is over what the policy says, not over how it is written.

mod access;
mod check;
mod names;
mod read;

use lockstep_model::Digest;
use lockstep_package::file::Name;
use serde::Serialize;

pub use access::{Access, Companies, EntityAccess, RowAccess};
pub use check::{Checked, Known};
pub use lockstep_package::file::Mistake;
pub use names::Names;

/// What each role has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Policy {
    /// None: there is no file, and the workspaces themselves say who has them.
    pub(crate) roles: Option<Vec<Role>>,
}

/// What one role has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Role {
    /// Its name, as tokens have it.
    pub name: Name,
    /// The companies whose records it has.
    pub companies: Names,
    /// The workspaces that it has, by their packages' names.
    pub workspaces: Names,
    /// What of their entities.
    pub entities: Vec<EntityGrant>,
}

/// What a role has of one entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct EntityGrant {
    /// The package's name.
    pub workspace: Name,
    /// The entity's name.
    pub entity: Name,
    /// The actions that it may take.
    pub actions: Names,
    /// The fields that it may read.
    pub read: Names,
    /// The fields that it may write; they are read too.
    pub write: Names,
    /// What has to hold of a record; none: the role has all of its companies' records.
    pub rows: Vec<RowFilter>,
}

/// What has to hold of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RowFilter {
    /// A field of the header.
    pub field: Name,
    /// The values that it may have, as its type writes them; none: it names the user.
    pub values: Vec<Name>,
}

impl Policy {
    /// Over what the policy says: a comment or a space more does not change it.
    pub fn digest(&self) -> Digest {
        // Texts, lists and options alone: there is nothing that could fail.
        Digest::of(&serde_json::to_vec(self).unwrap_or_default())
    }
}
