//! What can go wrong, sorted by whose fault it is.

use std::io;

use lockstep_engine::LoadError;
use lockstep_model::Digest;
use lockstep_package::{SignatureError, publication::PublicationError};

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The way to the server: try again later; what is on the device works meanwhile.
    Network,
    /// The token's: the user signs in again.
    Token,
    /// The server's, or of somebody who stands between: nothing of its answer is taken.
    Server,
    /// The package's: its publisher makes another.
    Package,
    /// This device's: its disk, its memory, what somebody changed on it.
    Device,
}

/// The catalogue was not refreshed; it holds what it held before.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The server cannot be reached.
    #[error("the server cannot be reached, and what is on the device stays as it is: {0}")]
    Offline(String),
    /// The server does not take the token.
    #[error("the server does not take the token: {0}; sign in again")]
    NotAllowed(String),
    /// The server gave no proper answer.
    #[error("the server gave no proper answer: {0}; ask its administrator")]
    Server(String),
    /// The publication record is not to be trusted.
    #[error("the publication is refused: {0}")]
    Record(#[from] RecordError),
    /// A package, or its code, is not what the record says.
    #[error("package {name} {version} is refused: {source}")]
    Package {
        /// The package's name.
        name: String,
        /// Its version.
        version: String,
        /// Why.
        source: Box<PackageError>,
    },
    /// The folder cannot be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

/// A publication record is not to be trusted.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It is not the environment's, not for this device, not in the form that is signed, or older than what is here.
    #[error(transparent)]
    Unverified(#[from] PublicationError),
    /// It was made for another engine than the one that was asked for.
    #[error("it was made for engine `{found}`, and `{expected}` was asked for")]
    OtherEngine {
        /// The record's.
        found: String,
        /// This device's.
        expected: String,
    },
    /// It has one name twice.
    #[error("it offers `{0}` twice")]
    Twice(String),
    /// It offers what it says to be withdrawn.
    #[error("it offers `{0}`, which it says to be withdrawn")]
    Withdrawn(String),
    /// A file would be larger than any may be.
    #[error("it names {bytes} bytes for `{name}`, more than the {bytes_max} that a device takes")]
    TooLarge {
        /// The package.
        name: String,
        /// What the record says.
        bytes: u64,
        /// What is taken at most.
        bytes_max: u64,
    },
}

/// A package, or its code, is not what the record says.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The server does not have it, or not any more.
    #[error("the server offers it and does not have it: {0}; refresh again")]
    Gone(String),
    /// It has another size.
    #[error("the {what} has {found} bytes, and the publication says {expected}")]
    Size {
        /// `package` or `code`.
        what: &'static str,
        /// The publication's.
        expected: u64,
        /// What came; `more` where it was not read to its end.
        found: String,
    },
    /// It has another digest.
    #[error("the {what} was altered: its digest is {found}, and the publication says {expected}")]
    Digest {
        /// `file`, `package` or `code`.
        what: &'static str,
        /// The publication's.
        expected: Digest,
        /// What came.
        found: Digest,
    },
    /// It is not signed, or not by the publisher.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// It says of itself what the publication does not.
    #[error("its {what} is `{found}`, and the publication says `{expected}`")]
    Differs {
        /// `name`, `version` or `publisher`.
        what: &'static str,
        /// The publication's.
        expected: String,
        /// The package's.
        found: String,
    },
    /// It has no manifest that can be read.
    #[error("{0}")]
    Manifest(String),
}

/// The device's folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file can be neither read nor written.
    #[error("{what} in the device's folder failed: {source}; free some space, or make the folder writable")]
    Io {
        /// What was done.
        what: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// A refresh is under way.
    #[error("the device's folder is being refreshed by another program: wait for it")]
    Busy,
    /// The record was altered, or is of another device or environment.
    #[error("the publication on this device is refused: {0}; refresh")]
    Record(#[from] RecordError),
    /// The file with the record cannot be read as one.
    #[error("the publication on this device is damaged: refresh")]
    Damaged,
}

/// A package of the catalogue cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LoadFailure {
    /// Nothing of this name is published for this device.
    #[error("no `{0}` is published for this device; refresh, or ask the administrator")]
    NotPublished(String),
    /// The record that says what is published cannot be taken.
    #[error("{0}")]
    NoRecord(String),
    /// Its file is not on the device, or not as it was fetched.
    #[error("the file of `{0}` is missing or damaged on this device: refresh")]
    Missing(String),
    /// Its file on the device is not what the record says.
    #[error("`{name}` was altered on this device ({source}): refresh")]
    Altered {
        /// The package.
        name: String,
        /// What is wrong with it.
        source: Box<PackageError>,
    },
    /// There is no code for this engine, and no compiler here.
    #[error("the server has no code of `{name}` for {engine}, and this device cannot compile: ask the administrator")]
    NoCode {
        /// The package.
        name: String,
        /// The engine.
        engine: String,
    },
    /// Its code is another package's.
    #[error("the code of `{name}` is of package {found}: ask the server's administrator")]
    WrongCode {
        /// The package.
        name: String,
        /// The digest of the package that the code was made of.
        found: Digest,
    },
    /// The engine does not take it.
    #[error("`{name}`: {source}")]
    Engine {
        /// The package.
        name: String,
        /// Why.
        source: Box<LoadError>,
    },
    /// The folder cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

impl RefreshError {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Offline(_) => Fault::Network,
            Self::NotAllowed(_) => Fault::Token,
            Self::Server(_) | Self::Record(_) => Fault::Server,
            Self::Package { source, .. } => source.fault(),
            Self::Folder(_) => Fault::Device,
        }
    }
}

impl PackageError {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Gone(_) | Self::Size { .. } | Self::Digest { .. } => Fault::Server,
            Self::Signature(_) | Self::Differs { .. } | Self::Manifest(_) => Fault::Package,
        }
    }
}

impl LoadFailure {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::NotPublished(_) | Self::NoCode { .. } | Self::WrongCode { .. } => Fault::Server,
            Self::Engine { source, .. } if !matches!(**source, LoadError::Host(_)) => Fault::Package,
            Self::NoRecord(_) | Self::Missing(_) | Self::Altered { .. } | Self::Folder(_) | Self::Engine { .. } => {
                Fault::Device
            }
        }
    }
}
