//! Where the passphrase of a private key comes from: a file, the terminal, the environment.

use std::{env, fs, io::IsTerminal as _, path::Path};

use anyhow::{Context as _, anyhow};
use lockstep_package::{SigningKey, key_file};
use zeroize::Zeroizing;

use crate::{
    args::PassphraseOptions,
    failure::{Failure, Result},
    files::{key_failure, located},
};

type Passphrase = Zeroizing<String>;

const VARIABLE: &str = "LOCKSTEP_PASSPHRASE";

/// The passphrase for a new key; none: it is not to be encrypted.
pub(crate) fn of_new_key(options: &PassphraseOptions) -> Result<Option<Passphrase>> {
    let given = given(options)?;
    if options.ask {
        let again = asked("The same again: ")?;
        if given.as_ref() != Some(&again) {
            return Err(Failure::Usage(anyhow!("the two passphrases differ: try again")));
        }
    }
    Ok(given)
}

/// A private key from its file; its passphrase is looked for where it is encrypted.
pub(crate) fn read_key(path: &Path, options: &PassphraseOptions) -> Result<SigningKey> {
    let (folder, name) = located(path)?;
    match key_file::read(&folder, &name, None) {
        Err(error) if error.wants_passphrase() => {}
        read => return read.map_err(|error| key_failure(path, error)),
    }
    let given = match given(options)? {
        None if std::io::stderr().is_terminal() && std::io::stdin().is_terminal() => Some(asked(QUESTION)?),
        given => given,
    };
    let given = given.ok_or_else(|| {
        Failure::Input(anyhow!(
            "the private key {} is encrypted: give its passphrase with --passphrase-file FILE, --ask or the variable \
             {VARIABLE}",
            path.display()
        ))
    })?;
    key_file::read(&folder, &name, Some(&given)).map_err(|error| key_failure(path, error))
}

const QUESTION: &str = "Passphrase: ";

fn given(options: &PassphraseOptions) -> Result<Option<Passphrase>> {
    if let Some(path) = &options.passphrase_file {
        return from_file(path).map(Some);
    }
    if options.ask {
        return asked(QUESTION).map(Some);
    }
    match env::var(VARIABLE).map(Zeroizing::new) {
        // Whoever sets it wants a passphrase: an empty one would leave the key open without a word.
        Ok(passphrase) if passphrase.is_empty() => {
            Err(Failure::Input(anyhow!("the variable {VARIABLE} is empty: give it a passphrase, or unset it")))
        }
        Ok(passphrase) => Ok(Some(passphrase)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(Failure::Input(anyhow!("the variable {VARIABLE} is not UTF-8 text"))),
    }
}

/// The file's first line.
fn from_file(path: &Path) -> Result<Passphrase> {
    let text = fs::read_to_string(path).map(Zeroizing::new);
    let text =
        text.with_context(|| format!("cannot read the passphrase in {}", path.display())).map_err(Failure::Input)?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn asked(question: &str) -> Result<Passphrase> {
    let answer = rpassword::prompt_password(question).map(Zeroizing::new);
    answer.context("there is no terminal to ask for a passphrase on").map_err(Failure::Input)
}
