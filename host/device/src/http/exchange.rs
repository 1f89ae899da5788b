//! Messages and changes over HTTP: canonical bytes in both directions.

use ureq::{
    Body,
    http::{Response, StatusCode, header},
};

use super::{HttpTransport, body, failure, longest, problem, refusal};
use crate::{
    exchange::Exchange,
    transport::{Token, TransportError},
};

const CONTENT: &str = "application/vnd.lockstep";

/// Most that is read of an answer: a page, or a verdict for each of a batch's messages.
const ANSWER_BYTES_MAX: u64 = 16 << 20;

impl HttpTransport {
    fn post(&self, token: &Token, path: &str, bytes: &[u8]) -> Result<Response<Body>, TransportError> {
        let request = self.agent.post(self.url(path)).config().timeout_global(Some(longest(ANSWER_BYTES_MAX))).build();
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.secret()));
        let request = request.header(header::CONTENT_TYPE, CONTENT).header(header::ACCEPT, CONTENT);
        let mut answer = request.send(bytes).map_err(|error| failure(&error, 0))?;
        if answer.status() == StatusCode::OK {
            return Ok(answer);
        }
        let said = problem(&mut answer);
        Err(match answer.status() {
            StatusCode::CONFLICT => TransportError::OtherMessage(said),
            status => refusal(status, said),
        })
    }
}

impl Exchange for HttpTransport {
    fn push(&self, token: &Token, push: &[u8]) -> Result<Vec<u8>, TransportError> {
        body(&mut self.post(token, "/v1/push", push)?, ANSWER_BYTES_MAX)
    }

    fn pull(&self, token: &Token, cookie: Option<&[u8]>) -> Result<Vec<u8>, TransportError> {
        body(&mut self.post(token, "/v1/pull", cookie.unwrap_or_default())?, ANSWER_BYTES_MAX)
    }
}
