//! The device core for Kotlin, Swift and Python.
//!
//! A [`Device`] is opened with its [`Settings`] and a [`Platform`]; [`Draft`]s come from it. Each function that works is
//! there twice: awaited, and blocking with `_blocking` behind its name; the work is done on the device's own threads
//! either way. What happens is told to a [`Listener`]. Errors are one [`LockstepError`], by what an app can do about them.
//!
//! `make bindings` writes the languages' sides, with `uniffi`.

#![deny(unsafe_code)]
#![expect(clippy::missing_errors_doc, reason = "all that fails does so with the one error, whose variants say it")]

mod answers;
mod device;
mod draft;
mod error;
mod events;
mod operations;
mod query;
mod settings;
mod values;
mod views;

pub use device::{Device, Identity, Refresh, Synced};
pub use draft::{Doing, Draft, Submitted};
pub use error::LockstepError;
pub use events::{EntityName, Event, Listener, OperationState};
pub use operations::OperationItem;
pub use query::{Condition, PageQuery, SortBy};
pub use settings::{Limits, Platform, Settings, usual_limits};
pub use values::{FieldType, Value};
pub use views::{
    ActionTile, ActionView, CollectionView, ColumnHead, Difference, DraftView, FieldView, InboxItem, IssueView,
    PageRow, PageTile, PageView, RecordId, RowView, Severity, Status, Tile, WorkspaceView,
};

uniffi::setup_scaffolding!();
