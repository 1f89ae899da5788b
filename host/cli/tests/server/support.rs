//! A server in a process of its own, in a folder that goes away.

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;
use ureq::{Agent, http::Response};

/// No test waits longer for a process.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Server {
    process: Child,
    /// All that it says but for its first line.
    said: Option<JoinHandle<String>>,
    logged: Option<JoinHandle<String>>,
    pub(crate) url: String,
    pub(crate) folder: TempDir,
    agent: Agent,
}

/// What a server left.
pub(crate) struct Left {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) log: String,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

pub(crate) fn lockstep<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lockstep")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// The command fails with this code, and its error holds these words.
#[track_caller]
pub(crate) fn fails<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>, code: i32, words: &[&str]) {
    let output = lockstep(arguments);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{error}");
    for word in words {
        assert!(error.contains(word), "`{word}` is not in: {error}");
    }
}

impl Server {
    /// Starts one with the development issuer at any free port, and waits until it listens.
    pub(crate) fn start(more: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), more)
    }

    pub(crate) fn start_in(folder: TempDir, more: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
        command.args(["serve", "--development-issuer", "--listen", "127.0.0.1:0", "--log-format", "json"]);
        command.arg("--state").arg(folder.path().join("state")).args(more);
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut stderr = process.stderr.take().unwrap();
        let logged = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        let mut url = String::new();
        stdout.read_line(&mut url).unwrap();
        let said = thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).unwrap();
            text
        });
        let agent = Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build().into();
        let url = url.trim_end().to_owned();
        Self { process, said: Some(said), logged: Some(logged), url, folder, agent }
    }

    pub(crate) fn state(&self) -> std::path::PathBuf {
        self.folder.path().join("state")
    }

    pub(crate) fn token(&self, more: &[&str]) -> String {
        let state = self.state();
        let arguments = [OsStr::new("token"), OsStr::new("--state"), state.as_os_str()];
        let output = lockstep(arguments.into_iter().chain(more.iter().map(OsStr::new)));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    pub(crate) fn get(&self, path: &str, token: &str) -> Answer {
        let request = self.agent.get(format!("{}{path}", self.url));
        answer(request.header("authorization", format!("Bearer {token}")).call().unwrap())
    }

    pub(crate) fn post(&self, path: &str, token: &str, media_type: &str, body: &[u8]) -> Answer {
        let request = self.agent.post(format!("{}{path}", self.url)).header("content-type", media_type);
        answer(request.header("authorization", format!("Bearer {token}")).send(body).unwrap())
    }

    pub(crate) fn put(&self, path: &str, token: &str, body: &[u8]) -> Answer {
        let request = self.agent.put(format!("{}{path}", self.url)).header("content-type", "application/json");
        answer(request.header("authorization", format!("Bearer {token}")).send(body).unwrap())
    }

    /// Stops it and starts it again in the same folder.
    pub(crate) fn restart(mut self, more: &[&str]) -> Self {
        assert_eq!(self.end("-TERM").code, Some(0));
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        Self::start_in(folder, more)
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn stop(mut self, signal: &str) -> Left {
        self.end(signal)
    }

    /// Stops it; its folder is still there.
    pub(crate) fn leave(mut self, signal: &str) -> TempDir {
        assert_eq!(self.end(signal).code, Some(0));
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }

    fn end(&mut self, signal: &str) -> Left {
        let sent = Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let started = Instant::now();
        let code = loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                break status.code();
            }
            assert!(started.elapsed() < PATIENCE, "the server does not stop");
            thread::sleep(Duration::from_millis(10));
        };
        let text = |thread: &mut Option<JoinHandle<String>>| thread.take().unwrap().join().unwrap();
        Left { code, stdout: text(&mut self.said), log: text(&mut self.logged) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended is none to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn answer(mut response: Response<ureq::Body>) -> Answer {
    let status = response.status().as_u16();
    // Publication records are bytes.
    let bytes = response.body_mut().read_to_vec().unwrap();
    Answer { status, text: String::from_utf8_lossy(&bytes).into_owned() }
}

pub(crate) fn write(path: &Path, text: &str) -> String {
    fs::write(path, text).unwrap();
    path.to_str().unwrap().to_owned()
}
