//! A server as it is in the field: an environment in which packages are published, and mirrors with their reference
//! data.

use std::{fmt::Write as _, ops::Range, path::Path, sync::Arc};

use anyhow::Context as _;
use cap_std::{ambient_authority, fs::Dir};
use lockstep_build::Built;
use lockstep_engine::{Engine, Profile};
use lockstep_model::{Limits, Timestamp};
use lockstep_package::{SigningKey, signature};
use lockstep_server::{
    Change, Clock, Environment, Mirror, MirrorParts, Policy, Rollout,
    mirror::{
        ImportKind, Installed,
        store::{Store, sqlite::SqliteStore},
    },
    validation::{CheckSettings, check},
};
use tempfile::TempDir;

use crate::{LIMITS, packages};

/// When everything happens.
pub const NOW: Timestamp = Timestamp(1_772_438_400_000);

/// What a server gives an evaluation.
pub const SERVER: Limits = Limits { memory_bytes: 16 << 20, ..LIMITS };

/// Whose packages they are.
pub const PUBLISHER: &str = "lockstep-samples";

/// The plugins that devices work with here.
pub const PLUGINS: [&str; 2] = ["sales-orders", "inventory-on-hand"];

/// The companies that they work for.
pub const COMPANIES: [&str; 2] = ["main", "north"];

/// How many stock records each company has.
pub const STOCK: usize = 40;

/// An environment in which packages are published.
pub struct Site {
    /// The environment.
    pub environment: Environment,
    /// Its folder.
    pub state: Dir,
    /// What is published.
    pub packages: Vec<Built>,
    engine: Engine,
    folder: TempDir,
}

/// What a package is checked by.
pub fn check_settings() -> CheckSettings {
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

/// Takes packages that are signed with this key.
///
/// # Errors
/// When they are taken already.
pub fn trust(environment: &Environment, key: &SigningKey) -> anyhow::Result<()> {
    environment.registry().add_key(PUBLISHER, &key.verifying_key(), &change("trusted"))?;
    Ok(())
}

/// Publishes a signed package for all.
///
/// # Errors
/// When it is refused.
pub fn publish(environment: &Environment, file: &[u8]) -> anyhow::Result<()> {
    let registry = environment.registry();
    let package = registry.begin_upload(file, &change("uploaded"))?;
    let checked = check(file, &check_settings())?;
    let done = registry.finish_upload(&package.digest, &checked.report, &checked.code, &change("validated"))?;
    anyhow::ensure!(done.reasons.is_empty(), "the package is refused: {:?}", done.reasons);
    registry.apply(&package.digest, &change("tested"))?;
    registry.publish(&package.digest, &Rollout::all(), false, &change("for all"))?;
    Ok(())
}

/// The clock of all servers here.
pub fn clock() -> Clock {
    Arc::new(|| NOW)
}

impl Site {
    /// An environment in which [`PLUGINS`] are published.
    ///
    /// # Errors
    /// When a plugin does not build, or is refused.
    pub fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir_in(packages::target_folder())?;
        let path = folder.path().join("state");
        let environment = Environment::open(&path, Some("benches"))?;
        let key = SigningKey::generate()?;
        trust(&environment, &key)?;
        let mut built = Vec::new();
        for plugin in PLUGINS {
            let package = packages::plugin(plugin)?;
            publish(&environment, &signature::sign(&package.bytes, &key, PUBLISHER, NOW)?)?;
            built.push(package);
        }
        let state = Dir::open_ambient_dir(&path, ambient_authority())?;
        Ok(Self { environment, state, packages: built, engine: packages::engine(Profile::Native)?, folder })
    }

    /// A folder for files, on the disk.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A store of its own, in a file.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn sqlite(&self, name: &str) -> anyhow::Result<SqliteStore> {
        Ok(SqliteStore::open(&self.folder().join(name), || Some(([1; 16], [2; 32])))?)
    }

    /// A mirror in a file, with the plugins' reference data.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn fed(&self) -> anyhow::Result<Mirror> {
        let mirror = self.mirror(Box::new(self.sqlite("mirror.sqlite")?));
        self.feed(&mirror)?;
        Ok(mirror)
    }

    /// A mirror over this store, for everybody and with nothing in it.
    pub fn mirror(&self, store: Box<dyn Store>) -> Mirror {
        Mirror::new(MirrorParts {
            store,
            packages: Box::new(Installed::new(self.environment.clone(), self.engine.clone(), SERVER)),
            policy: Policy::default(),
            clock: clock(),
            random: || Some([9; 16]),
        })
    }

    /// Gives a mirror the plugins' reference data, and stock of each company.
    ///
    /// # Errors
    /// When it does not take them.
    pub fn feed(&self, mirror: &Mirror) -> anyhow::Result<()> {
        for plugin in PLUGINS {
            let mut files: Vec<_> =
                packages::folder(plugin).join("reference").read_dir()?.collect::<Result<Vec<_>, _>>()?;
            files.sort_by_key(std::fs::DirEntry::path);
            for file in files {
                let path = file.path();
                let table = path.file_stem().and_then(|stem| stem.to_str()).context("a table's file")?;
                mirror
                    .import_rows(plugin, table, ImportKind::Csv, &std::fs::read(&path)?, false)
                    .with_context(|| path.display().to_string())?;
            }
        }
        for company in COMPANIES {
            import_stock(mirror, company, 0..STOCK)?;
        }
        Ok(())
    }
}

/// The key of a company's stock record with this number.
pub fn stock_key(company: &str, number: usize) -> String {
    format!("{company}-{number:06}")
}

/// Gives a company stock records with these numbers, no two of which have one place.
///
/// # Errors
/// When they are not taken.
pub fn import_stock(mirror: &Mirror, company: &str, numbers: Range<usize>) -> anyhow::Result<()> {
    let mut csv = "key,item,site,warehouse,batch,status,physical,reserved,ordered,on-order,last-counted\n".to_owned();
    let count = numbers.len();
    for number in numbers {
        let (key, physical) = (stock_key(company, number), 10_000 + number % 977);
        writeln!(csv, "{key},I-2000,NORTH,12,B-{number:06},available,{physical}.25,12.5,40,6.75,2026-02-27")?;
    }
    let imported = mirror.import_records("inventory-on-hand", "on-hand", ImportKind::Csv, csv.as_bytes(), company)?;
    anyhow::ensure!(imported.changed == count as u64, "not all stock records are new: {imported:?}");
    Ok(())
}
