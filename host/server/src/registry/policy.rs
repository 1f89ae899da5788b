//! The policy as a part of the environment's state, and whether it fits what is published.

use lockstep_model::Digest;
use rusqlite::{Connection, params};

use super::{Registry, error::RegistryError, record::Change, rows};
use crate::policy::{Known, Mistake, Policy};

type Result<T, E = RegistryError> = std::result::Result<T, E>;

impl Registry {
    /// What published packages say of themselves, by name: the version that is for all devices, and the one that is
    /// being rolled out.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn descriptors(&self) -> Result<Known> {
        self.read(known)
    }

    /// The digest of the policy that is in force.
    pub fn policy(&self) -> Option<Digest> {
        self.published().policy
    }

    /// The text of the policy that is in force; none where there is no policy, or only its digest is known.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn policy_text(&self) -> Result<Option<String>> {
        self.read(text)
    }

    /// Puts a policy in force, or none; false if its digest was in force before.
    ///
    /// # Errors
    /// When it cannot be noted.
    pub fn set_policy(&self, policy: &Policy, written: Option<&str>, change: &Change<'_>) -> Result<bool> {
        let digest = policy.digest();
        let is_other = self.policy() != Some(digest);
        if !is_other && self.policy_text()?.as_deref() == written {
            return Ok(false);
        }
        self.change(change, |edit| {
            // Another comment is no other policy.
            if is_other {
                edit.raise()?;
            }
            let sql = "UPDATE environment SET policy = ?1, policy_text = ?2";
            edit.sql.execute(sql, params![digest.to_string(), written])?;
            edit.audit("policy-set", &digest.to_string(), None, None)?;
            Ok(is_other)
        })
    }
}

fn text(sql: &Connection) -> Result<Option<String>> {
    Ok(sql.prepare_cached("SELECT policy_text FROM environment")?.query_row((), |row| row.get(0))?)
}

fn known(sql: &Connection) -> Result<Known> {
    let mut known = Known::new();
    for workspace in rows::workspaces(sql)? {
        let mut versions = Vec::new();
        for version in workspace.stable.iter().chain(&workspace.staged) {
            versions.extend(rows::descriptor(sql, &version.digest)?);
        }
        if !versions.is_empty() {
            known.insert(workspace.name, versions);
        }
    }
    Ok(known)
}

/// In what the policy does not fit what is published.
pub(super) fn mistakes(sql: &Connection) -> Result<Vec<Mistake>> {
    // One that another version of the server wrote and this one cannot read has no place for mistakes.
    let policy = text(sql)?.and_then(|text| Policy::parse(&text).ok());
    policy.map_or_else(|| Ok(Vec::new()), |policy| Ok(policy.check(&known(sql)?).mistakes))
}
