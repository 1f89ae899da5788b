//! The server's limits: presets, changed by options.

use std::{env, num::NonZeroU32, thread, time::Duration};

use anyhow::{Context, anyhow};
use lockstep_engine::{Engine, EngineConfig, Pool, Profile};
use lockstep_server::{
    Clock, Environment, Mirror, Policy, ValidatorSettings,
    limits::{ListenerLimits, ServiceLimits},
    mirror::store::postgres::Database,
    validation::CheckSettings,
};

use crate::{
    args::{
        database::{Address, DatabaseOptions},
        server::Serve,
    },
    failure::{Failure, Result},
    limits::EVALUATION,
};

const MIB: usize = 1 << 20;

/// What a validation may use of memory.
const VALIDATION_MEMORY_BYTES: u64 = 1 << 30;

/// How packages are validated.
pub(crate) fn validator(arguments: &Serve) -> Result<ValidatorSettings> {
    let options = &arguments.packages;
    let program = env::current_exe().context("this program's own file is not known").map_err(Failure::Host)?;
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let seconds = u64::from(options.validation_time.get());
    let package_bytes_max = service(arguments).upload_bytes_max;
    Ok(ValidatorSettings {
        program,
        arguments: vec!["validate-package".into()],
        at_a_time: options.validations.map_or((processors - 1).max(1), usize::from),
        waiting_max: options.waiting,
        deadline: Duration::from_secs(seconds),
        check: CheckSettings {
            limits: EVALUATION,
            package_bytes_max,
            float_free: options.float_free,
            cases_min: options.cases,
            host_version: env!("CARGO_PKG_VERSION").to_owned(),
            memory_bytes: VALIDATION_MEMORY_BYTES,
            // Of several threads' time there is more than of the clock's.
            processor_seconds: seconds * 4,
            file_bytes: 16 * package_bytes_max as u64,
        },
    })
}

/// An option's address, else that of the environment's variable.
fn address(given: Option<&Address>, variable: &str) -> Option<String> {
    given.map(|address| address.0.clone()).or_else(|| env::var(variable).ok()).filter(|address| !address.is_empty())
}

/// The database of the mirror; none: it is in the state folder.
fn database(options: &DatabaseOptions) -> Result<Option<Database>> {
    let direct = address(options.database_direct.as_ref(), "LOCKSTEP_DATABASE_DIRECT");
    let Some(database) = address(options.database.as_ref(), "LOCKSTEP_DATABASE") else {
        let without = "--database-direct is another address of a database: give --database, too";
        return if direct.is_some() { Err(Failure::Usage(anyhow!(without))) } else { Ok(None) };
    };
    let database = Database::new(&database, direct.as_deref());
    database.map(Some).map_err(|error| Failure::Usage(error.into()))
}

/// What mirrors operations, within the limits that packages are validated in.
pub(crate) fn mirror(arguments: &Serve, environment: &Environment, policy: &Policy, clock: &Clock) -> Result<Mirror> {
    let database = database(&arguments.database)?;
    if database.is_some() {
        tracing::warn!(
            folder = %arguments.state.display(),
            "the mirror is in the database; packages, keys and rollouts are in the state folder, which is this server's \
             alone: a second server with this database needs them, too, and cannot have them yet"
        );
    }
    let engine = Engine::new(&EngineConfig::server(Profile::Native, Pool::STANDARD));
    let engine = engine.map_err(|error| Failure::Host(error.into()))?;
    Mirror::open(environment, database.as_ref(), engine, EVALUATION, policy.clone(), clock.clone())
        .map_err(|error| Failure::Host(error.into()))
}

/// What callers may ask for.
pub(crate) fn service(arguments: &Serve) -> ServiceLimits {
    let (options, preset) = (arguments.limits, ServiceLimits::PRESET);
    let count = |given: Option<NonZeroU32>, preset| given.map_or(preset, |count| count.get() as usize);
    let per_minute = options.requests_per_minute.unwrap_or(preset.requests_per_minute);
    ServiceLimits {
        upload_bytes_max: options.upload_mib.map_or(preset.upload_bytes_max, |mib| mib.get() as usize * MIB),
        body_grace: options.patience.map_or(preset.body_grace, seconds),
        requests_max: count(options.requests, preset.requests_max),
        requests_per_minute: per_minute,
        // More at once than in a minute would be no limit.
        requests_burst: preset.requests_burst.min(per_minute),
        ..preset
    }
}

/// What connections may ask for.
pub(crate) fn listener(arguments: &Serve) -> ListenerLimits {
    let (options, preset) = (arguments.limits, ListenerLimits::PRESET);
    let count = |given: Option<NonZeroU32>, preset| given.map_or(preset, |count| count.get() as usize);
    let connections_max = count(options.connections, preset.connections_max);
    ListenerLimits {
        connections_max,
        connections_per_address_max: count(options.connections_per_address, connections_max.div_ceil(4)),
        header_timeout: options.patience.map_or(preset.header_timeout, seconds),
        write_timeout: options.patience.map_or(preset.write_timeout, seconds),
        shutdown: options.shutdown.map_or(preset.shutdown, seconds),
        ..preset
    }
}

fn seconds(count: NonZeroU32) -> Duration {
    Duration::from_secs(count.get().into())
}
