//! What can go wrong, by whose fault, and the exit codes that say so.

use std::{error::Error, process::ExitCode};

use lockstep_cases::InputError;

/// Why a command gave no result. Each is one sentence: what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line is wrong as it stands, whatever is in the files that it names, or asks a package for what it does
    /// not have.
    #[error("{}", sentence(.0.as_ref()))]
    Usage(anyhow::Error),
    /// What is named, a file, folder, port, document, case, table or key, is missing, wrong or in use.
    #[error("{}", sentence(.0.as_ref()))]
    Input(anyhow::Error),
    /// The package is no plugin that this host can load.
    #[error("{}", sentence(.0.as_ref()))]
    Package(anyhow::Error),
    /// The plugin failed during an evaluation.
    #[error("{}", sentence(.0.as_ref()))]
    Plugin(anyhow::Error),
    /// The toolchain is missing, or the plugin does not build.
    #[error("{}", sentence(.0.as_ref()))]
    Build(anyhow::Error),
    /// A server does not do it.
    #[error("{}", sentence(.0.as_ref()))]
    Refused(anyhow::Error),
    /// A server cannot be reached, or gives no proper answer.
    #[error("{}", sentence(.0.as_ref()))]
    Unreachable(anyhow::Error),
    /// This machine failed.
    #[error("{}", sentence(.0.as_ref()))]
    Host(anyhow::Error),
}

/// What went wrong and why, each cause once: many errors name their cause in their own text.
pub(crate) fn sentence(error: &(dyn Error + 'static)) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(one) = cause {
        let text = one.to_string();
        if !said.contains(&text) {
            said = format!("{said}: {text}");
        }
        cause = one.source();
    }
    said
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Self {
        Self::Input(error.into())
    }
}

/// How a command that gave a result ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All is well.
    Fine,
    /// The document is refused, a case differs, or the engines differ.
    Refused,
    /// The server refuses the package, and has said why.
    RefusedByServer,
}

/// What a command comes to.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// The exit code of a command; the help lists them.
pub(crate) fn exit_code(ended: &Result<Ending>) -> ExitCode {
    ExitCode::from(match ended {
        Ok(Ending::Fine) => 0,
        Ok(Ending::Refused) => 1,
        Err(Failure::Usage(_)) => 2,
        Err(Failure::Input(_)) => 3,
        Err(Failure::Package(_)) => 4,
        Err(Failure::Plugin(_)) => 5,
        Err(Failure::Build(_)) => 6,
        Ok(Ending::RefusedByServer) | Err(Failure::Refused(_)) => 7,
        Err(Failure::Unreachable(_)) => 8,
        Err(Failure::Host(_)) => 70,
    })
}

#[cfg(test)]
mod tests {
    use std::{io, path::PathBuf};

    use anyhow::{Context as _, anyhow};
    use lockstep_package::{key_file::KeyFileError, keys::KeyError};
    use lockstep_server::{OpenError, auth::IssuerError};

    use super::*;

    #[test]
    fn no_cause_is_said_twice_and_none_is_left_out() {
        let cause = || io::Error::other("the disk is gone");
        let name = || PathBuf::from("acme.key");
        for error in [
            anyhow!(KeyFileError::Read { name: name(), source: cause() }),
            anyhow!(KeyFileError::Write { name: name(), source: cause() }),
            anyhow!(OpenError::Folder { path: name(), source: cause() }),
            anyhow!(IssuerError::Read { path: name(), source: cause() }),
            anyhow!(cause()).context("cannot read acme.key"),
            Err::<(), _>(KeyFileError::Read { name: name(), source: cause() }).context("signing").unwrap_err(),
        ] {
            let said = Failure::Input(error).to_string();
            assert_eq!(said.matches("the disk is gone").count(), 1, "{said}");
            assert!(said.contains("acme.key"), "{said}");
        }
        let said = Failure::Input(anyhow!(KeyFileError::Key { name: name(), source: KeyError::PassphraseWrong }));
        assert_eq!(said.to_string().matches("the passphrase is wrong").count(), 1, "{said}");
    }
}
