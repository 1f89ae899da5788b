//! What does it take until a package is on devices: to validate it, to ask for what is new, and to load it there?

use std::{cell::Cell, hint::black_box, num::NonZeroU32, thread, time::Duration};

use cap_std::{ambient_authority, fs::Dir};
use criterion::Criterion;
use lockstep_benches::{
    LIMITS,
    figures::{Figure, Quantity, keep},
    packages,
    turns::{criterion, take_time},
};
use lockstep_device::{
    Catalogue, Enrolment, HttpSettings, HttpTransport, Offer, Refreshed, Token, Transport, TransportError,
};
use lockstep_engine::Profile;
use lockstep_model::{Digest, Limits, Timestamp};
use lockstep_package::{SigningKey, signature};
use lockstep_server::{
    App, Change, Clock, Environment, Intake, Listener, Policy, RegistryError, Rollout, Service,
    auth::{Authenticator, DevelopmentIssuer, Grant},
    limits::{ListenerLimits, ServiceLimits},
    validation::{CheckSettings, Done, Report, check},
};
use tokio::runtime::Runtime;

const MS: f64 = 1e6;
const NOW: Timestamp = Timestamp(1_772_438_400_000);
const PLUGIN: &str = "sales-orders";
const PUBLISHER: &str = "lockstep-samples";

/// What a server gives an evaluation.
const SERVER: Limits = Limits { memory_bytes: 16 << 20, ..LIMITS };

fn main() -> anyhow::Result<()> {
    let key = SigningKey::generate()?;
    let file = signature::sign(&packages::plugin(PLUGIN)?.bytes, &key, PUBLISHER, NOW)?;
    let mut criterion = criterion();
    let folder = tempfile::tempdir_in(packages::target_folder())?;
    let state = folder.path().join("state");
    let environment = Environment::open(&state, Some("benches"))?;
    publish(&environment, &key, &file)?;
    let server = serve(&environment, &Dir::open_ambient_dir(&state, ambient_authority())?)?;
    let mut figures = vec![validation(&mut criterion, &file)?];
    figures.extend(refresh(&mut criterion, &environment, &server)?);
    criterion.final_summary();
    keep("publishing", &figures)
}

fn settings() -> CheckSettings {
    CheckSettings {
        limits: SERVER,
        package_bytes_max: 32 << 20,
        float_free: true,
        cases_min: 1,
        host_version: env!("CARGO_PKG_VERSION").to_owned(),
        memory_bytes: 1 << 30,
        processor_seconds: 60,
        file_bytes: 256 << 20,
    }
}

fn change(reason: &str) -> Change<'_> {
    Change { actor: "bench", reason, now: NOW, expected: None }
}

fn publish(environment: &Environment, key: &SigningKey, file: &[u8]) -> anyhow::Result<()> {
    let registry = environment.registry();
    registry.add_key(PUBLISHER, &key.verifying_key(), &change("trusted"))?;
    let package = registry.begin_upload(file, &change("uploaded"))?;
    let checked = check(file, &settings())?;
    let done = registry.finish_upload(&package.digest, &checked.report, &checked.code, &change("validated"))?;
    anyhow::ensure!(done.reasons.is_empty(), "the package is refused: {:?}", done.reasons);
    registry.apply(&package.digest, &change("tested"))?;
    registry.publish(&package.digest, &Rollout::all(), false, &change("for all"))?;
    Ok(())
}

/// Without starting the process in which a server does this, some milliseconds.
fn validation(criterion: &mut Criterion, file: &[u8]) -> anyhow::Result<Figure> {
    let Report { cases, .. } = check(file, &settings())?.report;
    let taken = take_time(criterion, "publishing/validation", || {
        drop(black_box(check(file, &settings()).expect("this host can check it")));
    });
    let of = format!("package of {}, {cases} cases on both engines", Quantity::of_bytes(file));
    Ok(Figure::limited("validation of an upload", Quantity::Nanoseconds(taken), Quantity::Nanoseconds(3000.0 * MS), of))
}

/// Nothing is uploaded while it is measured.
struct NoIntake;

impl Intake for NoIntake {
    fn upload(&self, _file: &[u8], _change: &Change<'_>, _done: Done) -> Result<(), RegistryError> {
        Err(RegistryError::Busy { waiting: 0 })
    }

    fn running(&self) -> usize {
        0
    }

    fn waiting(&self) -> usize {
        0
    }

    fn close(&self) {}
}

/// A server on this machine for as long as the process lasts: its address, and a device's token for it.
fn serve(environment: &Environment, state: &Dir) -> anyhow::Result<(String, String)> {
    let issuer = DevelopmentIssuer::open(state)?;
    let (device, subject) = (Some("device-1".to_owned()), "user-1".to_owned());
    let grant = Grant { subject, device, roles: vec!["sales".to_owned()], ..Grant::default() };
    let token = issuer.token(&grant, NOW, Duration::from_hours(1))?;
    let clock: Clock = std::sync::Arc::new(|| NOW);
    let limits = ServiceLimits {
        requests_per_minute: NonZeroU32::MAX,
        requests_burst: NonZeroU32::MAX,
        ..ServiceLimits::PRESET
    };
    let app = App::new(Service {
        environment: environment.clone(),
        intake: Box::new(NoIntake),
        authenticator: Authenticator::new(vec![issuer.issuer()], Duration::ZERO, clock.clone()),
        policy: Policy::default(),
        limits,
        clock,
    });
    let listener = Listener::bind(([127, 0, 0, 1], 0).into())?;
    let (address, runtime) = (format!("http://{}", listener.address()), Runtime::new()?);
    let served = listener.serve(app.router(), None, ListenerLimits::PRESET, std::future::pending());
    thread::spawn(move || runtime.block_on(served));
    Ok((address, token))
}

/// Counts what the server is asked.
struct Counted {
    transport: HttpTransport,
    asked: Cell<u32>,
    fetched: Cell<u32>,
}

impl Transport for Counted {
    fn publication(
        &self,
        token: &Token,
        engine: &str,
        etag: Option<&str>,
        bytes_max: u64,
    ) -> Result<Offer, TransportError> {
        self.asked.set(self.asked.get() + 1);
        self.transport.publication(token, engine, etag, bytes_max)
    }

    fn package(&self, token: &Token, digest: &Digest, bytes_max: u64) -> Result<Vec<u8>, TransportError> {
        self.fetched.set(self.fetched.get() + 1);
        self.transport.package(token, digest, bytes_max)
    }

    fn code(&self, token: &Token, digest: &Digest, engine: &str, bytes_max: u64) -> Result<Vec<u8>, TransportError> {
        self.fetched.set(self.fetched.get() + 1);
        self.transport.code(token, digest, engine, bytes_max)
    }
}

fn refresh(
    criterion: &mut Criterion,
    environment: &Environment,
    (address, token): &(String, String),
) -> anyhow::Result<Vec<Figure>> {
    let folder = tempfile::tempdir_in(packages::target_folder())?;
    let enrolment = Enrolment { environment: "benches".into(), key: environment.key(), device: "device-1".into() };
    let engine = packages::engine(Profile::Portable)?;
    let dir = Dir::open_ambient_dir(&folder, ambient_authority())?;
    let mut catalogue = Catalogue::open(dir, enrolment, engine, LIMITS)?;
    let settings = HttpSettings { address: address.clone(), authorities: None, user_agent: "benches".to_owned() };
    let server = Counted { transport: HttpTransport::new(&settings)?, asked: Cell::new(0), fetched: Cell::new(0) };
    let token = Token::new(token).ok_or_else(|| anyhow::anyhow!("a token"))?;
    let first = catalogue.refresh(&server, &token)?;
    anyhow::ensure!(matches!(first, Refreshed::Changed(_)), "the package is not there: {first:?}");
    let asked = f64::from(server.asked.get());

    let unchanged = take_time(criterion, "publishing/unchanged", || {
        let refreshed = catalogue.refresh(&server, &token).expect("the server answers");
        assert!(matches!(black_box(refreshed), Refreshed::Unchanged), "something has changed");
    });
    let load = take_time(criterion, "publishing/load", || {
        drop(black_box(catalogue.load(PLUGIN).expect("the package loads")));
    });
    let of = format!("and {} downloads: the package and its code", server.fetched.get());
    Ok(vec![
        Figure::limited(
            "publish → visible on a refreshing device, requests",
            Quantity::Times(asked),
            Quantity::Times(1.0),
            of,
        ),
        Figure::limited(
            "refresh with nothing new, over HTTP",
            Quantity::Nanoseconds(unchanged),
            Quantity::Nanoseconds(MS),
            "one request answered with 304: the device's whole time, which holds the server's".to_owned(),
        ),
        Figure::limited(
            "verify and load on a device, from precompiled code",
            Quantity::Nanoseconds(load),
            Quantity::Nanoseconds(5.0 * MS),
            format!("`{PLUGIN}`, portable: file and code read, digests, signature, loaded, described"),
        ),
    ])
}
