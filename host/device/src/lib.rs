//! The device core: what is published for a device, verified and kept.
//!
//! A [`Catalogue`] lies in a folder of the device. It asks a server through a [`Transport`] what is published for the
//! device, trusts nothing that its environment has not signed for this very device, and keeps packages and the code
//! that the server made of them. An interrupted or altered download is never visible: either the former publication is
//! in force, or the new one with all that it names. Offline it works from what it has.
//!
//! Code made elsewhere runs as it is, so the catalogue loads only code whose digest stands in a record that the
//! environment signed, and only as the package's for which it stands there. The engine needs no compiler for that;
//! with the feature `compiler` a package without fitting code is compiled. The feature `http` adds `HttpTransport`,
//! and `sqlcipher` encrypts the device's file.
//!
//! A [`Device`] keeps one file with what its server has sent, what its user has made, and what both come to. It works for
//! days without a network: drafts, submitted operations, lists. What it is asked is stored whole or not at all, so that it
//! can end at any moment. With the network back, [`Device::sync`] sends and fetches over an [`Exchange`]; a [`Handle`] has
//! it all done on another thread.
//!
//! Errors say whose [`Fault`] they are. Nothing here reads the environment or a clock.

#![forbid(unsafe_code)]

mod catalogue;
mod error;
mod folder;
#[cfg(feature = "http")]
pub mod http;
mod record;
mod refresh;
pub mod transport;

mod device;
mod exchange;
mod handle;
mod logic;
mod pokes;
mod reply;
mod store;
mod update;
mod worker;

pub use catalogue::{Catalogue, CataloguePackage};
pub use error::{Fault, FolderError, LoadFailure, PackageError, RecordError, RefreshError};
#[cfg(feature = "http")]
pub use http::{HttpSettings, HttpSettingsError, HttpTransport};
pub use record::Enrolment;
pub use refresh::{Changes, Refreshed};
pub use transport::{Offer, Token, Transport, TransportError};

pub use device::{
    ActionTile, ActionView, At, CollectionView, ColumnHead, Condition, Contents, Device, DeviceError, Difference,
    Draft, DraftView, Event, FieldView, Identity, InboxItem, IssueView, Moment, OperationState, OperationView,
    PageQuery, PageRow, PageTile, PageView, Published, RowView, Settings, SortBy, Step, Submission, Submitted,
    SyncStatus, Synced, Tile, WorkspaceView,
};
pub use exchange::Exchange;
pub use handle::Handle;
pub use logic::{Evaluator, Package, PackageFault, Packages};
pub use pokes::Pokes;
pub use reply::{Closed, Reply};
#[cfg(feature = "sqlcipher")]
pub use store::FileKey;
pub use store::StoreError;
pub use update::UpdateError;
pub use worker::Automatic;

#[cfg(test)]
mod tests;

/// The plugin in plain Rust, and a world of records and prices, that executing is tested with.
#[cfg(test)]
#[path = "../../sync/tests/sync/plugin.rs"]
mod plugin;
#[cfg(test)]
#[path = "../../sync/tests/sync/world.rs"]
#[expect(dead_code, reason = "not all of it is of use here")]
mod world;
