//! Reading what the tables hold.

use lockstep_model::{Digest, schema::Descriptor};
use rusqlite::{Connection, OptionalExtension as _, Row, params, types::Type};
use serde::de::DeserializeOwned;

use super::{
    error::RegistryError,
    record::{AuditEntry, Code, Filter, Package, Trust, TrustedKey, Version, Workspace},
};

type Result<T, E = RegistryError> = std::result::Result<T, E>;

/// A column that holds text which some type writes and reads.
pub(super) fn parsed<T: std::str::FromStr>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error| wrong(Box::new(error)))
}

/// The same for a column that may be empty.
pub(super) fn parsed_if_there<T: std::str::FromStr>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(|error| wrong(Box::new(error)))).transpose()
}

/// A column that holds JSON.
pub(super) fn of_json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| wrong(Box::new(error)))
}

fn wrong(error: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error)
}

/// JSON for a column.
pub(super) fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| RegistryError::Host(error.to_string()))
}

fn package_of(row: &Row<'_>) -> rusqlite::Result<Package> {
    Ok(Package {
        digest: parsed(row, "digest")?,
        file: parsed(row, "file")?,
        bytes: row.get("bytes")?,
        name: row.get("name")?,
        version: row.get("version")?,
        publisher: row.get("publisher")?,
        key: row.get("key")?,
        signed: row.get("signed")?,
        state: parsed(row, "state")?,
        reasons: of_json(row, "reasons")?,
        roles: of_json(row, "roles")?,
        requires: of_json(row, "requires")?,
        float_free: row.get("float_free")?,
        cases: row.get("cases")?,
        code: Vec::new(),
        uploaded_by: row.get("uploaded_by")?,
        uploaded: row.get("uploaded")?,
        changed: row.get("changed")?,
    })
}

/// A package and its code; none if there is none.
pub(super) fn package(sql: &Connection, digest: &Digest) -> Result<Option<Package>> {
    let mut statement = sql.prepare_cached("SELECT * FROM package WHERE digest = ?1")?;
    let found = statement.query_row([digest.to_string()], package_of).optional()?;
    found.map(|package| with_code(sql, package)).transpose()
}

fn with_code(sql: &Connection, mut package: Package) -> Result<Package> {
    let mut statement =
        sql.prepare_cached("SELECT engine, digest, bytes FROM code WHERE package = ?1 ORDER BY engine")?;
    let code = statement.query_map([package.digest.to_string()], |row| {
        Ok(Code { engine: row.get("engine")?, digest: parsed(row, "digest")?, bytes: row.get("bytes")? })
    })?;
    package.code = code.collect::<rusqlite::Result<_>>()?;
    Ok(package)
}

/// The packages that a filter wants, the last uploaded first.
pub(super) fn packages(sql: &Connection, filter: &Filter<'_>) -> Result<Vec<Package>> {
    let mut statement = sql.prepare_cached(
        "SELECT * FROM package WHERE (?1 IS NULL OR name = ?1) AND (?2 IS NULL OR state = ?2)
         AND (?3 IS NULL OR uploaded_by = ?3 OR publisher = ?3) ORDER BY uploaded DESC, digest",
    )?;
    let state = filter.state.map(super::State::name);
    let found = statement.query_map(params![filter.name, state, filter.of], package_of)?;
    let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
    found.into_iter().map(|package| with_code(sql, package)).collect()
}

/// What runs nowhere any more: what is withdrawn, and what was published and signed with a key that is revoked. In order.
pub(super) fn withdrawn(sql: &Connection) -> Result<Vec<Digest>> {
    let mut statement = sql.prepare_cached(
        "SELECT digest FROM package WHERE state = 'withdrawn'
         OR offered IS NOT NULL AND key IN (SELECT id FROM trusted_key WHERE trust = 'revoked') ORDER BY digest",
    )?;
    Ok(statement.query_map((), |row| parsed(row, "digest"))?.collect::<rusqlite::Result<_>>()?)
}

/// What a package says of itself; none before it is validated.
pub(super) fn descriptor(sql: &Connection, digest: &Digest) -> Result<Option<Descriptor>> {
    let mut statement =
        sql.prepare_cached("SELECT descriptor FROM package WHERE digest = ?1 AND descriptor IS NOT NULL")?;
    Ok(statement.query_row([digest.to_string()], |row| of_json(row, "descriptor")).optional()?)
}

/// The revisions at which a package was last published, to whomever and to all.
pub(super) fn offered(sql: &Connection, digest: &Digest) -> Result<(Option<u64>, Option<u64>)> {
    let mut statement = sql.prepare_cached("SELECT offered, stable FROM package WHERE digest = ?1")?;
    Ok(statement.query_row([digest.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// What is published, by name.
pub(super) fn workspaces(sql: &Connection) -> Result<Vec<Workspace>> {
    let mut statement = sql.prepare_cached(
        "SELECT published.name, published.stable AS stable, published.staged AS staged, rollout,
                one.version AS stable_version, other.version AS staged_version
         FROM published LEFT JOIN package AS one ON one.digest = published.stable
              LEFT JOIN package AS other ON other.digest = published.staged ORDER BY published.name",
    )?;
    let found = statement.query_map((), workspace_of)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

fn workspace_of(row: &Row<'_>) -> rusqlite::Result<Workspace> {
    let version = |digest: &str, version: &str| -> rusqlite::Result<Option<Version>> {
        let Some(digest) = parsed_if_there(row, digest)? else { return Ok(None) };
        Ok(Some(Version { digest, version: row.get(version)? }))
    };
    let rollout: Option<String> = row.get("rollout")?;
    Ok(Workspace {
        name: row.get("name")?,
        stable: version("stable", "stable_version")?,
        staged: version("staged", "staged_version")?,
        rollout: if rollout.is_some() { Some(of_json(row, "rollout")?) } else { None },
    })
}

fn key_of(row: &Row<'_>) -> rusqlite::Result<TrustedKey> {
    let trust: String = row.get("trust")?;
    let trust = match &*trust {
        "trusted" => Trust::Trusted,
        "retired" => Trust::Retired,
        _ => Trust::Revoked,
    };
    Ok(TrustedKey {
        id: row.get("id")?,
        publisher: row.get("publisher")?,
        public_key: row.get("public_key")?,
        trust,
        changed_by: row.get("changed_by")?,
        changed: row.get("changed")?,
    })
}

/// All keys, by publisher.
pub(super) fn keys(sql: &Connection) -> Result<Vec<TrustedKey>> {
    let mut statement = sql.prepare_cached("SELECT * FROM trusted_key ORDER BY publisher, id")?;
    Ok(statement.query_map((), key_of)?.collect::<rusqlite::Result<_>>()?)
}

/// The key with this id.
pub(super) fn key(sql: &Connection, id: &str) -> Result<Option<TrustedKey>> {
    let mut statement = sql.prepare_cached("SELECT * FROM trusted_key WHERE id = ?1")?;
    Ok(statement.query_row([id], key_of).optional()?)
}

/// Lines of the audit log after a number, in order.
pub(super) fn audit(sql: &Connection, after: u64, limit: usize) -> Result<Vec<AuditEntry>> {
    audited(sql, "SELECT * FROM audit WHERE number > ?1 ORDER BY number LIMIT ?2", after, limit)
}

/// Lines of the audit log before a number, the newest first.
pub(super) fn audit_before(sql: &Connection, before: u64, limit: usize) -> Result<Vec<AuditEntry>> {
    audited(sql, "SELECT * FROM audit WHERE number < ?1 ORDER BY number DESC LIMIT ?2", before, limit)
}

fn audited(sql: &Connection, select: &str, number: u64, limit: usize) -> Result<Vec<AuditEntry>> {
    let mut statement = sql.prepare_cached(select)?;
    let most = |number| i64::try_from(number).unwrap_or(i64::MAX);
    let found = statement.query_map(params![most(number), most(limit as u64)], |row| {
        Ok(AuditEntry {
            number: row.get("number")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            action: row.get("action")?,
            subject: row.get("subject")?,
            name: row.get("name")?,
            version: row.get("version")?,
            detail: row.get("detail")?,
            reason: row.get("reason")?,
            revision: row.get("revision")?,
        })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}
