//! The mirror: what devices did is done again here, on authoritative data, and what came of it goes back to them.
//!
//! [`Mirror::push`] takes a device's messages: each operation is run by the package that it was made with, and gets one
//! of four verdicts. [`Mirror::pull`] gives a device what has changed, as far as its user may see it, and
//! [`Mirror::subscribe`] says when there is something to pull. [`Mirror::import_rows`] and [`Mirror::import_records`]
//! feed reference tables and records, [`Mirror::changes`] is for systems that follow. What the mirror keeps is in a
//! [`store`]; a batch of operations is fetched for in few queries, and committed together with its verdicts.
//!
//! All of it blocks and is safe to share between threads. Time comes from a clock that is passed in.

mod batch;
mod counters;
mod execute;
mod feed;
mod foresight;
mod identity;
mod import;
mod installed;
mod journal;
mod operations;
mod packages;
mod pokes;
mod pull;
mod push;
pub mod recording;
mod sight;
pub mod store;
mod views;

use std::sync::{Arc, atomic::AtomicUsize};

use lockstep_engine::Engine;
use lockstep_model::{Limits, Verdict, canonical::CanonicalError};

pub use counters::Counts;
pub use feed::Feed;
pub use identity::Identity;
pub use import::{ImportError, Imported, Kind as ImportKind};
pub use installed::Installed;
pub use operations::Held;
pub use packages::{Current, Currents, Evaluator, EvaluatorError, Found, Package, Packages, PackagesError};
pub use pokes::Subscription;

use crate::{Clock, Environment, Policy};
use counters::Counters;
use foresight::Foresight;
use pokes::Pokes;
use store::{
    Store, StoreError,
    postgres::{Database, PostgresStore},
    sqlite::SqliteStore,
};

type Result<T, E = MirrorError> = std::result::Result<T, E>;

/// What a mirror is made of.
pub struct MirrorParts {
    /// What it keeps.
    pub store: Box<dyn Store>,
    /// What runs operations.
    pub packages: Box<dyn Packages>,
    /// Who may see and do what.
    pub policy: Policy,
    /// What time it is.
    pub clock: Clock,
    /// Makes a new epoch; none: there are no random numbers to be had.
    pub random: fn() -> Option<[u8; 16]>,
}

/// The mirror. Cheap to clone: all clones are one.
#[derive(Clone)]
pub struct Mirror(Arc<Inner>);

struct Inner {
    parts: MirrorParts,
    counters: Counters,
    foresight: Foresight,
    pokes: Pokes,
    /// Changes that are looked at for one page of a pull, at most.
    page_changes: AtomicUsize,
}

/// Why the mirror does not do what it is asked for. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The store's, or others are in the way.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Packages cannot be had now.
    #[error(transparent)]
    Packages(#[from] PackagesError),
    /// This machine cannot run packages now.
    #[error("an operation cannot be run now: {0}; try again")]
    Host(String),
    /// The body is none.
    #[error("the body is no {what}: {why}")]
    Body {
        /// What it should be.
        what: &'static str,
        /// Why it is not.
        why: CanonicalError,
    },
    /// A batch that is too large.
    #[error("a batch has at most {messages} messages and {bytes} bytes: send fewer")]
    TooMuch {
        /// Messages, at most.
        messages: usize,
        /// Bytes, at most.
        bytes: usize,
    },
    /// Another device's messages.
    #[error("the messages are of the device `{of}`, the token of `{token}`: each device sends its own")]
    OtherDevice {
        /// Whose messages they are.
        of: String,
        /// Whose token it is.
        token: String,
    },
    /// A message that is here already says something else.
    #[error(
        "the device's message {sequence} is not the one that the server has: the device was set up from an old copy, \
         and needs a new id"
    )]
    OtherMessage {
        /// Its sequence.
        sequence: u64,
    },
    /// There is no such thing.
    #[error("there is no {what} `{id}`")]
    NotFound {
        /// `operation`, `workspace`.
        what: &'static str,
        /// What it was asked for by.
        id: String,
    },
    /// It is not parked.
    #[error("the operation {id} is {verdict}: only parked ones are released or rejected")]
    NotParked {
        /// Which.
        id: String,
        /// Its verdict in a word.
        verdict: &'static str,
    },
    /// Its cause stands.
    #[error("the operation {id} is still parked: {why}")]
    StillParked {
        /// Which.
        id: String,
        /// Why.
        why: String,
    },
    /// What is imported does not fit.
    #[error(transparent)]
    Import(#[from] ImportError),
}

impl MirrorError {
    /// Whether the same may succeed later, without anybody's doing.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Store(StoreError::Busy(_)) | Self::Packages(_) | Self::Host(_))
    }
}

/// Where an environment's mirror is, in its folder.
const DATABASE: &str = "mirror.sqlite";

fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

impl Mirror {
    /// The mirror of an environment, in a database, else in its folder: its packages are run by this engine within these
    /// limits.
    ///
    /// # Errors
    /// When the store cannot be used, or is another environment's.
    pub fn open(
        environment: &Environment,
        database: Option<&Database>,
        engine: Engine,
        limits: Limits,
        policy: Policy,
        clock: Clock,
    ) -> Result<Self, StoreError> {
        let store: Box<dyn Store> = if let Some(database) = database {
            let store = PostgresStore::open(database, || random().zip(random()))?;
            store.take_for(&environment.key().to_string())?;
            Box::new(store)
        } else {
            Box::new(SqliteStore::open(&environment.folder().join(DATABASE), || random().zip(random()))?)
        };
        let packages = Installed::new(environment.clone(), engine, limits);
        Ok(Self::new(MirrorParts { store, packages: Box::new(packages), policy, clock, random }))
    }

    /// Puts these parts to work.
    pub fn new(parts: MirrorParts) -> Self {
        let pokes = Pokes::default();
        parts.store.follow(Arc::new(pokes.clone()));
        Self(Arc::new(Inner {
            parts,
            counters: Counters::default(),
            foresight: Foresight::default(),
            pokes,
            page_changes: AtomicUsize::new(pull::PAGE_CHANGES),
        }))
    }

    /// What happened since the start.
    pub fn counts(&self) -> Counts {
        self.0.counters.counts()
    }

    /// Says when something has changed in these companies or the shared scope, or for this device; no companies: in
    /// any.
    pub fn subscribe(&self, device: &str, companies: Option<&std::collections::BTreeSet<String>>) -> Subscription {
        self.0.pokes.subscribe(device, companies)
    }
}

/// A verdict in a word.
pub fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted { .. } => "accepted",
        Verdict::Rebased { .. } => "rebased",
        Verdict::Rejected { .. } => "rejected",
        Verdict::Parked { .. } => "parked",
    }
}
