//! Packages coming in: kept first, then validated.
//!
//! A file is in the store before the registry names it, and leaves the store after the registry has let it go; what an
//! interruption leaves over is removed at the next start.

use std::collections::BTreeMap;

use lockstep_model::Digest;
use lockstep_package::{
    Manifest, Package as File, Sections, SignatureError, VerifyingKey,
    manifest::{self, is_publisher_name},
    signature,
};
use rusqlite::params;
use semver::Version;

use super::{
    Registry,
    edit::{self, Edit},
    error::RegistryError,
    lineage,
    record::{Change, Package, Trust},
    rows,
    state::{State, Step},
};
use crate::validation::{Reason, ReasonCode, Report};

type Result<T, E = RegistryError> = std::result::Result<T, E>;

/// The longest version that is kept of a manifest that is wrong, in bytes.
const VERSION_BYTES_MAX: usize = 64;

/// The most prerequisites.
const REQUIRES_MAX: usize = 32;

/// Code of a package that validation made: the engine's name and the bytes.
pub type CompiledCode = (String, Vec<u8>);

impl Registry {
    /// Keeps a file that is to be validated. One that is here already is answered as it stands, unless it was refused:
    /// then it is validated anew. It is validated anew, too, when it is the same content with another signature, which is
    /// its publisher's by a key that is trusted, and the former one's key is revoked.
    ///
    /// # Errors
    /// When the content is here with another signature, or is withdrawn, or the file cannot be kept.
    pub fn begin_upload(&self, file: &[u8], change: &Change<'_>) -> Result<Package> {
        let incoming = incoming(file, change);
        self.change(change, |edit| {
            let here = rows::package(edit.sql, &incoming.digest)?;
            if let Some(here) = here {
                let is_same = here.file == incoming.file;
                let was_offered = rows::offered(edit.sql, &here.digest)?.0.is_some();
                match here.state {
                    State::Withdrawn => {
                        return Err(RegistryError::Already { package: here.label(), what: "withdrawn for ever" });
                    }
                    State::Refused if !was_offered => {}
                    State::Published if is_same => return Ok(here),
                    State::Published => return Err(other_signature(&here)),
                    State::Refused => edit.check_replacement(&here, &incoming, file)?,
                    _ if is_same => return Ok(here),
                    _ if edit.check_key(&here).is_ok() => return Err(other_signature(&here)),
                    _ => edit.check_replacement(&here, &incoming, file)?,
                }
            }
            // Under the lock of all changes, as removing is: nobody removes it before the registry names it.
            let stored = self.packages.put(file)?;
            debug_assert_eq!(stored, incoming.file, "both are digests of all bytes");
            edit.insert(&incoming)?;
            edit.package(&incoming.digest)
        })
    }

    /// The file of a package that waits for its validation; none if it does not wait any more.
    ///
    /// # Errors
    /// When there is no such package, or its file cannot be read.
    pub(crate) fn waiting_file(&self, digest: &Digest) -> Result<Option<Vec<u8>>> {
        // Under the lock of all changes: another's validation of it may end, and remove the file.
        let connection = self.writer();
        let package = rows::package(&connection, digest)?.ok_or_else(|| edit::no_package(digest))?;
        if package.state == State::Uploaded { Ok(Some(self.packages.get(&package.file)?)) } else { Ok(None) }
    }

    /// Takes what validation found, adds what stands against the package by what is here, and decides. A package that
    /// waits for no validation is answered as it stands.
    ///
    /// # Errors
    /// When there is no such package, or its file or code cannot be read or kept.
    pub fn finish_upload(
        &self,
        digest: &Digest,
        report: &Report,
        code: &[CompiledCode],
        change: &Change<'_>,
    ) -> Result<Package> {
        let before = self.show(digest)?;
        if before.state != State::Uploaded {
            return Ok(before);
        }
        let mut kept = Vec::new();
        if report.reasons.is_empty() {
            for (engine, code) in code {
                kept.push((engine.clone(), self.code.put(code)?, code.len() as u64));
            }
        }
        let done = self.change(change, |edit| {
            let mut package = edit.package(digest)?;
            if package.state != State::Uploaded || package.file != before.file {
                return Ok(package);
            }
            let bytes = self.packages.get(&package.file)?;
            let reasons = edit.reasons(&package, &bytes, report)?;
            if reasons.is_empty() {
                edit.pass(&mut package, report, &kept)?;
            } else {
                edit.refuse(&mut package, &reasons, report)?;
            }
            edit.package(digest)
        })?;
        if done.state == State::Refused {
            // Nobody wants it any more; if it cannot be removed now, it is at the next start.
            self.remove_unless_named(&done.file);
        }
        Ok(done)
    }

    /// Keeps code that was compiled for an engine of a later version, of a package that is here.
    ///
    /// # Errors
    /// When there is no such package, or the code cannot be kept.
    pub fn keep_code(&self, digest: &Digest, code: &[CompiledCode], change: &Change<'_>) -> Result<Package> {
        let mut kept = Vec::new();
        for (engine, code) in code {
            kept.push((engine.clone(), self.code.put(code)?, code.len() as u64));
        }
        self.change(change, |edit| {
            let package = edit.package(digest)?;
            edit.insert_code(digest, &kept)?;
            edit.raise()?;
            let engines: Vec<_> = kept.iter().map(|(engine, ..)| engine.as_str()).collect();
            edit.audit("compiled", &digest.to_string(), Some(&package), Some(&engines.join(", ")))?;
            edit.package(digest)
        })
    }
}

fn other_signature(here: &Package) -> RegistryError {
    let key = here.key.clone().unwrap_or_else(|| "none".to_owned());
    RegistryError::OtherSignature { package: here.label(), key }
}

/// What a manifest says.
#[derive(Default)]
struct Said {
    name: Option<String>,
    version: Option<String>,
    requires: BTreeMap<String, String>,
}

/// What a manifest says; of one that is wrong what is right by itself, so that it is held against what is here all the
/// same, and its publisher hears everything at once.
fn said(sections: &Sections<'_>) -> Said {
    let read = Manifest::read(sections);
    let is_right = read.is_ok();
    let json = || sections.read(manifest::SECTION).ok().flatten();
    let found = read.ok().or_else(|| serde_json::from_slice(json()?).ok());
    let Some(Manifest { name, version, requires, .. }) = found else { return Said::default() };
    // Whatever is in kebab-case is a package's name.
    let is_name = |name: &String| is_right || is_publisher_name(name);
    let is_version = |text: &String| is_right || text.len() <= VERSION_BYTES_MAX && Version::parse(text).is_ok();
    let requires = requires.into_iter().filter(|(name, _)| is_name(name)).take(REQUIRES_MAX);
    Said {
        name: Some(name).filter(is_name),
        version: Some(version).filter(is_version),
        requires: requires.map(|(name, needed)| (name, needed.to_string())).collect(),
    }
}

/// What a file says of itself before it is validated; what cannot be read is absent.
fn incoming(file: &[u8], change: &Change<'_>) -> Package {
    let sections = Sections::parse(file).ok();
    let said = sections.as_ref().map(said).unwrap_or_default();
    let opened = File::open(file).ok();
    let signature = opened.as_ref().and_then(File::signature);
    let digest = match (&opened, &sections) {
        (Some(opened), _) => opened.digest(),
        (None, Some(sections)) => Digest::of(&sections.retain(|name| name != signature::SECTION)),
        (None, None) => Digest::of(file),
    };
    Package {
        digest,
        file: Digest::of(file),
        bytes: file.len() as u64,
        requires: said.requires,
        publisher: signature.map(|signature| signature.publisher.clone()),
        key: signature.map(|signature| signature.key_id.to_string()),
        signed: signature.map(|signature| signature.signed_at.0),
        name: said.name,
        version: said.version,
        state: State::Uploaded,
        reasons: Vec::new(),
        roles: Vec::new(),
        float_free: None,
        cases: 0,
        code: Vec::new(),
        uploaded_by: change.actor.to_owned(),
        uploaded: change.now.0,
        changed: change.now.0,
    }
}

impl Edit<'_> {
    /// Adds a package that waits for its validation, in place of the one with the same content if there is one.
    fn insert(&self, package: &Package) -> Result<()> {
        let Package { digest, file, bytes, name, version, publisher, key, signed, requires, .. } = package;
        self.sql.prepare_cached("DELETE FROM code WHERE package = ?1")?.execute([digest.to_string()])?;
        // An update, not a replacement: when it was published stays known.
        let mut statement = self.sql.prepare_cached(
            "INSERT INTO package (digest, file, bytes, name, version, publisher, key, signed, state, reasons, roles,
                                  requires, cases, uploaded_by, uploaded, changed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'uploaded', '[]', '[]', ?9, 0, ?10, ?11, ?11)
             ON CONFLICT (digest) DO UPDATE SET file = ?2, bytes = ?3, name = ?4, version = ?5, publisher = ?6,
                key = ?7, signed = ?8, state = 'uploaded', reasons = '[]', requires = ?9, uploaded_by = ?10,
                uploaded = ?11, changed = ?11",
        )?;
        let (digest, file, requires) = (digest.to_string(), file.to_string(), rows::json(requires)?);
        let (by, at) = (self.change.actor, self.change.now.0);
        statement.execute(params![digest, file, bytes, name, version, publisher, key, signed, requires, by, at])?;
        self.audit("uploaded", &digest, Some(package), None)
    }

    /// Whether a file may take the place of one with the same content that was valid here: else anybody could, with a file
    /// that is refused then, hide what a revoked key has signed.
    fn check_replacement(&self, here: &Package, incoming: &Package, file: &[u8]) -> Result<()> {
        let is_its_publishers = incoming.key.is_some() && incoming.publisher == here.publisher;
        if is_its_publishers && self.signature(incoming, file)?.is_empty() {
            return Ok(());
        }
        self.check_key(here)?;
        Err(other_signature(here))
    }

    /// All that stands against a package: what validation found, then what is known here, none of it twice.
    fn reasons(&self, package: &Package, file: &[u8], report: &Report) -> Result<Vec<Reason>> {
        let mut reasons = self.signature(package, file)?;
        reasons.extend(report.reasons.iter().cloned());
        reasons.extend(lineage::order(self.sql, package)?);
        if let Some(descriptor) = &report.descriptor {
            reasons.extend(lineage::breaks(self.sql, package, descriptor)?);
        }
        reasons.extend(lineage::prerequisites(self.sql, package)?);
        let mut seen = std::collections::BTreeSet::new();
        reasons.retain(|reason| seen.insert(reason.clone()));
        Ok(reasons)
    }

    /// Whether somebody trusted has signed the file as it is.
    fn signature(&self, package: &Package, file: &[u8]) -> Result<Vec<Reason>> {
        let opened = match File::open(file) {
            Ok(opened) => opened,
            // Then it is no WebAssembly file, and validation says so.
            Err(SignatureError::Section(_)) => return Ok(Vec::new()),
            Err(error) => return Ok(vec![wrong(&error)]),
        };
        let Some(signature) = opened.signature() else { return Ok(vec![wrong(&SignatureError::Missing)]) };
        let id = signature.key_id.to_string();
        let untrusted = |why: &str| {
            let publisher = &signature.publisher;
            let message = format!("it is signed by `{publisher}` with the key {id}, {why}");
            vec![Reason::about(ReasonCode::PublisherNotTrusted, id.clone(), message)]
        };
        let Some(key) = rows::key(self.sql, &id)? else {
            return Ok(untrusted("which is not trusted here: an administrator can add it"));
        };
        let verifying =
            VerifyingKey::from_pem(&key.public_key).map_err(|error| RegistryError::Host(error.to_string()))?;
        let mut reasons: Vec<_> = opened.verify(&verifying).err().iter().map(wrong).collect();
        reasons.extend(match key.trust {
            Trust::Retired => untrusted("which is retired: sign it with the publisher's new key"),
            Trust::Revoked => untrusted("which is revoked: sign it with the publisher's new key"),
            Trust::Trusted if key.publisher != signature.publisher => {
                untrusted(&format!("which is trusted as `{}`'s alone", key.publisher))
            }
            Trust::Trusted => Vec::new(),
        });
        debug_assert_eq!(package.file, opened.file_digest(), "the file is the package's");
        Ok(reasons)
    }

    fn pass(&mut self, package: &mut Package, report: &Report, code: &[(String, Digest, u64)]) -> Result<()> {
        self.step(package, Step::Pass)?;
        self.note(package, report)?;
        self.insert_code(&package.digest, code)?;
        let detail = format!("{} cases", report.cases);
        self.audit(Step::Pass.done(), &package.digest.to_string(), Some(package), Some(&detail))
    }

    fn refuse(&mut self, package: &mut Package, reasons: &[Reason], report: &Report) -> Result<()> {
        self.step(package, Step::Refuse)?;
        self.note(package, &Report { descriptor: None, ..report.clone() })?;
        let mut statement = self.sql.prepare_cached("UPDATE package SET reasons = ?2 WHERE digest = ?1")?;
        statement.execute(params![package.digest.to_string(), rows::json(&reasons)?])?;
        let codes: std::collections::BTreeSet<_> = reasons.iter().map(|reason| reason.code).collect();
        let codes: Vec<_> = codes.iter().map(rows::json).collect::<Result<_>>()?;
        let detail = codes.join(", ").replace('"', "");
        self.audit(Step::Refuse.done(), &package.digest.to_string(), Some(package), Some(&detail))
    }

    /// Notes what validation has learned of a package. What was published once keeps its descriptor.
    fn note(&self, package: &Package, report: &Report) -> Result<()> {
        let descriptor = report.descriptor.as_ref().map(rows::json).transpose()?;
        let mut statement = self.sql.prepare_cached(
            "UPDATE package SET descriptor = coalesce(?2, descriptor), float_free = ?3, cases = ?4, roles = ?5
             WHERE digest = ?1",
        )?;
        let roles = rows::json(&report.roles)?;
        statement.execute(params![package.digest.to_string(), descriptor, report.float_free, report.cases, roles])?;
        Ok(())
    }

    fn insert_code(&self, digest: &Digest, code: &[(String, Digest, u64)]) -> Result<()> {
        let mut statement = self.sql.prepare_cached(
            "INSERT INTO code (package, engine, digest, bytes) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (package, engine) DO UPDATE SET digest = ?3, bytes = ?4",
        )?;
        for (engine, code, bytes) in code {
            statement.execute(params![digest.to_string(), engine, code.to_string(), bytes])?;
        }
        Ok(())
    }
}

fn wrong(error: &SignatureError) -> Reason {
    let code = match error {
        SignatureError::Missing => ReasonCode::SignatureMissing,
        _ => ReasonCode::SignatureWrong,
    };
    Reason::new(code, error)
}
