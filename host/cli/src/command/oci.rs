//! `lockstep push` and `lockstep pull`: packages in registries of OCI artifacts.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow};
use lockstep_package::{Manifest, Package, Sections, key_file};
use serde_json::json;

use super::verify::signature_json;
use crate::{
    args::oci::{Pull, Push, RegistryOptions},
    client::variable,
    clock,
    failure::{Ending, Failure, Result},
    files::{key_failure, located},
    oci::Registry,
    output::{self, Output},
    progress,
    render::style::Tone,
};

const PASSWORD: &str = "LOCKSTEP_REGISTRY_PASSWORD";

/// Puts a package into a registry.
pub(crate) fn push(arguments: &Push, output: &Output) -> Result<Ending> {
    let path = &arguments.package;
    let file = fs::read(path)
        .with_context(|| format!("cannot read the package {}; name a package file", path.display()))
        .map_err(Failure::Input)?;
    let wrong = |error: anyhow::Error| Failure::Package(error.context(path.display().to_string()));
    let package = Package::open(&file).map_err(|error| wrong(error.into()))?;
    let manifest = manifest(&package).map_err(wrong)?;
    let signature = package.signature();
    if signature.is_none() {
        output::note("the package is not signed: whoever pulls it cannot tell who made it; see `lockstep sign`");
    }
    let created = signature.map_or_else(clock::now, |signature| signature.signed_at).to_string();
    let registry = registry(&arguments.oci, &arguments.registry)?;
    let pushed = progress::during(&format!("pushing {} {}", manifest.name, manifest.version), |_| {
        registry.push(&file, &created, signature.map(|signature| &*signature.publisher))
    });
    let digest = pushed?;
    if output.is_json() {
        Output::json(&json!({
            "reference": arguments.oci, "manifest": digest, "name": manifest.name, "version": manifest.version,
            "digest": package.digest(),
        }))?;
    } else {
        let title = Tone::Strong.paint(format!("{} {}", manifest.name, manifest.version));
        output.text(&format!("{title} is at {}\n  {}\n", arguments.oci, Tone::Faint.paint(digest)))?;
    }
    Ok(Ending::Fine)
}

/// Gets a package from a registry, verifies it, and writes it.
pub(crate) fn pull(arguments: &Pull, output: &Output) -> Result<Ending> {
    let key = arguments.key.as_deref().map(read_key).transpose()?;
    let registry = registry(&arguments.oci, &arguments.registry)?;
    let (file, artifact) = progress::during(&format!("pulling {}", arguments.oci), |_| registry.pull())?;
    let wrong = |error: anyhow::Error| Failure::Package(error.context(arguments.oci.clone()));
    let package = Package::open(&file).map_err(|error| wrong(error.into()))?;
    let manifest = manifest(&package).map_err(wrong)?;
    if let Some(key) = &key {
        package.verify(key).map_err(|error| wrong(error.into()))?;
    }
    let path = match &arguments.output {
        Some(path) => path.clone(),
        None => file_name(&manifest.name).ok_or_else(|| wrong(anyhow!("`{}` is no package's name", manifest.name)))?,
    };
    write_new(&path, &file)?;
    if key.is_none() {
        output::note("who signed the package is not verified: name the publisher's public key with --key");
    }
    if output.is_json() {
        Output::json(&json!({
            "reference": arguments.oci, "manifest": artifact, "name": manifest.name, "version": manifest.version,
            "digest": package.digest(), "signature": package.signature().map(signature_json),
            "verified": key.is_some(), "file": path,
        }))?;
        return Ok(Ending::Fine);
    }
    let title = Tone::Strong.paint(format!("{} {}", manifest.name, manifest.version));
    let signed = match (package.signature(), key.is_some()) {
        (Some(signature), true) => Tone::Good.paint(format!("signed by {}", signature.publisher)),
        (Some(signature), false) => Tone::Doubtful.paint(format!("by its own word signed by {}", signature.publisher)),
        (None, _) => Tone::Doubtful.paint("not signed"),
    };
    output.text(&format!("{title} is in {}, {signed}\n  {}\n", path.display(), Tone::Faint.paint(package.digest())))?;
    Ok(Ending::Fine)
}

fn manifest(package: &Package<'_>) -> anyhow::Result<Manifest> {
    Ok(Manifest::read(&Sections::parse(package.content())?)?)
}

/// A name from elsewhere names no other folder.
fn file_name(name: &str) -> Option<PathBuf> {
    lockstep_model::is_kebab_case(name).then(|| PathBuf::from(format!("{name}.wasm")))
}

fn read_key(path: &Path) -> Result<lockstep_package::VerifyingKey> {
    let (folder, name) = located(path)?;
    key_file::read_public(&folder, &name).map_err(|error| key_failure(path, error))
}

fn registry(reference: &str, options: &RegistryOptions) -> Result<Registry> {
    let read = |path: &PathBuf, what: &str| {
        fs::read(path).with_context(|| format!("cannot read the {what} {}", path.display())).map_err(Failure::Input)
    };
    let ca = options.ca.as_ref().map(|path| read(path, "certificates")).transpose()?;
    let user = match &options.user {
        None => None,
        Some(name) => {
            let password = match &options.password_file {
                Some(path) => String::from_utf8_lossy(&read(path, "password")?).trim_end().to_owned(),
                None => variable(PASSWORD)?.ok_or_else(|| {
                    Failure::Input(anyhow!(
                        "there is no password for {name}: name a file with --password-file, or set {PASSWORD}"
                    ))
                })?,
            };
            Some((name.clone(), password))
        }
    };
    Registry::at(reference, user, ca)
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let there = |_| Failure::Input(anyhow!("{} is there already: name another file with --output", path.display()));
    let file = fs::OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = match file {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Err(there(error)),
        file => file.with_context(|| format!("cannot write {}", path.display())).map_err(Failure::Host)?,
    };
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a package is none; the error is said below.
        let _ = fs::remove_file(path);
    }
    written.with_context(|| format!("cannot write {}", path.display())).map_err(Failure::Host)
}
