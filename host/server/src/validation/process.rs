//! One validation in a process of its own, watched from outside.
//!
//! The process gets no standard input, none of the server's environment, and a folder for itself alone. Of what it
//! writes no more is kept than a report can have. It is killed when it takes too long, or when the server stops.

use std::{
    ffi::OsString,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use cap_std::fs::Dir;
use lockstep_model::Digest;

use super::{
    reason::{Reason, ReasonCode},
    report::{CheckSettings, Report},
};
use crate::registry::CompiledCode;

/// Largest report, in bytes.
const REPORT_BYTES_MAX: u64 = 32 << 20;

/// How much of the process's complaints is kept.
const COMPLAINTS_BYTES_MAX: u64 = 16 << 10;

/// How often it is looked after.
const GLANCE: Duration = Duration::from_millis(5);

/// The exit code with which the process says that not the package is at fault.
const HOST_FAULT: i32 = 70;

/// What Rust says when there is no memory.
const NO_MEMORY: &str = "memory allocation of";

/// How validations are run.
pub(super) struct Runner {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) deadline: Duration,
    pub(super) check: CheckSettings,
    next: AtomicU64,
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    /// The server is going down.
    #[error("the server is stopping: the package is validated at its next start")]
    Stopped,
    /// This machine's fault.
    #[error("the validation cannot be run: {0}")]
    Host(String),
}

impl From<io::Error> for RunError {
    fn from(error: io::Error) -> Self {
        Self::Host(error.to_string())
    }
}

/// The folder of one validation, which goes with it.
struct Folder<'a> {
    parent: &'a Dir,
    name: String,
}

impl Drop for Folder<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.parent.remove_dir_all(&self.name) {
            tracing::warn!(folder = self.name, %error, "a validation's folder could not be removed");
        }
    }
}

/// How the process ended.
enum Ended {
    /// By itself.
    With { status: ExitStatus, output: Vec<u8>, complaints: String },
    /// It had to be ended.
    Late,
}

impl Runner {
    pub(super) fn new(program: PathBuf, arguments: Vec<OsString>, deadline: Duration, check: CheckSettings) -> Self {
        Self { program, arguments, deadline, check, next: AtomicU64::new(0) }
    }

    /// Validates a file: what stands against it, and the code that was made of it.
    pub(super) fn run(
        &self,
        file: &[u8],
        (parent, path): (&Dir, &Path),
        is_stopped: &AtomicBool,
    ) -> Result<(Report, Vec<CompiledCode>), RunError> {
        let name = self.next.fetch_add(1, Ordering::Relaxed).to_string();
        parent.create_dir_all(format!("{name}/code"))?;
        let folder = Folder { parent, name };
        let settings = serde_json::to_vec(&self.check).map_err(io::Error::from)?;
        parent.write(format!("{}/settings.json", folder.name), settings)?;
        parent.write(format!("{}/package.wasm", folder.name), file)?;
        let child = self.spawn(&path.join(&folder.name))?;
        match self.watch(child, is_stopped)? {
            Ended::Late => Ok((Report::refused(self.late()), Vec::new())),
            Ended::With { status, output, complaints } => {
                let report = self.judge(status, &output, &complaints)?;
                let code = parent.open_dir(format!("{}/code", folder.name))?;
                read_code(&code, &report, self.check.file_bytes)
            }
        }
    }

    fn spawn(&self, folder: &Path) -> Result<Child, RunError> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).arg("settings.json").arg("code").arg("package.wasm");
        command.current_dir(folder).env_clear();
        // What is typed at the server's terminal is not meant for it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().map_err(|error| RunError::Host(format!("{}: {error}", self.program.display())))
    }

    fn watch(&self, mut child: Child, is_stopped: &AtomicBool) -> Result<Ended, RunError> {
        let start = Instant::now();
        let output = collect(child.stdout.take(), REPORT_BYTES_MAX);
        let complaints = collect(child.stderr.take(), COMPLAINTS_BYTES_MAX);
        let is_over = || start.elapsed() >= self.deadline || is_stopped.load(Ordering::Relaxed);
        let mut ended = None;
        while ended.is_none() && !is_over() {
            ended = child.try_wait()?;
            if ended.is_none() {
                thread::sleep(GLANCE);
            }
        }
        let Some(status) = ended else {
            // It may have ended just now; that is as good.
            let _ = child.kill();
            child.wait()?;
            return if is_stopped.load(Ordering::Relaxed) { Err(RunError::Stopped) } else { Ok(Ended::Late) };
        };
        // Both end with the process, which starts no other.
        let output = output.join().unwrap_or_default();
        let complaints = String::from_utf8_lossy(&complaints.join().unwrap_or_default()).into_owned();
        Ok(Ended::With { status, output, complaints })
    }

    fn late(&self) -> Reason {
        let seconds = self.deadline.as_secs_f32();
        let message = format!("its validation took longer than {seconds} s: make it smaller, or its cases fewer");
        Reason::new(ReasonCode::ValidationTime, message)
    }

    fn judge(&self, status: ExitStatus, output: &[u8], complaints: &str) -> Result<Report, RunError> {
        if status.success() {
            let crashed = |error| crash(&format!("its report cannot be read: {error}"));
            return Ok(serde_json::from_slice(output).unwrap_or_else(|error| Report::refused(crashed(error))));
        }
        tracing::warn!(%status, complaints, "a validation broke off");
        let complaint = complaints.lines().next_back().unwrap_or_default();
        if status.code() == Some(HOST_FAULT) {
            return Err(RunError::Host(complaint.to_owned()));
        }
        let reason = match signal(status) {
            Some(signal) if signal == processor_time() => {
                let message = format!(
                    "its validation took more than {} s of processor time: make it smaller, or its cases fewer",
                    self.check.processor_seconds
                );
                Reason::new(ReasonCode::ValidationTime, message)
            }
            _ if complaints.contains(NO_MEMORY) => {
                let mib = self.check.memory_bytes >> 20;
                let message = format!("its validation took more than {mib} MiB of memory: make it smaller");
                Reason::new(ReasonCode::ValidationMemory, message)
            }
            _ => crash(&format!("it ended with {status}")),
        };
        Ok(Report::refused(reason))
    }
}

fn crash(how: &str) -> Reason {
    Reason::new(ReasonCode::ValidationCrashed, format!("its validation broke off: {how}; build it anew"))
}

/// Reads to the end and keeps the start: a process whose pipe is full would wait.
fn collect(pipe: Option<impl Read + Send + 'static>, max: u64) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        if let Some(mut pipe) = pipe {
            // What cannot be read is missing from a report, which then cannot be read either.
            let _ = pipe.by_ref().take(max).read_to_end(&mut kept);
            let _ = io::copy(&mut pipe, &mut io::sink());
        }
        kept
    })
}

/// The code that a report names, if it is what the report says.
fn read_code(folder: &Dir, report: &Report, max: u64) -> Result<(Report, Vec<CompiledCode>), RunError> {
    let mut code = Vec::new();
    for file in &report.code {
        let mut bytes = Vec::new();
        let opened = folder.open(&file.file)?;
        opened.take(max).read_to_end(&mut bytes)?;
        if Digest::of(&bytes) != file.digest {
            return Ok((Report::refused(crash("its code is not what it says")), Vec::new()));
        }
        code.push((file.engine.clone(), bytes));
    }
    Ok((report.clone(), code))
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

#[cfg(unix)]
fn processor_time() -> i32 {
    rustix::process::Signal::XCPU.as_raw()
}

#[cfg(not(unix))]
fn processor_time() -> i32 {
    0
}
