//! What a Lockstep package holds besides code: its sections, its manifest, its messages and its workspace.
//!
//! A package is one file: a component that any WebAssembly tool reads, with custom sections at its top level.
//! [`sections`] reads and writes these and knows nothing of what is in them, [`manifest`] says what the package is,
//! [`messages`] puts issues into words, and [`workspace`] is through which pages and actions people use it; [`file`](mod@file) reads
//! what people write in TOML. Nothing here runs a component or opens a file.

#![forbid(unsafe_code)]

mod agreement;
pub mod case_files;
mod catalog;
pub mod file;
pub mod format;
pub mod key_file;
pub mod keys;
mod labels;
pub mod manifest;
pub mod messages;
pub mod notation;
pub mod publication;
mod refusals;
pub mod sections;
mod sign1;
pub mod signature;
pub mod store;
pub mod workspace;

pub use agreement::Disagreement;
pub use case_files::CaseFiles;
pub use keys::{KeyId, SigningKey, VerifyingKey};
pub use manifest::Manifest;
pub use messages::{Messages, MessagesError, Subject, Wording};
pub use notation::Notation;
pub use publication::Publication;
pub use sections::{SectionError, Sections};
pub use signature::{Package, Signature, SignatureError};
pub use store::Store;
pub use workspace::{Draft, Mistake, Workspace, WorkspaceError};
