//! What is asked of a server's mirror besides JSON: files go to it, packages come from it.

use serde_json::Value;
use ureq::http::header;

use super::{ANSWER_BYTES_MAX, Client, answer, bearer, refusal, unreachable_server};
use crate::{failure::Result, progress};

impl Client {
    /// Sends a file to be imported; `name` is for what is shown meanwhile.
    pub(crate) fn import(&self, path: &str, media_type: &str, name: &str, file: &[u8]) -> Result<Value> {
        let request = self.http.agent().post(self.http.url(path));
        let request = request.header(header::AUTHORIZATION, bearer(self.token()?)).content_type(media_type);
        progress::during(&format!("importing {name}: {} bytes", file.len()), |_| answer(request.send(file)))
    }

    /// The bytes that are at a path.
    pub(crate) fn bytes(&self, path: &str) -> Result<Vec<u8>> {
        let request = self.http.agent().get(self.http.url(path));
        let request = request.header(header::AUTHORIZATION, bearer(self.token()?));
        let mut answered = request.call().map_err(|error| unreachable_server(&error))?;
        if !answered.status().is_success() {
            return Err(refusal(answered));
        }
        let bytes = answered.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
        bytes.map_err(|error| unreachable_server(&error))
    }
}
