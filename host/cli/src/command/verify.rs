//! `lockstep verify`: who signed a package, and whether it is what was signed.

use std::{fs, path::Path};

use anyhow::{Context as _, anyhow};
use lockstep_package::{Manifest, Package, Sections, Signature, SignatureError, VerifyingKey, key_file};
use serde_json::{Value, json};

use crate::{
    args::Verify,
    failure::{Ending, Failure, Result},
    files::{key_failure, located},
    output::Output,
    render::style::{Grid, Tone},
};

/// Shows what the file says, and then what is wrong with it, if anything is.
pub(crate) fn run(arguments: &Verify, output: &Output) -> Result<Ending> {
    let path = &arguments.package;
    let file = fs::read(path)
        .with_context(|| format!("cannot read the package {}; name a package file", path.display()))
        .map_err(Failure::Input)?;
    let keys = arguments.keys.iter().map(|key| read_key(key)).collect::<Result<Vec<_>>>()?;
    let package = Package::open(&file);
    let verified = package.as_ref().map_err(|error| format!("{error}")).and_then(|package| verify(package, &keys));
    show(path, &package, &verified, output)?;
    match verified {
        Ok(true) => Ok(Ending::Fine),
        Ok(false) => Ok(Ending::Refused),
        Err(problem) => Err(Failure::Package(anyhow!("{}: {problem}", path.display()))),
    }
}

fn read_key(path: &Path) -> Result<VerifyingKey> {
    let (folder, name) = located(path)?;
    key_file::read_public(&folder, &name).map_err(|error| key_failure(path, error))
}

/// Whether one of the keys made the signature; false where there are no keys to say so.
fn verify(package: &Package<'_>, keys: &[VerifyingKey]) -> std::result::Result<bool, String> {
    let signature = package.signature().ok_or_else(|| SignatureError::Missing.to_string())?;
    let Some(key) = keys.iter().find(|key| key.id() == signature.key_id) else {
        let named: Vec<_> = keys.iter().map(|key| key.id().to_string()).collect();
        return match &named[..] {
            [] => Ok(false),
            named => {
                Err(format!("the package is signed with the key {}, not with {}", signature.key_id, named.join(" or ")))
            }
        };
    };
    package.verify(key).map(|_| true).map_err(|error| error.to_string())
}

fn show(
    path: &Path,
    opened: &std::result::Result<Package<'_>, SignatureError>,
    verified: &std::result::Result<bool, String>,
    output: &Output,
) -> Result<()> {
    let package = opened.as_ref().ok();
    let sections = package.and_then(|package| Sections::parse(package.content()).ok());
    let manifest = sections.and_then(|sections| Manifest::read(&sections).ok());
    let signature = match opened {
        Ok(package) => package.signature(),
        Err(SignatureError::Altered { signature, .. }) => Some(&**signature),
        Err(_) => None,
    };
    if output.is_json() {
        return Output::json(&json!({
            "package": path,
            "name": manifest.as_ref().map(|manifest| &manifest.name),
            "version": manifest.as_ref().map(|manifest| &manifest.version),
            "digest": package.map(Package::digest),
            "file-digest": package.map(Package::file_digest),
            "signature": signature.map(signature_json),
            "verified": *verified == Ok(true),
            "problem": verified.as_ref().err(),
        }));
    }
    if package.is_none() && signature.is_none() {
        return Ok(());
    }
    let mut grid = Grid::new(Output::width(), &[]);
    let mut row = |name: &str, value: String| grid.row([Tone::Faint.cell(name), Tone::Plain.cell(value)]);
    if let Some(package) = package {
        row("digest", package.digest().to_string());
    }
    if let Some(Signature { publisher, key_id, signed_at, .. }) = signature {
        row("publisher", publisher.clone());
        row("key", key_id.to_string());
        row("signed", signed_at.to_string());
    }
    let title =
        manifest.map_or_else(|| "a package without a manifest".to_owned(), |it| format!("{} {}", it.name, it.version));
    let conclusion = match verified {
        Ok(true) => format!("{}: it is what this key signed\n", Tone::Good.paint("Verified")),
        Ok(false) => format!(
            "{}: it is what was signed, but by whom is not known; name the publisher's public key with --key\n",
            Tone::Bad.paint("Not verified")
        ),
        Err(_) => format!("{}\n", Tone::Bad.paint("Not verified")),
    };
    output.text(&format!("{}\n{}{conclusion}", Tone::Strong.paint(title), grid.finish(&[])))
}

/// What a signature says, for programs.
pub(super) fn signature_json(signature: &Signature) -> Value {
    json!({
        "publisher": signature.publisher,
        "key": signature.key_id,
        "signed-at": signature.signed_at.to_string(),
    })
}
