//! What stands against a package because of those that came before it, or that it needs.

use lockstep_model::schema::Descriptor;
use rusqlite::Connection;
use semver::Version;

use super::{
    error::RegistryError,
    needs,
    record::{Filter, Package, Trust},
    rows,
    state::State,
};
use crate::validation::{self, Reason, ReasonCode};

type Result<T, E = RegistryError> = std::result::Result<T, E>;

fn version(package: &Package) -> Option<Version> {
    Version::parse(package.version.as_deref()?).ok()
}

/// The others of a package's name.
fn others(sql: &Connection, package: &Package) -> Result<Vec<Package>> {
    let all = rows::packages(sql, &Filter { name: package.name.as_deref(), ..Filter::default() })?;
    Ok(all.into_iter().filter(|other| other.digest != package.digest).collect())
}

fn is_revoked(sql: &Connection, package: &Package) -> Result<bool> {
    let key = package.key.as_deref().map(|id| rows::key(sql, id)).transpose()?.flatten();
    Ok(key.is_some_and(|key| key.trust == Trust::Revoked))
}

/// Whether its version is above that of every other package of its name that passed validation, and whether these have
/// the same publisher. What a revoked key has signed does not count: else a stolen key could take the name away.
pub(super) fn order(sql: &Connection, package: &Package) -> Result<Vec<Reason>> {
    let Some(own) = version(package) else { return Ok(Vec::new()) };
    let mut last: Option<(Version, Package)> = None;
    for other in others(sql, package)?.into_iter().filter(|other| other.state.is_valid()) {
        let Some(found) = version(&other) else { continue };
        let is_higher = last.as_ref().is_none_or(|(version, _)| found.cmp_precedence(version).is_gt());
        if is_higher && !is_revoked(sql, &other)? {
            last = Some((found, other));
        }
    }
    let Some((highest, last)) = last else { return Ok(Vec::new()) };
    let mut reasons = Vec::new();
    if own.cmp_precedence(&highest).is_le() {
        let message = format!("the version {own} is not above {highest}, the last one here: give it a higher one");
        reasons.push(Reason::about(ReasonCode::VersionNotAbove, own.to_string(), message));
    }
    if last.publisher != package.publisher {
        let publisher = |package: &Package| package.publisher.clone().unwrap_or_else(|| "nobody".to_owned());
        let message = format!(
            "`{}` is a package of {}, and this one is signed by {}: give it another name",
            package.name.as_deref().unwrap_or_default(),
            publisher(&last),
            publisher(package)
        );
        reasons.push(Reason::new(ReasonCode::PublisherNotTrusted, message));
    }
    Ok(reasons)
}

/// In what it breaks with the highest version below its own that records may have been written with: one that was
/// published once, whatever became of it, or that is applied and may yet be.
pub(super) fn breaks(sql: &Connection, package: &Package, descriptor: &Descriptor) -> Result<Vec<Reason>> {
    let Some(own) = version(package) else { return Ok(Vec::new()) };
    let mut base: Option<(Version, Package)> = None;
    for other in others(sql, package)? {
        let Some(found) = version(&other) else { continue };
        let is_between = found < own && base.as_ref().is_none_or(|(version, _)| found > *version);
        if !is_between {
            continue;
        }
        let was_offered = rows::offered(sql, &other.digest)?.0.is_some();
        if was_offered || other.state == State::Applied && !is_revoked(sql, &other)? {
            base = Some((found, other));
        }
    }
    let Some((earlier, base)) = base else { return Ok(Vec::new()) };
    let known = rows::descriptor(sql, &base.digest)?;
    Ok(known.map_or_else(Vec::new, |known| validation::breaks(&known, &earlier.to_string(), descriptor)))
}

/// The packages that it needs and that are not here.
pub(super) fn prerequisites(sql: &Connection, package: &Package) -> Result<Vec<Reason>> {
    let is_usable = |state: State| state.is_valid() && state != State::Withdrawn;
    let missing = needs::missing_here(sql, &package.requires, is_usable)?;
    let reason = |(name, said): (String, String)| {
        let message = format!("it needs {said}, which is not here: upload that first");
        Reason::about(ReasonCode::PrerequisiteMissing, name, message)
    };
    Ok(missing.into_iter().map(reason).collect())
}
