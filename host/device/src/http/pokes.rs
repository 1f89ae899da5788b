//! Pokes over HTTP: a stream of server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use std::{
    io::{BufRead, BufReader, Read},
    time::Duration,
};

use ureq::http::StatusCode;

use super::HttpTransport;
use crate::{
    pokes::Pokes,
    transport::{Token, TransportError},
};

/// The longest that one stream is listened to; the server ends it after a quarter of an hour.
const STREAM: Duration = Duration::from_mins(20);

/// Longest line that is read; the server's have some dozens of bytes.
const LINE_BYTES_MAX: u64 = 4096;

impl Pokes for HttpTransport {
    fn listen(&self, token: &Token, heard: &mut dyn FnMut(bool) -> bool) -> Result<(), TransportError> {
        let answer = self.get(token, "/v1/pokes", None, STREAM)?;
        if answer.status() != StatusCode::OK {
            return Err(TransportError::BadAnswer(format!("{} to a plain question", answer.status())));
        }
        // Something may have changed before it listened.
        if !heard(true) {
            return Ok(());
        }
        let mut lines = BufReader::new(answer.into_body().into_reader());
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = lines.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
            match read.map_err(|error| TransportError::Offline(error.to_string()))? as u64 {
                0 => return Ok(()),
                LINE_BYTES_MAX => return Err(TransportError::BadAnswer("a line without an end".to_owned())),
                // Whatever else comes shows that the server is there.
                _ if !heard(line.starts_with(b"data")) => return Ok(()),
                _ => {}
            }
        }
    }
}
