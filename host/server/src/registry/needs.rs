//! Packages that need others: what is missing, and who would go without.
//!
//! A published package's needs are met when the version of each needed package that is for all devices fits, and the one
//! that is being rolled out, if any, fits too: a device may have either. A change that leaves a published package without
//! what it needs is refused by name, unless it is forced; such a package is then not offered until its needs are met
//! again.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_model::Digest;
use rusqlite::Connection;
use semver::{Version, VersionReq};

use super::{
    edit::Edit,
    error::RegistryError,
    policy,
    record::{Filter, Package, Workspace},
    rows,
    state::State,
};
use crate::policy::Mistake;

type Result<T, E = RegistryError> = std::result::Result<T, E>;

/// What is published, by name, with what it needs.
type Published = BTreeMap<String, (Workspace, Vec<Package>)>;

/// Whether a version is what is needed; what cannot be read is not.
pub(super) fn fits(needed: &str, version: &str) -> bool {
    let (needed, version) = (VersionReq::parse(needed), Version::parse(version));
    needed.is_ok_and(|needed| version.is_ok_and(|version| needed.matches(&version)))
}

fn published(sql: &Connection) -> Result<Published> {
    let mut all = Published::new();
    for workspace in rows::workspaces(sql)? {
        let digests = workspace.stable.iter().chain(&workspace.staged).map(|version| version.digest);
        let packages: Vec<Package> =
            digests.filter_map(|digest| rows::package(sql, &digest).transpose()).collect::<Result<_>>()?;
        all.insert(workspace.name.clone(), (workspace, packages));
    }
    Ok(all)
}

/// Whether what is published of a needed package fits.
fn is_met(all: &Published, name: &str, needed: &str) -> bool {
    let Some((workspace, _)) = all.get(name) else { return false };
    let is_stable = workspace.stable.as_ref().is_some_and(|stable| fits(needed, &stable.version));
    is_stable && workspace.staged.as_ref().is_none_or(|staged| fits(needed, &staged.version))
}

/// What a package needs and is not published: `stock ^1.2 (1.0.0 is published)`.
pub(super) fn missing_published(sql: &Connection, package: &Package) -> Result<Vec<String>> {
    let all = published(sql)?;
    let missing = package.requires.iter().filter(|(name, needed)| !is_met(&all, name, needed));
    let said = missing.map(|(name, needed)| {
        let there = all.get(name).map(|(workspace, _)| {
            let versions = workspace.stable.iter().chain(&workspace.staged).map(|version| &*version.version);
            versions.collect::<Vec<_>>().join(" and ")
        });
        let there = there.unwrap_or_else(|| "nothing".to_owned());
        format!("`{name}` {needed} ({there} is published)")
    });
    Ok(said.collect())
}

/// What a package needs and is not here in any version that could be published: name and sentence.
pub(super) fn missing_here(
    sql: &Connection,
    requires: &BTreeMap<String, String>,
    is_enough: impl Fn(State) -> bool,
) -> Result<Vec<(String, String)>> {
    let mut missing = Vec::new();
    for (name, needed) in requires {
        let here = rows::packages(sql, &Filter { name: Some(name), ..Filter::default() })?;
        let fitting = here.iter().any(|package| {
            is_enough(package.state) && package.version.as_deref().is_some_and(|version| fits(needed, version))
        });
        if !fitting {
            missing.push((name.clone(), format!("`{name}` {needed}")));
        }
    }
    Ok(missing)
}

/// The published packages whose needs are not met: `orders 1.2.0 needs `stock` ^1`.
fn unmet(sql: &Connection) -> Result<BTreeSet<String>> {
    let all = published(sql)?;
    let packages = all.values().flat_map(|(_, packages)| packages);
    let unmet = packages.flat_map(|package| {
        let open = package.requires.iter().filter(|(name, needed)| !is_met(&all, name, needed));
        open.map(|(name, needed)| format!("{} needs `{name}` {needed}", package.label()))
    });
    Ok(unmet.collect())
}

impl Edit<'_> {
    /// Makes a change of what is published, and refuses it if packages would go without what they need that have it now,
    /// or if the policy would have mistakes that it has not now.
    pub(super) fn without_harm<T>(
        &mut self,
        what: &str,
        is_forced: bool,
        work: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let (before, mistakes_before) = (unmet(self.sql)?, policy::mistakes(self.sql)?);
        let done = work(self)?;
        if is_forced {
            return Ok(done);
        }
        let by: Vec<_> = unmet(self.sql)?.difference(&before).cloned().collect();
        if !by.is_empty() {
            return Err(RegistryError::Needed { what: what.to_owned(), by });
        }
        let is_new = |mistake: &Mistake| mistakes_before.iter().all(|before| before.at != mistake.at);
        let mistakes: Vec<_> =
            policy::mistakes(self.sql)?.iter().filter(|it| is_new(it)).map(ToString::to_string).collect();
        if mistakes.is_empty() { Ok(done) } else { Err(RegistryError::Policy { what: what.to_owned(), mistakes }) }
    }

    /// The published packages of a name, the version for all first.
    pub(super) fn published_packages(&self, workspace: &Workspace) -> Result<Vec<Package>> {
        let digests = workspace.stable.iter().chain(&workspace.staged).map(|version| version.digest);
        digests.map(|digest: Digest| self.package(&digest)).collect()
    }
}
