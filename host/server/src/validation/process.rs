//! One validation in a process of its own, watched from outside.
//!
//! The process gets no standard input, none of the server's environment, and a folder for itself alone. Of what it
//! writes no more is kept than reports can have. It is killed when it takes too long, or when the server stops, and
//! with it, however it ends, all that it may have started.

use std::{
    ffi::OsString,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
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

/// Largest reports, both together, in bytes.
const REPORTS_BYTES_MAX: usize = 32 << 20;

/// How much of the process's complaints is kept.
const COMPLAINTS_BYTES_MAX: usize = 16 << 10;

/// How much is read at a time.
const PART_BYTES: usize = 16 << 10;

/// For how long a pipe may be open when its process has ended.
const PIPE_TIME_MAX: Duration = Duration::from_secs(2);

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

/// A process and what it has started, which go with it.
struct Process {
    child: Child,
    is_reaped: bool,
}

/// How the process ended, and what it has written.
struct Ended {
    /// None: it had to be ended.
    status: Option<ExitStatus>,
    output: Vec<u8>,
    complaints: String,
}

/// What comes out of a pipe.
struct Collected {
    kept: Arc<Mutex<Vec<u8>>>,
    /// Nothing comes by it: it is closed at the end.
    ended: mpsc::Receiver<()>,
}

impl Process {
    /// Ends it and all that it has started, and says how it has ended.
    fn end(&mut self) -> io::Result<ExitStatus> {
        // As long as nobody has waited for it, its number is no other's.
        if !self.is_reaped {
            kill(&mut self.child);
        }
        self.is_reaped = true;
        self.child.wait()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // There would be nobody to tell.
        let _ = self.end();
    }
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
        let ended = self.watch(child, is_stopped)?;
        let report = self.judge(&ended)?;
        let code = parent.open_dir(format!("{}/code", folder.name))?;
        read_code(&code, report, self.check.file_bytes)
    }

    fn spawn(&self, folder: &Path) -> Result<Process, RunError> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).arg("settings.json").arg("code").arg("package.wasm");
        command.current_dir(folder).env_clear();
        // What is typed at the server's terminal is not meant for it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| RunError::Host(format!("{}: {error}", self.program.display())))?;
        Ok(Process { child, is_reaped: false })
    }

    fn watch(&self, mut process: Process, is_stopped: &AtomicBool) -> Result<Ended, RunError> {
        let start = Instant::now();
        let output = Collected::of(process.child.stdout.take(), REPORTS_BYTES_MAX);
        let complaints = Collected::of(process.child.stderr.take(), COMPLAINTS_BYTES_MAX);
        let is_over = || start.elapsed() >= self.deadline || is_stopped.load(Ordering::Relaxed);
        let mut has_ended = has_ended(&mut process.child)?;
        while !has_ended && !is_over() {
            thread::sleep(GLANCE);
            has_ended = self::has_ended(&mut process.child)?;
        }
        let status = process.end()?;
        if !has_ended && is_stopped.load(Ordering::Relaxed) {
            return Err(RunError::Stopped);
        }
        let complaints = String::from_utf8_lossy(&complaints.take()).into_owned();
        Ok(Ended { status: has_ended.then_some(status), output: output.take(), complaints })
    }

    fn judge(&self, ended: &Ended) -> Result<Report, RunError> {
        let reports = || serde_json::Deserializer::from_slice(&ended.output).into_iter::<Report>();
        let Some(status) = ended.status else { return Ok(broken_off(reports().next(), self.late())) };
        if status.success() {
            let found = reports().last().unwrap_or_else(|| Ok(Report::refused(crash("it has no report"))));
            let crashed = |error| Report::refused(crash(&format!("its report cannot be read: {error}")));
            return Ok(found.unwrap_or_else(crashed));
        }
        let complaints = &ended.complaints;
        tracing::warn!(%status, complaints, "a validation broke off");
        if status.code() == Some(HOST_FAULT) {
            return Err(RunError::Host(complaints.lines().next_back().unwrap_or_default().to_owned()));
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
        Ok(broken_off(reports().next(), reason))
    }

    fn late(&self) -> Reason {
        let seconds = self.deadline.as_secs_f32();
        let message = format!("its validation took longer than {seconds} s: make it smaller, or its cases fewer");
        Reason::new(ReasonCode::ValidationTime, message)
    }
}

/// What was found before a validation broke off, and why it did.
fn broken_off(found: Option<serde_json::Result<Report>>, reason: Reason) -> Report {
    let mut report = Report { descriptor: None, code: Vec::new(), ..found.and_then(Result::ok).unwrap_or_default() };
    report.reasons.push(reason);
    report
}

fn crash(how: &str) -> Reason {
    Reason::new(ReasonCode::ValidationCrashed, format!("its validation broke off: {how}; build it anew"))
}

impl Collected {
    /// Reads to the end and keeps the start: a process whose pipe is full would wait.
    fn of(pipe: Option<impl Read + Send + 'static>, max: usize) -> Self {
        let kept = Arc::<Mutex<Vec<u8>>>::default();
        let (end, ended) = mpsc::channel();
        let keeping = Arc::clone(&kept);
        thread::spawn(move || {
            let _end = end;
            let Some(mut pipe) = pipe else { return };
            let mut part = vec![0; PART_BYTES];
            // What cannot be read is missing from a report, which then cannot be read either.
            while let Ok(count @ 1..) = pipe.read(&mut part) {
                let mut kept = keeping.lock().unwrap_or_else(PoisonError::into_inner);
                let room = max - kept.len();
                kept.extend_from_slice(&part[..count.min(room)]);
            }
        });
        Self { kept, ended }
    }

    /// What has come. The pipe ends with the process, unless one that it has started got away and holds it open.
    fn take(self) -> Vec<u8> {
        let _ = self.ended.recv_timeout(PIPE_TIME_MAX);
        std::mem::take(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The code that a report names, if it is what the report says.
fn read_code(folder: &Dir, report: Report, max: u64) -> Result<(Report, Vec<CompiledCode>), RunError> {
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
    Ok((report, code))
}

/// Whether it has ended; its number stays its own until it is waited for.
#[cfg(unix)]
fn has_ended(child: &mut Child) -> io::Result<bool> {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    Ok(waitid(WaitId::Pid(Pid::from_child(child)), options)?.is_some())
}

#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> io::Result<bool> {
    Ok(child.try_wait()?.is_some())
}

/// Kills it and all of its group.
#[cfg(unix)]
fn kill(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process_group};

    // All of them may have ended; that is as good.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
}

#[cfg(not(unix))]
fn kill(child: &mut Child) {
    // It may have ended; that is as good.
    let _ = child.kill();
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
