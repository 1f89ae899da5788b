//! `lockstep sign`: a package with its publisher's signature.

use anyhow::{Context as _, anyhow};
use lockstep_build::Mode;
use lockstep_model::Timestamp;
use lockstep_package::{Manifest, Package, Sections, SignatureError, signature};
use serde_json::json;

use super::verify::signature_json;
use crate::{
    args::Sign,
    clock,
    failure::{Ending, Failure, Result},
    files,
    output::Output,
    package::{BuildSettings, open},
    passphrase,
    render::style::Tone,
};

/// Signs the package and writes it.
pub(crate) fn run(arguments: &Sign, output: &Output) -> Result<Ending> {
    let settings = BuildSettings { rustc: arguments.compiler.rustc.as_deref(), mode: Mode::Release };
    let package = open(&arguments.package, settings)?;
    let within = || package.path.display().to_string();
    let manifest = Sections::parse(&package.bytes).map_err(anyhow::Error::from);
    let manifest = manifest.and_then(|sections| Ok(Manifest::read(&sections)?));
    let manifest = manifest.with_context(within).map_err(Failure::Package)?;
    let publisher = arguments.publisher.as_ref().or(manifest.publisher.as_ref()).ok_or_else(|| {
        Failure::Usage(anyhow!(
            "the package names no publisher: name one with --publisher, or in its Cargo.toml under \
             [package.metadata.lockstep]"
        ))
    })?;
    let signed_at = moment(arguments)?;
    let key = passphrase::read_key(&arguments.key, &arguments.passphrase)?;
    let signed = signature::sign(&package.bytes, &key, publisher, signed_at).map_err(|error| match error {
        SignatureError::Publisher { .. } | SignatureError::OtherPublisher { .. } | SignatureError::Time => {
            Failure::Usage(anyhow!(error))
        }
        error => Failure::Package(anyhow!(error).context(within())),
    })?;
    let path = arguments.output.as_ref().unwrap_or(&package.path);
    files::replace(path, &signed)?;

    let told = Package::open(&signed).map_err(|error| Failure::Host(anyhow!(error)))?;
    if output.is_json() {
        Output::json(&json!({
            "package": path,
            "name": manifest.name,
            "version": manifest.version,
            "digest": told.digest(),
            "file-digest": told.file_digest(),
            "signature": told.signature().map(signature_json),
        }))?;
    } else {
        output.text(&format!(
            "{} {} {} as {publisher} with the key {}\n  digest {}\n  {}\n",
            Tone::Good.paint("Signed"),
            manifest.name,
            manifest.version,
            key.id(),
            told.digest(),
            path.display(),
        ))?;
    }
    Ok(Ending::Fine)
}

fn moment(arguments: &Sign) -> Result<Timestamp> {
    let Some(text) = &arguments.signed_at else { return Ok(clock::now()) };
    text.parse().map_err(|error| Failure::Usage(anyhow!("--signed-at: {error}")))
}
