//! What an app tells a device.

use std::sync::Arc;

use lockstep_device as core;
use lockstep_model as model;

use crate::error::{Error, settings as wrong};

/// How a device is opened.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Settings {
    /// The folder of the device's own, which is made where there is none.
    pub folder: String,
    /// What the environment calls the device.
    pub device: String,
    /// The environment's name.
    pub environment: String,
    /// The key with which the environment signs what it publishes: 64 hexadecimal digits, or a PEM file's text.
    pub environment_key: String,
    /// The server's address, such as `https://lockstep.example.com`.
    pub address: String,
    /// The certificates (PEM) of those who may vouch for the server; none: those that the system trusts.
    pub authorities: Option<Vec<u8>>,
    /// The user's locale, such as `de-AT`.
    pub locale: String,
    /// How large the file may become, in bytes.
    pub quota_bytes: u64,
    /// How long decided operations are kept, in days.
    pub keep_days: u32,
    /// What an evaluation may take; [`usual_limits`] are fine for most.
    pub limits: Limits,
    /// 32 bytes with which the file is encrypted; none: it is not.
    pub key: Option<Vec<u8>>,
}

/// What one evaluation may take.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Limits {
    /// Units of work.
    pub fuel: u64,
    /// Units of work for starting.
    pub instantiation_fuel: u64,
    /// Memory, in bytes.
    pub memory_bytes: u32,
    /// Elements of tables.
    pub table_elements: u32,
    /// What goes in, in bytes.
    pub input_bytes: u32,
    /// What comes out, in bytes.
    pub output_bytes: u32,
    /// Issues.
    pub issues: u32,
    /// Patches.
    pub patches: u32,
    /// Look-ups.
    pub look_ups: u32,
    /// Evaluations until there is an outcome.
    pub rounds: u32,
    /// By the clock, in ms.
    pub wall_clock_ms: u64,
}

/// Limits for a phone: more than the samples need by far, and less than what would be felt.
#[uniffi::export]
pub fn usual_limits() -> Limits {
    Limits {
        fuel: 1_000_000_000,
        instantiation_fuel: 50_000_000,
        memory_bytes: 64 << 20,
        table_elements: 10_000,
        input_bytes: 16 << 20,
        output_bytes: 16 << 20,
        issues: 1_000,
        patches: 1_000,
        look_ups: 10_000,
        rounds: 32,
        wall_clock_ms: 10_000,
    }
}

impl Limits {
    pub(crate) fn model(&self) -> model::Limits {
        model::Limits {
            fuel: self.fuel,
            instantiation_fuel: self.instantiation_fuel,
            memory_bytes: self.memory_bytes as usize,
            table_elements: self.table_elements as usize,
            input_bytes: self.input_bytes as usize,
            output_bytes: self.output_bytes as usize,
            issues: self.issues as usize,
            patches: self.patches as usize,
            // Log lines are a development build's, which no device loads.
            log_lines: 0,
            look_ups: self.look_ups as usize,
            rounds: self.rounds,
            wall_clock_ms: self.wall_clock_ms,
        }
    }
}

/// What only the system knows.
#[uniffi::export(with_foreign)]
pub trait Platform: Send + Sync {
    /// What time it is, in ms since 1970-01-01, UTC.
    fn now_ms(&self) -> i64;

    /// How far the user's clock is before UTC now, in minutes.
    fn utc_offset_minutes(&self) -> i32;

    /// A number that nobody can guess, another one each time.
    fn random(&self) -> u64;
}

const DAY_MS: i64 = 86_400_000;

fn moment(platform: &dyn Platform) -> core::Moment {
    let now = platform.now_ms();
    let local = now.saturating_add(i64::from(platform.utc_offset_minutes()) * 60_000);
    core::Moment { now: model::Timestamp(now), today: model::Date(local.div_euclid(DAY_MS) as i32) }
}

impl Settings {
    pub(crate) fn core(&self, platform: Arc<dyn Platform>) -> core::Settings {
        let (clock, random) = (platform.clone(), platform);
        core::Settings {
            device: self.device.clone(),
            limits: self.limits.model(),
            quota_bytes: self.quota_bytes,
            keep_ms: i64::from(self.keep_days) * DAY_MS,
            locale: self.locale.clone(),
            clock: Box::new(move || moment(&*clock)),
            random: Box::new(move || random.random()),
        }
    }

    pub(crate) fn http(&self) -> Result<core::HttpTransport, Error> {
        Ok(core::HttpTransport::new(&core::HttpSettings {
            address: self.address.clone(),
            authorities: self.authorities.clone(),
            user_agent: format!("lockstep-device/{}", env!("CARGO_PKG_VERSION")),
        })?)
    }

    /// With the feature `sqlcipher` the key; without it there is none.
    #[cfg(feature = "sqlcipher")]
    pub(crate) fn file_key(&self) -> Result<Option<core::FileKey>, Error> {
        let key = self.key.as_deref().map(<[u8; 32]>::try_from).transpose();
        Ok(key.map_err(|_| wrong("the key has 32 bytes"))?.map(core::FileKey::new))
    }

    /// With the feature `sqlcipher` the key; without it there is none.
    #[cfg(not(feature = "sqlcipher"))]
    pub(crate) fn file_key(&self) -> Result<Option<std::convert::Infallible>, Error> {
        match self.key {
            None => Ok(None),
            Some(_) => Err(wrong("this library was built without encryption: build it with the feature `sqlcipher`")),
        }
    }

    pub(crate) fn enrolment(&self) -> Result<core::Enrolment, Error> {
        core::Enrolment::new(&self.environment, &self.environment_key, &self.device).map_err(wrong)
    }
}
