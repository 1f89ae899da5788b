//! What can go wrong, sorted by whose fault it is.

use lockstep_model::{DescriptorError, ShapeError};

use crate::{fault::PluginFault, inspect::InspectError};

/// A component does not load.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The bytes are no component.
    #[error(transparent)]
    NotAComponent(#[from] InspectError),
    /// It is larger than the engine takes.
    #[error(
        "the component has {bytes} bytes, more than the {max} that are allowed: ask its publisher for a smaller one"
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The engine's limit.
        max: usize,
    },
    /// It uses what the engine does not offer, or is damaged.
    #[error("the component does not compile: {0}; build it anew with `lockstep build`")]
    Invalid(String),
    /// It exports nothing that this host could call.
    #[error("the component is no Lockstep plugin: it does not export `lockstep:logic/logic`")]
    NoPlugin,
    /// It was built for a version of the contract that this host does not know yet.
    #[error("the plugin was built for a newer host: it speaks contract {found}, this host {known}; update the host")]
    NewerHost {
        /// The plugin's version.
        found: String,
        /// The latest that is known here.
        known: String,
    },
    /// It has the right export's name and other types.
    #[error("the plugin does not keep to contract {version}: {reason}; build it anew with its SDK")]
    WrongContract {
        /// The version that it names.
        version: String,
        /// What differs.
        reason: String,
    },
    /// It imports something.
    #[error("the plugin imports `{name}`: plugins import nothing; remove what needs it and build the plugin anew")]
    Import {
        /// The import's name.
        name: String,
    },
    /// It is a development build.
    #[error(
        "the plugin is a development build (it imports `log`): build it with `lockstep build`, without `--development`"
    )]
    DevelopmentBuild,
    /// Several things stand against it, none of them [`Several`](Self::Several) again.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Several(Vec<Self>),
    /// What it says of itself does not hold together.
    #[error("the plugin's descriptor is wrong: {0}")]
    Descriptor(#[from] DescriptorError),
    /// It did something wrong while it started or described itself.
    #[error(transparent)]
    Fault(#[from] PluginFault),
    /// Precompiled code was not vouched for.
    #[error("the precompiled code was not made by anyone trusted here, or was altered: get it anew")]
    NotVouchedFor,
    /// Precompiled code is of another engine.
    #[error("the precompiled code was made by {found}, this host is {known}: get it for this host")]
    OtherEngine {
        /// What made it.
        found: String,
        /// What would load it.
        known: String,
    },
    /// The engine was built without a compiler.
    #[error("this host has no compiler: it loads precompiled code alone")]
    NoCompiler,
    /// Not the component's fault.
    #[error(transparent)]
    Host(#[from] HostError),
}

impl LoadError {
    /// All that stands against the component, one by one.
    pub fn each(&self) -> &[Self] {
        match self {
            Self::Several(all) => all,
            one => std::slice::from_ref(one),
        }
    }
}

/// A document was not evaluated.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// The plugin's fault.
    #[error(transparent)]
    Fault(#[from] PluginFault),
    /// The request is wrong.
    #[error(transparent)]
    Caller(#[from] CallerError),
    /// The host's.
    #[error(transparent)]
    Host(#[from] HostError),
}

/// A request that is never evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallerError {
    /// It is larger than [`Limits::input_bytes`](lockstep_model::Limits::input_bytes).
    #[error("the request has {bytes} bytes, more than the {max} that are allowed")]
    InputTooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// It does not fit the plugin's descriptor.
    #[error("the request does not fit the plugin: {0}")]
    Shape(#[from] ShapeError),
}

/// The host cannot do what it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// wasmtime refuses the settings, or something else that is nobody else's fault.
    #[error("the engine failed: {0}")]
    Engine(String),
    /// No memory.
    #[error("{0}")]
    Memory(String),
    /// As many evaluations are under way as the pool has sandboxes.
    #[error("all sandboxes are in use: try again, or make the pool larger")]
    PoolExhausted,
    /// The limits allow what the engine cannot give.
    #[error("the memory limit of {limit} bytes is above the {max} that this engine can give: lower the limit")]
    LimitAboveEngine {
        /// [`Limits::memory_bytes`](lockstep_model::Limits::memory_bytes)
        limit: usize,
        /// The engine's.
        max: usize,
    },
}
