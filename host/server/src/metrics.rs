//! What is counted, in the text format of `OpenMetrics` 1.0, which Prometheus reads.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use crate::mirror::Counts;

/// The media type of [`Metrics::text`].
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// From half a millisecond to ten seconds.
const REQUEST_SECONDS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// From a tenth of a second to five minutes.
const VALIDATION_SECONDS: [f64; 11] = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByResult {
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByReason {
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByVerdict {
    verdict: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByWhat {
    what: &'static str,
}

/// What is read at the moment of asking.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gauges {
    /// The environment's revision.
    pub revision: u64,
    /// Devices that have refreshed.
    pub devices: u64,
    /// Packages that are being validated.
    pub validations_running: u64,
    /// Packages that wait for their validation.
    pub validations_waiting: u64,
    /// What the mirror has done since the start; none: there is none.
    pub mirror: Option<Counts>,
}

/// What is counted.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    request_seconds: Family<Route, Histogram, fn() -> Histogram>,
    uploads: Family<ByResult, Counter>,
    validation_seconds: Histogram,
    refusals: Family<ByReason, Counter>,
    revision: Gauge<u64, AtomicU64>,
    devices: Gauge<u64, AtomicU64>,
    validations_running: Gauge<u64, AtomicU64>,
    validations_waiting: Gauge<u64, AtomicU64>,
    operations: Family<ByVerdict, Counter>,
    mirrored: Family<ByWhat, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("lockstep");
        let request_seconds: fn() -> Histogram = || Histogram::new(REQUEST_SECONDS);
        let metrics = Self {
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(request_seconds),
            uploads: Family::default(),
            validation_seconds: Histogram::new(VALIDATION_SECONDS),
            refusals: Family::default(),
            revision: Gauge::default(),
            devices: Gauge::default(),
            validations_running: Gauge::default(),
            validations_waiting: Gauge::default(),
            operations: Family::default(),
            mirrored: Family::default(),
            registry: Registry::default(),
        };
        registry.register("http_requests", "Requests by method, route and status", metrics.requests.clone());
        registry.register("http_request_seconds", "Time to the answer's head", metrics.request_seconds.clone());
        registry.register("uploads", "Uploads by result", metrics.uploads.clone());
        registry.register(
            "validation_seconds",
            "From an upload's acceptance to its result, waiting included",
            metrics.validation_seconds.clone(),
        );
        registry.register("refused_authentications", "Refused tokens by reason", metrics.refusals.clone());
        registry.register("revision", "The environment's revision", metrics.revision.clone());
        registry.register("devices", "Devices that have refreshed", metrics.devices.clone());
        registry.register("validations_running", "Packages being validated", metrics.validations_running.clone());
        registry.register("validations_waiting", "Packages that wait", metrics.validations_waiting.clone());
        registry.register("operations", "Operations that were mirrored, by verdict", metrics.operations.clone());
        registry.register(
            "mirror",
            "Executions of operations, rounds that these took, look-ups of the store in between, determinism faults",
            metrics.mirrored.clone(),
        );
        Self { registry, ..metrics }
    }
}

impl Metrics {
    /// Counts an answer. The route is its pattern, so that there are few.
    pub fn answered(&self, method: &'static str, route: &str, status: u16, time: Duration) {
        let route = route.to_owned();
        self.request_seconds.get_or_create(&Route { method, route: route.clone() }).observe(time.as_secs_f64());
        self.requests.get_or_create(&Answered { method, route, status }).inc();
    }

    /// Counts an upload: `validated`, `refused`, `busy`, `failed`.
    pub fn uploaded(&self, result: &'static str) {
        self.uploads.get_or_create(&ByResult { result }).inc();
    }

    /// Notes how long a package took from its acceptance to its result.
    pub fn validated(&self, time: Duration) {
        self.validation_seconds.observe(time.as_secs_f64());
    }

    /// Counts a token that was refused.
    pub fn refused(&self, reason: &'static str) {
        self.refusals.get_or_create(&ByReason { reason }).inc();
    }

    /// The mirror counts by itself.
    fn mirrored(&self, counts: &Counts) {
        let verdicts = [
            ("accepted", counts.accepted),
            ("rebased", counts.rebased),
            ("rejected", counts.rejected),
            ("parked", counts.parked),
        ];
        for (verdict, count) in verdicts {
            self.operations.get_or_create(&ByVerdict { verdict }).inner().store(count, Ordering::Relaxed);
        }
        let all = [
            ("executions", counts.executions),
            ("rounds", counts.rounds),
            ("fetches", counts.fetches),
            ("determinism-faults", counts.determinism_faults),
        ];
        for (what, count) in all {
            self.mirrored.get_or_create(&ByWhat { what }).inner().store(count, Ordering::Relaxed);
        }
    }

    /// All of it as text.
    pub fn text(&self, gauges: Gauges) -> String {
        self.revision.set(gauges.revision);
        self.devices.set(gauges.devices);
        self.validations_running.set(gauges.validations_running);
        self.validations_waiting.set(gauges.validations_waiting);
        if let Some(counts) = gauges.mirror {
            self.mirrored(&counts);
        }
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}
