//! What can go wrong, by whose fault, and the exit codes that say so.

use std::process::ExitCode;

use lockstep_cases::InputError;

/// Why a command gave no result. Each is one sentence: what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line asks for something that does not exist.
    #[error("{0:#}")]
    Usage(anyhow::Error),
    /// A file, document, case or table is missing or wrong.
    #[error("{0:#}")]
    Input(anyhow::Error),
    /// The package is no plugin that this host can load.
    #[error("{0:#}")]
    Package(anyhow::Error),
    /// The plugin failed during an evaluation.
    #[error("{0:#}")]
    Plugin(anyhow::Error),
    /// The toolchain is missing, or the plugin does not build.
    #[error("{0:#}")]
    Build(anyhow::Error),
    /// A server does not do it.
    #[error("{0:#}")]
    Refused(anyhow::Error),
    /// A server cannot be reached, or gives no proper answer.
    #[error("{0:#}")]
    Unreachable(anyhow::Error),
    /// This machine failed.
    #[error("{0:#}")]
    Host(anyhow::Error),
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
