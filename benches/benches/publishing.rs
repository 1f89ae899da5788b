//! What does it take until a package is on devices: to validate it, to ask for what is new, and to load it there?

use std::{cell::Cell, hint::black_box, num::NonZeroU32};

use cap_std::{ambient_authority, fs::Dir};
use criterion::Criterion;
use lockstep_benches::{
    LIMITS,
    crew::Member,
    figures::{Figure, Quantity, keep},
    packages,
    service::Served,
    site::{NOW, PUBLISHER, check_settings, publish, trust},
    turns::{criterion, take_time},
};
use lockstep_device::{
    Catalogue, Enrolment, HttpSettings, HttpTransport, Offer, Refreshed, Token, Transport, TransportError,
};
use lockstep_engine::Profile;
use lockstep_model::Digest;
use lockstep_package::{SigningKey, signature};
use lockstep_server::{
    Environment,
    limits::{ListenerLimits, ServiceLimits},
    validation::{Report, check},
};

const MS: f64 = 1e6;
const PLUGIN: &str = "sales-orders";
fn main() -> anyhow::Result<()> {
    let key = SigningKey::generate()?;
    let file = signature::sign(&packages::plugin(PLUGIN)?.bytes, &key, PUBLISHER, NOW)?;
    let mut criterion = criterion();
    let folder = tempfile::tempdir_in(packages::target_folder())?;
    let state = folder.path().join("state");
    let environment = Environment::open(&state, Some("benches"))?;
    trust(&environment, &key)?;
    publish(&environment, &file)?;
    let state = Dir::open_ambient_dir(&state, ambient_authority())?;
    let plenty = NonZeroU32::MAX;
    let limits = ServiceLimits { requests_per_minute: plenty, requests_burst: plenty, ..ServiceLimits::PRESET };
    let server = Served::new(&environment, &state, None, limits, ListenerLimits::PRESET)?;
    let mut figures = vec![validation(&mut criterion, &file)?];
    figures.extend(refresh(&mut criterion, &environment, &server)?);
    criterion.final_summary();
    keep("publishing", &figures)
}

/// Without starting the process in which a server does this, some milliseconds.
fn validation(criterion: &mut Criterion, file: &[u8]) -> anyhow::Result<Figure> {
    let Report { cases, .. } = check(file, &check_settings())?.report;
    let taken = take_time(criterion, "publishing/validation", || {
        drop(black_box(check(file, &check_settings()).expect("this host can check it")));
    });
    let of = format!("package of {}, {cases} cases on both engines", Quantity::of_bytes(file));
    Ok(Figure::limited("validation of an upload", Quantity::Nanoseconds(taken), Quantity::Nanoseconds(3000.0 * MS), of))
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

fn refresh(criterion: &mut Criterion, environment: &Environment, served: &Served) -> anyhow::Result<Vec<Figure>> {
    let folder = tempfile::tempdir_in(packages::target_folder())?;
    let enrolment = Enrolment { environment: "benches".into(), key: environment.key(), device: "device-1".into() };
    let engine = packages::engine(Profile::Portable)?;
    let dir = Dir::open_ambient_dir(&folder, ambient_authority())?;
    let mut catalogue = Catalogue::open(dir, enrolment, engine, LIMITS)?;
    let settings =
        HttpSettings { address: served.address.clone(), authorities: None, user_agent: "benches".to_owned() };
    let server = Counted { transport: HttpTransport::new(&settings)?, asked: Cell::new(0), fetched: Cell::new(0) };
    let token = Token::new(&served.token(&Member::new(1))?).ok_or_else(|| anyhow::anyhow!("a token"))?;
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
