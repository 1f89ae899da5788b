//! `lockstep keygen`: a pair of keys to sign packages with.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use lockstep_package::{
    SigningKey,
    key_file::{self, KeyFileError, PRIVATE_ENDING, PUBLIC_ENDING},
};
use serde_json::json;

use crate::{
    args::Keygen,
    failure::{Ending, Failure, Result},
    files::{key_failure, located, make_folder_of},
    output::Output,
    passphrase,
    render::style::Tone,
};

/// Makes the keys and writes both files, or none.
pub(crate) fn run(arguments: &Keygen, output: &Output) -> Result<Ending> {
    let name = without_ending(&arguments.name);
    let (private, public) = (file(&name, PRIVATE_ENDING), file(&name, PUBLIC_ENDING));
    for path in [&private, &public] {
        // Before anybody is asked for a passphrase.
        if path.symlink_metadata().is_ok() {
            return Err(key_failure(path, KeyFileError::Exists { name: path.clone() }));
        }
    }
    let passphrase = passphrase::of_new_key(&arguments.passphrase)?;
    let key = SigningKey::generate().map_err(|error| Failure::Host(anyhow!(error)))?;
    make_folder_of(&private)?;
    let ((folder, private_name), (_, public_name)) = (located(&private)?, located(&public)?);
    let passphrase = passphrase.as_ref().map(|passphrase| passphrase.as_str());
    key_file::write_new(&folder, &private_name, &key, passphrase).map_err(|error| key_failure(&private, error))?;
    if let Err(error) = key_file::write_public(&folder, &public_name, &key.verifying_key()) {
        // Half a pair would only be in the way; why there is no other half is said.
        let _ = folder.remove_file(&private_name);
        return Err(key_failure(&public, error));
    }
    if output.is_json() {
        Output::json(&json!({
            "key": key.id(),
            "private": private,
            "public": public,
            "encrypted": passphrase.is_some(),
        }))?;
    } else {
        output.text(&format!(
            "{} the key {}\n  {}: sign with it, show it to nobody{}\n  {}: give it to administrators\n",
            Tone::Good.paint("Made"),
            key.id(),
            private.display(),
            if passphrase.is_some() { "" } else { "; it is not encrypted" },
            public.display(),
        ))?;
    }
    Ok(Ending::Fine)
}

/// `acme.key` and `acme.pub` are meant as `acme`.
fn without_ending(name: &Path) -> PathBuf {
    let is_ending = |ending: &std::ffi::OsStr| ending == PRIVATE_ENDING || ending == PUBLIC_ENDING;
    if name.extension().is_some_and(is_ending) { name.with_extension("") } else { name.to_owned() }
}

/// The name with this ending after it, whatever dots it has.
fn file(name: &Path, ending: &str) -> PathBuf {
    let mut file = name.as_os_str().to_owned();
    file.push(".");
    file.push(ending);
    file.into()
}
