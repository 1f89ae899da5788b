//! An environment with a validator.

use std::{
    path::Path,
    sync::{Arc, mpsc},
    time::Duration,
};

use lockstep_model::{Digest, Limits, Timestamp};
use lockstep_server::{
    Change, Clock, Environment, RegistryError, Validator, ValidatorSettings,
    registry::Package,
    validation::{CheckSettings, ReasonCode},
};
use tempfile::TempDir;

use crate::guests::{PUBLISHER, key};

const MIB: usize = 1 << 20;

/// What one evaluation may take in these tests.
pub(crate) const LIMITS: Limits = Limits {
    fuel: 20_000_000,
    instantiation_fuel: 1_000_000,
    memory_bytes: 16 * MIB,
    table_elements: 1000,
    input_bytes: MIB,
    output_bytes: MIB,
    issues: 100,
    patches: 100,
    log_lines: 100,
    look_ups: 1000,
    rounds: 8,
    wall_clock_ms: 10_000,
};

pub(crate) const CHANGE: Change<'static> =
    Change { actor: "vera", reason: "a new version", now: Timestamp(1_000), expected: None };

pub(crate) fn settings(word: &str) -> ValidatorSettings {
    ValidatorSettings {
        program: std::env::current_exe().expect("this program"),
        arguments: vec![word.into()],
        at_a_time: 2,
        waiting_max: 8,
        deadline: Duration::from_mins(1),
        check: CheckSettings {
            limits: LIMITS,
            package_bytes_max: 4 * MIB,
            float_free: false,
            cases_min: 1,
            host_version: "0.1.0".to_owned(),
            memory_bytes: 1 << 30,
            processor_seconds: 60,
            file_bytes: 64 << 20,
        },
    }
}

pub(crate) struct World {
    folder: TempDir,
    pub(crate) environment: Option<Environment>,
    pub(crate) validator: Option<Validator>,
}

impl World {
    /// An environment that trusts the tests' publisher, with a validator that checks.
    pub(crate) fn new() -> Self {
        Self::with(settings("check"))
    }

    pub(crate) fn with(settings: ValidatorSettings) -> Self {
        let mut world = Self { folder: TempDir::new().expect("a folder"), environment: None, validator: None };
        world.open();
        let registry = world.environment().registry();
        registry.add_key(PUBLISHER, &key().verifying_key(), &CHANGE).expect("a new key");
        world.start(settings);
        world
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn environment(&self) -> &Environment {
        self.environment.as_ref().expect("it is open")
    }

    pub(crate) fn validator(&self) -> &Validator {
        self.validator.as_ref().expect("it is started")
    }

    pub(crate) fn open(&mut self) {
        self.environment = Some(Environment::open(&self.folder.path().join("state"), None).expect("an environment"));
    }

    pub(crate) fn start(&mut self, settings: ValidatorSettings) {
        let clock: Clock = Arc::new(|| Timestamp(2_000));
        self.validator = Some(Validator::start(settings, self.environment(), clock).expect("it starts"));
    }

    /// Stops the server and opens its folder again.
    pub(crate) fn restart(&mut self, settings: ValidatorSettings) {
        self.validator = None;
        self.environment = None;
        self.open();
        self.start(settings);
    }

    /// Uploads a file; the answer comes by the channel.
    pub(crate) fn begin(&self, file: &[u8]) -> Result<Waiting, RegistryError> {
        let (sender, answer) = mpsc::channel();
        let done = Box::new(move |result| sender.send(result).unwrap_or_default());
        let digest = self.validator().upload(file, &CHANGE, done)?;
        Ok(Waiting { digest, answer })
    }

    pub(crate) fn upload(&self, file: &[u8]) -> Package {
        self.begin(file).expect("there is room").wait().expect("it ends")
    }

    /// No validation left anything behind.
    pub(crate) fn is_clean(&self) -> bool {
        let work = self.path().join("state/work");
        std::fs::read_dir(work).expect("it is there").next().is_none()
    }
}

pub(crate) struct Waiting {
    pub(crate) digest: Digest,
    answer: mpsc::Receiver<Result<Package, RegistryError>>,
}

impl Waiting {
    pub(crate) fn wait(self) -> Result<Package, RegistryError> {
        self.answer.recv_timeout(Duration::from_mins(2)).expect("an answer comes")
    }
}

pub(crate) fn codes(package: &Package) -> Vec<ReasonCode> {
    package.reasons.iter().map(|reason| reason.code).collect()
}
