//! Where an issuer's keys come from: given once, or fetched from an address and fetched again when they may be out of
//! date. A failure to fetch keeps the keys that are there.

use std::{
    fs,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use lockstep_model::Timestamp;
use tokio::sync::Mutex;
use ureq::{
    Agent,
    http::Uri,
    tls::{RootCerts, TlsConfig},
};

use super::{IssuerError, KeySet};
use crate::Clock;

/// The longest key set that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 256 << 10;

/// When keys are fetched again.
#[derive(Clone, Copy, Debug)]
pub struct RefreshSettings {
    /// At least so long lies between two attempts, whatever tokens come: 30 s by default.
    pub interval_min: Duration,
    /// Keys older than this are fetched again before they are used, so that one that its issuer dropped ends: an hour
    /// by default.
    pub age_max: Duration,
    /// For one attempt, from the first byte to the last: 5 s by default.
    pub timeout: Duration,
}

impl Default for RefreshSettings {
    fn default() -> Self {
        Self {
            interval_min: Duration::from_secs(30),
            age_max: Duration::from_hours(1),
            timeout: Duration::from_secs(5),
        }
    }
}

/// Fetches a key set's text; blocking. An error is a sentence.
pub type Fetch = Arc<dyn Fn() -> Result<String, String> + Send + Sync>;

/// Where an issuer's keys come from.
pub struct KeySource {
    kept: RwLock<Option<Kept>>,
    remote: Option<Remote>,
}

#[derive(Clone)]
struct Kept {
    keys: Arc<KeySet>,
    /// When they were fetched; none: they stay as they are.
    fetched: Option<Timestamp>,
}

struct Remote {
    fetch: Fetch,
    settings: RefreshSettings,
    clock: Clock,
    /// When keys were fetched last, or could not be. Held while fetching, so that one fetches.
    last: Mutex<Option<Timestamp>>,
}

impl KeySource {
    /// Keys that stay as they are.
    pub fn fixed(keys: KeySet) -> Self {
        Self { kept: RwLock::new(Some(Kept { keys: Arc::new(keys), fetched: None })), remote: None }
    }

    /// The keys of a PEM or JWKS file.
    ///
    /// # Errors
    /// [`IssuerError::Read`] or [`IssuerError::Keys`].
    pub fn file(path: &Path) -> Result<Self, IssuerError> {
        let text = fs::read_to_string(path).map_err(|source| IssuerError::Read { path: path.to_owned(), source })?;
        let keys = KeySet::parse(&text);
        let from = || format!("in {}", path.display());
        keys.map(Self::fixed).map_err(|says| IssuerError::Keys { from: from(), says })
    }

    /// Keys that are fetched from an address when they are first needed.
    ///
    /// # Errors
    /// [`IssuerError::Address`] where it is neither https nor on this machine.
    pub fn address(address: &str, settings: RefreshSettings, clock: Clock) -> Result<Self, IssuerError> {
        let uri: Uri = address.parse().map_err(|_| IssuerError::Address(address.to_owned()))?;
        let is_here = matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if is_here => {}
            _ => return Err(IssuerError::Address(address.to_owned())),
        }
        let agent = agent(settings.timeout);
        let fetch = move || fetch(&agent, &uri).map_err(|error| error.to_string());
        Ok(Self::fetched(Arc::new(fetch), settings, clock))
    }

    /// Keys that this function fetches when they are first needed.
    pub fn fetched(fetch: Fetch, settings: RefreshSettings, clock: Clock) -> Self {
        let last = Mutex::default();
        Self { kept: RwLock::new(None), remote: Some(Remote { fetch, settings, clock, last }) }
    }

    fn kept(&self) -> Option<Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The keys, fetched anew if they are too old, or if `fits` holds for none of them; none where they could never be
    /// fetched. Whoever finds keys that are fresh and fit waits for nobody, and while some are being fetched the others
    /// go on with those that are there, if they fit. Nothing is fetched where `may_fetch` says no.
    pub(super) async fn keys(
        &self,
        fits: impl Fn(&KeySet) -> bool,
        may_fetch: impl FnOnce() -> bool,
    ) -> Option<Arc<KeySet>> {
        let kept = self.kept();
        let Some(remote) = &self.remote else { return kept.map(|kept| kept.keys) };
        if kept.as_ref().is_some_and(|kept| remote.is_fresh(kept) && fits(&kept.keys)) {
            return kept.map(|kept| kept.keys);
        }
        let mut last = match (remote.last.try_lock(), kept) {
            (Ok(last), _) => last,
            (Err(_), Some(kept)) => return fits(&kept.keys).then_some(kept.keys),
            (Err(_), None) => remote.last.lock().await,
        };
        // Somebody else may have fetched them by now.
        let kept = self.kept();
        let is_fine = kept.as_ref().is_some_and(|kept| remote.is_fresh(kept) && fits(&kept.keys));
        if is_fine || remote.is_within(*last, remote.settings.interval_min) || !may_fetch() {
            return kept.map(|kept| kept.keys);
        }
        let now = (remote.clock)();
        *last = Some(now);
        let fetch = remote.fetch.clone();
        let fetched = tokio::task::spawn_blocking(move || KeySet::parse(&fetch()?)).await;
        match fetched.unwrap_or_else(|_| Err("the attempt ended early".to_owned())) {
            Ok(keys) => {
                let keys = Arc::new(keys);
                let fresh = Kept { keys: keys.clone(), fetched: Some(now) };
                *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
                Some(keys)
            }
            Err(says) => {
                tracing::warn!(%says, "the issuer's keys cannot be fetched; the ones that are there stay");
                kept.map(|kept| kept.keys)
            }
        }
    }
}

impl Remote {
    fn is_within(&self, moment: Option<Timestamp>, time: Duration) -> bool {
        let now = (self.clock)();
        moment.is_some_and(|moment| now.0.saturating_sub(moment.0) < time.as_millis() as i64)
    }

    fn is_fresh(&self, kept: &Kept) -> bool {
        self.is_within(kept.fetched, self.settings.age_max)
    }
}

fn agent(timeout: Duration) -> Agent {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    Agent::config_builder().timeout_global(Some(timeout)).max_redirects(0).tls_config(tls).build().into()
}

fn fetch(agent: &Agent, uri: &Uri) -> Result<String, ureq::Error> {
    agent.get(uri).call()?.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string()
}
