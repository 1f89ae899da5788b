//! What one device is offered, of all that is published.
//!
//! Under each name a device gets the version that is being rolled out if the rollout reaches it, else the one for all.
//! Of these it gets those that its user may see, and those that these need. A package whose needs are not met among what
//! the device would get is left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use lockstep_model::{Digest, Timestamp};
use lockstep_package::{
    Publication, VerifyingKey,
    publication::{self, PublishedCode, PublishedPackage},
};
use rusqlite::Connection;
use semver::{Version, VersionReq};

use super::{
    Registry, edit,
    error::RegistryError,
    record::{Asker, Code, Package},
    rows,
};
use crate::rollout::Rollout;

type Result<T, E = RegistryError> = std::result::Result<T, E>;

/// All that is published, as every refresh needs it.
#[derive(Default)]
pub(super) struct Published {
    pub(super) revision: u64,
    pub(super) policy: Option<Digest>,
    names: Vec<Name>,
    withdrawn: Vec<Digest>,
}

struct Name {
    stable: Option<Arc<Entry>>,
    staged: Option<(Arc<Entry>, Rollout)>,
}

struct Entry {
    package: PublishedPackage,
    version: Version,
    requires: Vec<(String, VersionReq)>,
    code: Vec<Code>,
}

/// What a device is offered, not yet signed.
#[derive(Clone)]
pub struct Offer {
    /// Equal as long as the record says the same, but for the time; 32 hexadecimal digits.
    pub etag: String,
    record: Publication,
}

impl Published {
    pub(super) fn read(sql: &Connection) -> Result<Self> {
        let withdrawn = rows::withdrawn(sql)?;
        let entry = |digest: &Digest| -> Result<Arc<Entry>> {
            let package = rows::package(sql, digest)?.ok_or_else(|| edit::no_package(digest))?;
            Ok(Arc::new(Entry::read(sql, package)?))
        };
        let mut names = Vec::new();
        for workspace in rows::workspaces(sql)? {
            let stable = workspace.stable.map(|stable| entry(&stable.digest)).transpose()?;
            let staged = workspace.staged.map(|staged| entry(&staged.digest)).transpose()?;
            names.push(Name { stable, staged: staged.zip(workspace.rollout) });
        }
        let policy: Option<String> =
            sql.prepare_cached("SELECT policy FROM environment")?.query_row((), |row| row.get(0))?;
        let policy = policy.and_then(|policy| policy.parse().ok());
        Ok(Self { revision: edit::revision(sql)?, policy, names, withdrawn })
    }

    /// The version of each package that a device in these rings gets, without those whose needs are not met.
    fn of_device(&self, device: &str, rings: &BTreeSet<String>) -> BTreeMap<&str, &Arc<Entry>> {
        let chosen = self.names.iter().filter_map(|name| {
            let staged = name.staged.as_ref();
            let reached = staged.filter(|(entry, rollout)| rollout.reaches(&entry.package.name, device, rings));
            reached.map(|(entry, _)| entry).or(name.stable.as_ref())
        });
        let mut chosen: BTreeMap<_, _> = chosen.map(|entry| (entry.package.name.as_str(), entry)).collect();
        loop {
            let is_met = |(name, needed): &(String, VersionReq)| {
                chosen.get(name.as_str()).is_some_and(|entry| needed.matches(&entry.version))
            };
            let unmet: Vec<_> = chosen
                .values()
                .filter(|entry| !entry.requires.iter().all(is_met))
                .map(|entry| entry.package.name.as_str())
                .collect();
            if unmet.is_empty() {
                return chosen;
            }
            chosen.retain(|name, _| !unmet.contains(name));
        }
    }
}

impl Entry {
    fn read(sql: &Connection, package: Package) -> Result<Self> {
        let damaged = |what: &str| RegistryError::Host(format!("{} is published without {what}", package.label()));
        let key = package.key.as_deref().map(|id| rows::key(sql, id)).transpose()?.flatten();
        let key = key.ok_or_else(|| damaged("its publisher's key"))?;
        let publisher_key =
            VerifyingKey::from_pem(&key.public_key).map_err(|error| RegistryError::Host(error.to_string()))?;
        let name = package.name.clone().ok_or_else(|| damaged("a name"))?;
        let text = package.version.clone().ok_or_else(|| damaged("a version"))?;
        let version = Version::parse(&text).map_err(|_| damaged("a version"))?;
        let requires = package.requires.iter().map(|(name, needed)| {
            let needed = VersionReq::parse(needed).map_err(|_| damaged("readable prerequisites"))?;
            Ok((name.clone(), needed))
        });
        let requires = requires.collect::<Result<_>>()?;
        let package_of = PublishedPackage {
            name,
            version: text,
            publisher: key.publisher,
            publisher_key,
            digest: package.digest,
            file: package.file,
            bytes: package.bytes,
            roles: package.roles,
            code: None,
        };
        Ok(Self { package: package_of, version, requires, code: package.code })
    }

    fn code(&self, engine: &str) -> Option<PublishedCode> {
        let code = self.code.iter().find(|code| code.engine == engine)?;
        Some(PublishedCode { digest: code.digest, bytes: code.bytes })
    }
}

impl Registry {
    /// What a device is offered now. That it has asked is noted.
    ///
    /// # Errors
    /// When its id is none, or it cannot be noted.
    pub fn offer(&self, asker: &Asker<'_>, now: Timestamp) -> Result<Offer> {
        let rings = self.seen(asker, now)?;
        let record = self.record(asker, &rings);
        let said = rows::json(&record)?;
        let mut etag = blake3::hash(said.as_bytes()).to_hex().to_string();
        etag.truncate(32);
        Ok(Offer { etag, record })
    }

    /// What a device in these rings is offered, issued at no time yet.
    fn record(&self, asker: &Asker<'_>, rings: &BTreeSet<String>) -> Publication {
        let published = self.published();
        let chosen = published.of_device(asker.device, rings);
        let is_seen = |entry: &&Arc<Entry>| (asker.may_see)(&entry.package.name, &entry.package.roles);
        let mut wanted: Vec<&str> =
            chosen.values().filter(|entry| is_seen(entry)).map(|entry| entry.package.name.as_str()).collect();
        let mut names = BTreeSet::new();
        while let Some(name) = wanted.pop() {
            if names.insert(name)
                && let Some(entry) = chosen.get(name)
            {
                wanted.extend(entry.requires.iter().map(|(needed, _)| needed.as_str()));
            }
        }
        let entries = names.iter().filter_map(|name| chosen.get(name));
        let packages =
            entries.map(|entry| PublishedPackage { code: entry.code(asker.engine), ..entry.package.clone() });
        Publication {
            format: publication::FORMAT,
            environment: self.name.clone(),
            sequence: published.revision,
            issued: 0,
            device: asker.device.to_owned(),
            engine: asker.engine.to_owned(),
            packages: packages.collect(),
            withdrawn: published.withdrawn.clone(),
        }
    }

    /// The signed record of an offer (COSE, as `lockstep_package::publication` has it).
    ///
    /// # Errors
    /// When it is larger than a record may be.
    pub fn sign(&self, offer: &Offer, now: Timestamp) -> Result<Vec<u8>> {
        let record = Publication { issued: now.0, ..offer.record.clone() };
        record.sign(&self.key).map_err(|error| RegistryError::Host(error.to_string()))
    }

    /// Whether a device is offered the package with this digest: then it may fetch its file and its code.
    pub fn offers(&self, asker: &Asker<'_>, digest: &Digest) -> bool {
        let rings = self.rings(asker.device);
        self.record(asker, &rings).packages.iter().any(|package| package.digest == *digest)
    }
}
