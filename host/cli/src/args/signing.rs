//! The command line of keys and signatures.

use std::path::PathBuf;

use clap::Args;

use super::CompilerOptions;

/// Make a pair of keys to sign packages with: NAME.key, for its owner alone, and NAME.pub, for administrators.
///
/// The keys are ed25519, as PKCS#8 and `SubjectPublicKeyInfo` in PEM. With a passphrase, from --passphrase-file, --ask or
/// the variable `LOCKSTEP_PASSPHRASE`, the private key is encrypted. Files that are there are never overwritten.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep keygen acme
  lockstep keygen ~/keys/acme --ask
  lockstep keygen acme --passphrase-file /run/secrets/passphrase")]
pub(crate) struct Keygen {
    /// The files' name without its ending.
    pub(crate) name: PathBuf,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseOptions,
}

/// Where a private key's passphrase comes from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Passphrase")]
pub(crate) struct PassphraseOptions {
    /// Take the passphrase from the first line of this file.
    #[arg(long, value_name = "FILE", conflicts_with = "ask")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Ask for the passphrase on the terminal.
    #[arg(long)]
    pub(crate) ask: bool,
}

/// Sign a package as its publisher, in place or into another file.
///
/// A signature that is there is replaced; the package stays the same, by its digest. An encrypted key needs its
/// passphrase: from --passphrase-file, --ask or the variable `LOCKSTEP_PASSPHRASE`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep sign orders.wasm --key acme.key
  lockstep sign plugins/sales-orders --key acme.key --output orders.wasm
  lockstep sign orders.wasm --key acme.key --publisher acme --signed-at 2026-03-02T08:00:00Z")]
pub(crate) struct Sign {
    /// A package file, or the folder of a plugin crate: then its package is built if it is missing or out of date.
    pub(crate) package: PathBuf,
    /// The publisher's private key.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Who publishes the package; by its manifest unless given.
    #[arg(long, value_name = "NAME")]
    pub(crate) publisher: Option<String>,
    /// Where the signed package goes; the package's own file unless given.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The moment of the signature, for instance 2026-03-02T08:00:00Z; this machine's clock unless given.
    #[arg(long, value_name = "TIMESTAMP")]
    pub(crate) signed_at: Option<String>,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseOptions,
    #[command(flatten)]
    pub(crate) compiler: CompilerOptions,
}

/// Say who signed a package, when, and whether it is what was signed.
///
/// Ends with 0 only where one of the named keys made the signature, and with 1 where no key was named: then anybody may
/// have made it. What is altered or not signed, or signed with another key, ends with 4.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep verify orders.wasm --key acme.pub
  lockstep verify orders.wasm --key acme.pub --key acme-2027.pub
  lockstep verify orders.wasm --format json | jq .signature")]
pub(crate) struct Verify {
    /// The package file.
    pub(crate) package: PathBuf,
    /// A public key that may have signed it.
    #[arg(long = "key", value_name = "FILE")]
    pub(crate) keys: Vec<PathBuf>,
}
