//! The publishers' keys that an environment trusts.

use lockstep_model::Digest;
use lockstep_package::{VerifyingKey, manifest::is_publisher_name};
use rusqlite::params;

use super::{
    Registry,
    edit::Edit,
    error::RegistryError,
    record::{Change, Filter, Revoked, Trust, TrustedKey},
    rows,
    state::{State, Step},
};

type Result<T, E = RegistryError> = std::result::Result<T, E>;

impl Registry {
    /// All keys, by publisher.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn keys(&self) -> Result<Vec<TrustedKey>> {
        self.read(rows::keys)
    }

    /// Trusts a publisher's key. A publisher can have several.
    ///
    /// # Errors
    /// When the name is none, or the key is here already, trusted or not.
    pub fn add_key(&self, publisher: &str, key: &VerifyingKey, change: &Change<'_>) -> Result<TrustedKey> {
        if !is_publisher_name(publisher) {
            return Err(RegistryError::Invalid(format!(
                "`{publisher}` is no name of a publisher: write it in kebab-case, with at most 64 characters"
            )));
        }
        let pem = key.to_pem().map_err(|error| RegistryError::Invalid(error.to_string()))?;
        let id = key.id().to_string();
        self.change(change, |edit| {
            if let Some(there) = rows::key(edit.sql, &id)? {
                let what = match there.trust {
                    Trust::Trusted => "trusted",
                    Trust::Retired => "retired",
                    Trust::Revoked => "revoked",
                };
                return Err(RegistryError::Already { package: format!("the key {id}"), what });
            }
            edit.raise()?;
            let mut statement = edit.sql.prepare_cached(
                "INSERT INTO trusted_key (id, publisher, public_key, trust, changed_by, changed)
                 VALUES (?1, ?2, ?3, 'trusted', ?4, ?5)",
            )?;
            statement.execute(params![id, publisher, pem, change.actor, change.now.0])?;
            edit.audit("key-added", &id, None, Some(publisher))?;
            edit.key(&id)
        })
    }

    /// Takes nothing new that the key signs; what is here stays.
    ///
    /// # Errors
    /// When there is no such key, or it is not trusted any more.
    pub fn retire_key(&self, id: &str, change: &Change<'_>) -> Result<TrustedKey> {
        self.change(change, |edit| {
            let key = edit.key(id)?;
            if key.trust != Trust::Trusted {
                let what = if key.trust == Trust::Retired { "retired" } else { "revoked" };
                return Err(RegistryError::Already { package: format!("the key {id}"), what });
            }
            edit.set_trust(id, "retired")?;
            edit.audit("key-retired", id, None, Some(&key.publisher))?;
            edit.key(id)
        })
    }

    /// Offers nothing any more that the key has signed: what is published of it is unpublished, even if other packages
    /// need it.
    ///
    /// # Errors
    /// When there is no such key, or it is revoked already.
    pub fn revoke_key(&self, id: &str, change: &Change<'_>) -> Result<Revoked> {
        self.change(change, |edit| {
            let (key, before) = (edit.key(id)?, edit.published_names()?);
            if key.trust == Trust::Revoked {
                return Err(RegistryError::Already { package: format!("the key {id}"), what: "revoked" });
            }
            edit.set_trust(id, "revoked")?;
            edit.audit("key-revoked", id, None, Some(&key.publisher))?;
            let published = Filter { state: Some(State::Published), ..Filter::default() };
            let signed = rows::packages(edit.sql, &published)?;
            for mut package in signed.into_iter().filter(|package| package.key.as_deref() == Some(id)) {
                edit.step(&mut package, Step::Unpublish)?;
                edit.take_out(package.known_name()?, &package.digest)?;
                let detail = format!("its key {id} is revoked");
                edit.audit("unpublished", &package.digest.to_string(), Some(&package), Some(&detail))?;
            }
            Ok(Revoked { key: edit.key(id)?, emptied: edit.emptied(&before)? })
        })
    }
}

impl Edit<'_> {
    fn key(&self, id: &str) -> Result<TrustedKey> {
        let missing = || RegistryError::NotFound { what: "key", id: id.to_owned(), list: "`lockstep keys`" };
        rows::key(self.sql, id)?.ok_or_else(missing)
    }

    fn set_trust(&mut self, id: &str, trust: &str) -> Result<()> {
        self.raise()?;
        let mut statement = self
            .sql
            .prepare_cached("UPDATE trusted_key SET trust = ?2, changed_by = ?3, changed = ?4 WHERE id = ?1")?;
        statement.execute(params![id, trust, self.change.actor, self.change.now.0])?;
        Ok(())
    }

    /// Takes one version out of what is published under a name.
    pub(super) fn take_out(&self, name: &str, digest: &Digest) -> Result<()> {
        let workspace = self.workspace(name)?;
        let stable = workspace.stable.as_ref().map(|stable| &stable.digest).filter(|stable| *stable != digest);
        let staged = workspace.staged.as_ref().map(|staged| &staged.digest).zip(workspace.rollout.as_ref());
        self.set_published(name, stable, staged.filter(|(staged, _)| *staged != digest))
    }
}
