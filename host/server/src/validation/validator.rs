//! Validates packages one after the other, a few at a time, apart from those who wait for the answer.

use std::{
    collections::VecDeque,
    ffi::OsString,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use lockstep_engine::NATIVE_MEMORY_BYTES_MAX;
use lockstep_model::Digest;

use super::{
    check::engine_names,
    child,
    process::{RunError, Runner},
    report::CheckSettings,
};
use crate::{
    clock::Clock,
    environment::Environment,
    registry::{Change, Package, RegistryError, State},
};

/// Who validates, as the audit log has it.
const ACTOR: &str = "validation";

/// How packages are validated. There are no defaults: whoever runs a server decides.
#[derive(Clone, Debug)]
pub struct ValidatorSettings {
    /// The program that calls [`child::run`](super::child::run) with its last three arguments: the settings' file, the
    /// folder for code and the package's file. It exits with 0 when there is a report, with 70 when there is none and not
    /// the package is at fault.
    pub program: PathBuf,
    /// Its first arguments.
    pub arguments: Vec<OsString>,
    /// How many packages are validated at one time.
    pub at_a_time: usize,
    /// How many may wait; one more is refused.
    pub waiting_max: usize,
    /// How long a validation may take.
    pub deadline: Duration,
    /// By what packages are checked.
    pub check: CheckSettings,
}

/// Why there is no validator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A thread cannot be started.
    #[error("validation cannot be started: {0}")]
    Thread(#[from] io::Error),
    /// The settings do not go together.
    #[error("{0}")]
    Settings(String),
    /// It is not known what is to be validated.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

/// Is called with the package as it stands when its validation has ended, or with why it has not.
pub type Done = Box<dyn FnOnce(Result<Package, RegistryError>) + Send>;

/// Validates packages. When it is dropped, what is under way is broken off and done again at the next start.
pub struct Validator {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    environment: Environment,
    clock: Clock,
    runner: Runner,
    waiting_max: usize,
    queue: Mutex<Queue>,
    /// Something was added to the queue, or it is to be left.
    changed: Condvar,
    /// Something has ended.
    ended: Condvar,
    is_stopped: AtomicBool,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    /// Places taken by uploads whose files are being kept.
    reserved: usize,
    running: usize,
    is_closed: bool,
}

struct Job {
    digest: Digest,
    kind: Kind,
    done: Option<Done>,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Whether it may be used here.
    Validate,
    /// It was validated by an earlier version of the server, and has no code for this one's engines.
    Compile,
}

impl Validator {
    /// Starts the threads. Packages whose validation was interrupted are validated again, and those are compiled that
    /// have no code for this version's engines.
    ///
    /// # Errors
    /// When the settings cannot be, threads cannot be started, or the registry cannot be read.
    pub fn start(settings: ValidatorSettings, environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let ValidatorSettings { program, arguments, at_a_time, waiting_max, deadline, check } = settings;
        let memory = check.limits.memory_bytes;
        if memory > NATIVE_MEMORY_BYTES_MAX {
            return Err(StartError::Settings(format!(
                "a memory limit of {memory} bytes is above the {NATIVE_MEMORY_BYTES_MAX} that the engine can give"
            )));
        }
        if at_a_time == 0 {
            return Err(StartError::Settings("at least one package must be validated at a time".to_owned()));
        }
        if !child::is_confined() {
            tracing::warn!(
                "this kernel has no Landlock: validations can read what the server can, and reach the network"
            );
        }
        let registry = environment.registry();
        let engines = engine_names();
        let engines: Vec<_> = engines.iter().map(String::as_str).collect();
        let job = |kind| move |package: Package| Job { digest: package.digest, kind, done: None };
        let mut jobs: VecDeque<_> = registry.waiting()?.into_iter().map(job(Kind::Validate)).collect();
        jobs.extend(registry.without_code(&engines)?.into_iter().map(job(Kind::Compile)));
        let shared = Arc::new(Shared {
            environment: environment.clone(),
            clock,
            runner: Runner::new(program, arguments, deadline, check),
            waiting_max,
            queue: Mutex::new(Queue { jobs, ..Queue::default() }),
            changed: Condvar::new(),
            ended: Condvar::new(),
            is_stopped: AtomicBool::new(false),
        });
        let mut validator = Self { shared, threads: Vec::new() };
        for number in 0..at_a_time {
            let shared = Arc::clone(&validator.shared);
            let name = format!("validation-{number}");
            validator.threads.push(thread::Builder::new().name(name).spawn(move || shared.work())?);
        }
        Ok(validator)
    }

    /// Keeps a package and has it validated; `done` is called when that has ended, from a thread of its own, or at once
    /// if it needs no validation. From here on the package is validated whether or not somebody waits for it.
    ///
    /// # Errors
    /// When as many packages wait as may, and for all that [`begin_upload`](crate::Registry::begin_upload) refuses; then
    /// `done` is not called.
    pub fn upload(&self, file: &[u8], change: &Change<'_>, done: Done) -> Result<Digest, RegistryError> {
        self.shared.reserve()?;
        let begun = self.shared.environment.registry().begin_upload(file, change);
        let mut queue = self.shared.queue();
        queue.reserved -= 1;
        let package = begun?;
        let digest = package.digest;
        if package.state == State::Uploaded {
            queue.jobs.push_back(Job { digest, kind: Kind::Validate, done: Some(done) });
            drop(queue);
            self.shared.changed.notify_one();
        } else {
            drop(queue);
            done(Ok(package));
        }
        Ok(digest)
    }

    /// How many packages are being validated.
    pub fn running(&self) -> usize {
        self.shared.queue().running
    }

    /// How many packages wait.
    pub fn waiting(&self) -> usize {
        let queue = self.shared.queue();
        queue.jobs.len() + queue.reserved
    }

    /// Takes no more packages, and waits until those that it took are validated.
    pub fn close(&self) {
        let mut queue = self.shared.queue();
        queue.is_closed = true;
        while !queue.jobs.is_empty() || queue.running + queue.reserved > 0 {
            queue = self.shared.ended.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Validator {
    fn drop(&mut self) {
        self.shared.is_stopped.store(true, Ordering::Relaxed);
        self.shared.queue().is_closed = true;
        self.shared.changed.notify_all();
        for thread in self.threads.drain(..) {
            // It catches what panics, and there would be nobody to tell.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reserve(&self) -> Result<(), RegistryError> {
        let mut queue = self.queue();
        let waiting = queue.jobs.len() + queue.reserved;
        if queue.is_closed || waiting >= self.waiting_max {
            return Err(RegistryError::Busy { waiting });
        }
        queue.reserved += 1;
        Ok(())
    }

    /// What each thread does: one job after the other.
    fn work(&self) {
        while let Some(job) = self.next() {
            let result = catch_unwind(AssertUnwindSafe(|| self.one(&job)));
            let result = result.unwrap_or_else(|_| Err(RegistryError::Host("the validation panicked".to_owned())));
            match (job.done, result) {
                (Some(done), result) => {
                    if catch_unwind(AssertUnwindSafe(|| done(result))).is_err() {
                        tracing::error!(package = %job.digest, "whoever waited for a validation panicked");
                    }
                }
                (None, Err(error)) => tracing::warn!(package = %job.digest, %error, "a package was not validated"),
                (None, Ok(package)) => tracing::info!(package = %job.digest, state = %package.state, "validated"),
            }
            self.queue().running -= 1;
            self.ended.notify_all();
        }
        self.ended.notify_all();
    }

    fn next(&self) -> Option<Job> {
        let mut queue = self.queue();
        loop {
            if self.is_stopped.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(job) = queue.jobs.pop_front() {
                queue.running += 1;
                return Some(job);
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn one(&self, job: &Job) -> Result<Package, RegistryError> {
        let registry = self.environment.registry();
        let package = registry.show(&job.digest)?;
        let file = match job.kind {
            Kind::Compile => Some(registry.file(&job.digest)?),
            Kind::Validate => registry.waiting_file(&job.digest)?,
        };
        // The same file may have been uploaded twice, and the first one's validation has ended.
        let Some(file) = file else { return registry.show(&job.digest) };
        let (folder, path) = self.environment.work();
        let run = self.runner.run(&file, (folder, &path), &self.is_stopped);
        let (report, code) = run.map_err(|error| match error {
            RunError::Stopped | RunError::Host(_) => RegistryError::Host(error.to_string()),
        })?;
        let now = (self.clock)();
        match job.kind {
            Kind::Validate => {
                let change = Change { actor: ACTOR, reason: "it was uploaded", now, expected: None };
                registry.finish_upload(&job.digest, &report, &code, &change)
            }
            Kind::Compile if report.reasons.is_empty() => {
                let change = Change { actor: ACTOR, reason: "the server has another engine", now, expected: None };
                registry.keep_code(&job.digest, &code, &change)
            }
            Kind::Compile => {
                let all: Vec<_> = report.reasons.iter().map(ToString::to_string).collect();
                Err(RegistryError::Incompatible { package: package.label(), reasons: all })
            }
        }
    }
}
