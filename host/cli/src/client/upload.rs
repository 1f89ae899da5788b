//! Sending a package, with a bar on a terminal.

use std::io::{self, Cursor, IsTerminal as _, Read};

use anyhow::anyhow;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use ureq::{SendBody, http::StatusCode};

use super::{ANSWER_BYTES_MAX, Client, read, refusal};
use crate::{
    failure::{Failure, Result},
    progress,
};

/// What became of an upload.
pub(crate) enum Uploaded {
    /// The server has it; what it says of it.
    Taken(Value),
    /// The server refuses it; the problem, with all reasons.
    Refused(Value),
}

/// Counts what is read of it.
struct Counted<'a> {
    bytes: Cursor<&'a [u8]>,
    bar: &'a ProgressBar,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.bar.inc(count as u64);
        if self.bytes.position() == self.bytes.get_ref().len() as u64 {
            self.bar.finish_and_clear();
        }
        Ok(count)
    }
}

impl Client {
    /// Uploads a package and waits until it is validated. `name` is for what is shown meanwhile.
    pub(crate) fn upload(&self, name: &str, reason: &str, package: &[u8]) -> Result<Uploaded> {
        let bar = if io::stderr().is_terminal() { bar(name, package.len()) } else { ProgressBar::hidden() };
        let sent = progress::during(&format!("validating {name} on the server"), |_| {
            let mut body = Counted { bytes: Cursor::new(package), bar: &bar };
            self.send_package(reason, package.len(), SendBody::from_reader(&mut body))
        });
        bar.finish_and_clear();
        let mut answer = sent?;
        if answer.status().is_success() {
            return read(answer).map(Uploaded::Taken);
        }
        if answer.status() != StatusCode::UNPROCESSABLE_ENTITY {
            return Err(refusal(answer));
        }
        let text = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().unwrap_or_default();
        let problem = serde_json::from_slice(&text);
        problem.map(Uploaded::Refused).map_err(|_| Failure::Unreachable(anyhow!("the server's refusal is not JSON")))
    }
}

fn bar(name: &str, bytes: usize) -> ProgressBar {
    let bar = ProgressBar::new(bytes as u64).with_message(format!("uploading {name}"));
    match ProgressStyle::with_template("{msg} [{bar:24}] {bytes}/{total_bytes} {bytes_per_sec}") {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}
