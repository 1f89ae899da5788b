//! One change, within one transaction: what it does to packages, what it writes into the audit log, and the revision.

use std::collections::BTreeSet;

use lockstep_model::Digest;
use rusqlite::{Transaction, params};

use super::{
    error::RegistryError,
    record::{Change, Package, Trust, Workspace},
    rows,
    state::{State, Step},
};
use crate::rollout::Rollout;

type Result<T, E = RegistryError> = std::result::Result<T, E>;

/// Longest reason, in bytes.
const REASON_BYTES_MAX: usize = 1000;

/// Longest name of an actor, in bytes: a token's subject, too.
pub const ACTOR_BYTES_MAX: usize = 256;

/// A change under way.
pub(super) struct Edit<'a> {
    pub(super) sql: &'a Transaction<'a>,
    pub(super) change: &'a Change<'a>,
    revision: u64,
    is_raised: bool,
}

impl Change<'_> {
    /// Checks that somebody does it and says why.
    pub(super) fn check(&self) -> Result<()> {
        let is_line = |text: &str, max: usize| {
            !text.trim().is_empty() && text.len() <= max && !text.chars().any(char::is_control)
        };
        if !is_line(self.actor, ACTOR_BYTES_MAX) {
            return Err(RegistryError::Invalid(format!(
                "whoever changes something has a name of at most {ACTOR_BYTES_MAX} bytes"
            )));
        }
        if !is_line(self.reason, REASON_BYTES_MAX) {
            return Err(RegistryError::Invalid(format!(
                "say in the reason, one line of at most {REASON_BYTES_MAX} bytes, why this is done"
            )));
        }
        Ok(())
    }
}

impl<'a> Edit<'a> {
    /// Begins a change, if the revision is the expected one.
    pub(super) fn begin(sql: &'a Transaction<'a>, change: &'a Change<'a>) -> Result<Self> {
        let revision = revision(sql)?;
        match change.expected {
            Some(expected) if expected != revision => Err(RegistryError::Conflict { expected, found: revision }),
            _ => Ok(Self { sql, change, revision, is_raised: false }),
        }
    }

    /// The revision, as it will be after the change.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether what devices are offered has changed.
    pub(super) fn is_raised(&self) -> bool {
        self.is_raised
    }

    /// Makes the revision one higher; however often it is called, once in a change.
    pub(super) fn raise(&mut self) -> Result<()> {
        if self.is_raised { Ok(()) } else { self.raise_to(self.revision + 1) }
    }

    /// Makes the revision higher than any that this registry had after a copy of it was made, as long as clocks were
    /// right: the moment, in milliseconds. Changes, one by one, do not get so far.
    pub(super) fn raise_past_copies(&mut self) -> Result<()> {
        self.raise_to(u64::try_from(self.change.now.0).unwrap_or_default().max(self.revision + 1))
    }

    fn raise_to(&mut self, revision: u64) -> Result<()> {
        self.sql.execute("UPDATE environment SET revision = ?1", [revision])?;
        (self.revision, self.is_raised) = (revision, true);
        Ok(())
    }

    /// Writes a line into the audit log.
    pub(super) fn audit(
        &self,
        action: &str,
        subject: &str,
        package: Option<&Package>,
        detail: Option<&str>,
    ) -> Result<()> {
        let name = package.and_then(|package| package.name.as_deref());
        let version = package.and_then(|package| package.version.as_deref());
        let Change { actor, reason, now, .. } = *self.change;
        let mut statement = self.sql.prepare_cached(
            "INSERT INTO audit (at, actor, action, subject, name, version, detail, reason, revision)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        let revision = self.revision();
        statement.execute(params![now.0, actor, action, subject, name, version, detail, reason, revision])?;
        Ok(())
    }

    /// The package with this digest.
    pub(super) fn package(&self, digest: &Digest) -> Result<Package> {
        rows::package(self.sql, digest)?.ok_or_else(|| no_package(digest))
    }

    /// Takes a package to its next state, if its state allows it.
    pub(super) fn step(&self, package: &mut Package, step: Step) -> Result<()> {
        if !step.from().contains(&package.state) {
            let (action, allowed) = (step.done(), step.from());
            return Err(if package.state == step.to() {
                RegistryError::Already { package: package.label(), what: action }
            } else {
                RegistryError::WrongState { package: package.label(), state: package.state, action, allowed }
            });
        }
        package.state = step.to();
        package.changed = self.change.now.0;
        let digest = package.digest.to_string();
        let mut statement = self.sql.prepare_cached("UPDATE package SET state = ?2, changed = ?3 WHERE digest = ?1")?;
        statement.execute(params![digest, package.state.name(), package.changed])?;
        Ok(())
    }

    /// Notes that a package is published, and perhaps to all.
    pub(super) fn note_offered(&self, digest: &Digest, is_to_all: bool) -> Result<()> {
        let sql = if is_to_all {
            "UPDATE package SET offered = ?2, stable = ?2 WHERE digest = ?1"
        } else {
            "UPDATE package SET offered = ?2 WHERE digest = ?1"
        };
        self.sql.prepare_cached(sql)?.execute(params![digest.to_string(), self.revision()])?;
        Ok(())
    }

    /// What is published under a name; nothing where nothing is.
    pub(super) fn workspace(&self, name: &str) -> Result<Workspace> {
        let found = rows::workspaces(self.sql)?.into_iter().find(|workspace| workspace.name == name);
        Ok(found.unwrap_or(Workspace { name: name.to_owned(), stable: None, staged: None, rollout: None }))
    }

    /// The names under which something is published.
    pub(super) fn published_names(&self) -> Result<BTreeSet<String>> {
        Ok(rows::workspaces(self.sql)?.into_iter().map(|workspace| workspace.name).collect())
    }

    /// Those of these names under which nothing is published any more.
    pub(super) fn emptied(&self, before: &BTreeSet<String>) -> Result<Vec<String>> {
        Ok(before.difference(&self.published_names()?).cloned().collect())
    }

    /// Makes this what is published under a name.
    pub(super) fn set_published(
        &self,
        name: &str,
        stable: Option<&Digest>,
        staged: Option<(&Digest, &Rollout)>,
    ) -> Result<()> {
        if stable.is_none() && staged.is_none() {
            self.sql.prepare_cached("DELETE FROM published WHERE name = ?1")?.execute([name])?;
            return Ok(());
        }
        let rollout = staged.map(|(_, rollout)| rows::json(rollout)).transpose()?;
        let mut statement = self.sql.prepare_cached(
            "INSERT INTO published (name, stable, staged, rollout) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name) DO UPDATE SET stable = ?2, staged = ?3, rollout = ?4",
        )?;
        let text = |digest: &Digest| digest.to_string();
        statement.execute(params![name, stable.map(text), staged.map(|(digest, _)| text(digest)), rollout])?;
        Ok(())
    }

    /// Checks that a package's key is not revoked.
    pub(super) fn check_key(&self, package: &Package) -> Result<()> {
        let Some(id) = &package.key else { return Ok(()) };
        match rows::key(self.sql, id)? {
            Some(key) if key.trust == Trust::Revoked => {
                Err(RegistryError::KeyRevoked { package: package.label(), key: id.clone() })
            }
            _ => Ok(()),
        }
    }
}

impl Package {
    /// `orders 1.2.0`, or where that is not known the start of its digest.
    pub fn label(&self) -> String {
        match (&self.name, &self.version) {
            (Some(name), Some(version)) => format!("{name} {version}"),
            _ => format!("the package {:.12}", self.digest.to_string()),
        }
    }

    /// Its name, where a step presupposes that it has one.
    pub(super) fn known_name(&self) -> Result<&str> {
        self.name.as_deref().ok_or_else(|| RegistryError::WrongState {
            package: self.label(),
            state: self.state,
            action: "published",
            allowed: &[State::Applied],
        })
    }
}

/// The environment's revision.
pub(super) fn revision(sql: &rusqlite::Connection) -> Result<u64> {
    Ok(sql.prepare_cached("SELECT revision FROM environment")?.query_row((), |row| row.get(0))?)
}

/// There is no package with this digest.
pub(super) fn no_package(digest: &Digest) -> RegistryError {
    RegistryError::NotFound { what: "package", id: digest.to_string(), list: "`lockstep packages`" }
}
