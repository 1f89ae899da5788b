//! What does it take until a package is on devices: to validate it, to ask for what is new, and to load it there?

use std::{cell::Cell, hint::black_box};

use cap_std::{ambient_authority, fs::Dir};
use criterion::Criterion;
use lockstep_benches::{
    LIMITS,
    figures::{Figure, Quantity, keep},
    packages,
    turns::{criterion, take_time},
};
use lockstep_device::{Catalogue, Enrolment, Offer, Refreshed, Token, Transport, TransportError};
use lockstep_engine::Profile;
use lockstep_model::{Digest, Limits, Timestamp};
use lockstep_package::{SigningKey, signature};
use lockstep_server::{
    Change, Environment, Rollout,
    registry::Asker,
    validation::{CheckSettings, Report, check},
};

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
    let environment = Environment::open(folder.path(), Some("benches"))?;
    publish(&environment, &key, &file)?;
    let mut figures = vec![validation(&mut criterion, &file)?];
    figures.extend(refresh(&mut criterion, &environment)?);
    criterion.final_summary();
    keep("publishing", &figures)
}

fn settings() -> CheckSettings {
    CheckSettings {
        limits: SERVER.into(),
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

/// A server in the same process: it counts what it is asked.
struct Beside<'a> {
    environment: &'a Environment,
    asked: Cell<u32>,
    fetched: Cell<u32>,
}

fn asker(engine: &str) -> Asker<'_> {
    Asker { device: "device-1", user: "user-1", engine, may_see: &|_, _| true }
}

impl Transport for Beside<'_> {
    fn publication(
        &self,
        _token: &Token,
        engine: &str,
        etag: Option<&str>,
        _bytes_max: u64,
    ) -> Result<Offer, TransportError> {
        self.asked.set(self.asked.get() + 1);
        let registry = self.environment.registry();
        let offer =
            registry.offer(&asker(engine), NOW).map_err(|error| TransportError::BadAnswer(error.to_string()))?;
        if etag == Some(&*offer.etag) {
            return Ok(Offer::Unchanged);
        }
        let bytes = registry.sign(&offer, NOW).map_err(|error| TransportError::BadAnswer(error.to_string()))?;
        Ok(Offer::Record { bytes, etag: Some(offer.etag) })
    }

    fn package(&self, _token: &Token, digest: &Digest, _bytes_max: u64) -> Result<Vec<u8>, TransportError> {
        self.fetched.set(self.fetched.get() + 1);
        self.environment.registry().file(digest).map_err(|error| TransportError::NotFound(error.to_string()))
    }

    fn code(&self, _token: &Token, digest: &Digest, engine: &str, _bytes_max: u64) -> Result<Vec<u8>, TransportError> {
        self.fetched.set(self.fetched.get() + 1);
        self.environment.registry().code(digest, engine).map_err(|error| TransportError::NotFound(error.to_string()))
    }
}

fn refresh(criterion: &mut Criterion, environment: &Environment) -> anyhow::Result<Vec<Figure>> {
    let folder = tempfile::tempdir_in(packages::target_folder())?;
    let enrolment = Enrolment { environment: "benches".into(), key: environment.key(), device: "device-1".into() };
    let engine = packages::engine(Profile::Portable)?;
    let name = engine.name().to_owned();
    let dir = Dir::open_ambient_dir(&folder, ambient_authority())?;
    let mut catalogue = Catalogue::open(dir, enrolment, engine, LIMITS)?;
    let server = Beside { environment, asked: Cell::new(0), fetched: Cell::new(0) };
    let token = Token::new("beside").ok_or_else(|| anyhow::anyhow!("a token"))?;
    let first = catalogue.refresh(&server, &token)?;
    anyhow::ensure!(matches!(first, Refreshed::Changed(_)), "the package is not there: {first:?}");
    let asked = f64::from(server.asked.get());

    let unchanged = take_time(criterion, "publishing/unchanged", || {
        let offer = environment.registry().offer(&asker(&name), NOW).expect("an offer");
        drop(black_box(offer));
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
            "refresh with nothing new, the server's time",
            Quantity::Nanoseconds(unchanged),
            Quantity::Nanoseconds(MS),
            "one request answered with 304; without HTTP".to_owned(),
        ),
        Figure::limited(
            "verify and load on a device, from precompiled code",
            Quantity::Nanoseconds(load),
            Quantity::Nanoseconds(5.0 * MS),
            format!("`{PLUGIN}`, portable: file and code read, digests, signature, loaded, described"),
        ),
    ])
}
