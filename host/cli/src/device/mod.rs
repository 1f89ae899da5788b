//! A device that lies in a folder: opened, with its packages, its user and the language that it speaks.

pub(crate) mod entry;
pub(crate) mod identity;

use std::{collections::hash_map::RandomState, hash::BuildHasher as _, path::Path, sync::Arc};

use anyhow::anyhow;
use lockstep_device::{
    Device, DeviceError, Enrolment, Fault, LoadFailure, Moment, Package, Packages as _, Published, RefreshError,
    Settings,
};
use lockstep_model::Date;

use crate::{
    args::device::OpenedOptions,
    clock,
    enrolment::{catalogue, enrolled},
    failure::{Failure, Result},
    limits, locale,
};

/// How large a device's file may become.
const QUOTA_BYTES: u64 = 1 << 30;

/// How long decided operations are kept: a server that was restored from a copy no older than this gets back what it lost.
const KEEP_MS: i64 = 30 * 86_400_000;

/// A device, open.
pub(crate) struct OnDevice {
    /// What it does.
    pub(crate) device: Device,
    /// What is published for it.
    pub(crate) packages: Published,
    /// To whom it belongs.
    pub(crate) enrolment: Enrolment,
    locale: String,
}

impl OnDevice {
    /// What its environment calls the device.
    pub(crate) fn id(&self) -> &str {
        &self.enrolment.device
    }

    /// The device of a folder that was enrolled. Where `today` is not given the user's day is that of UTC.
    pub(crate) fn open(options: &OpenedOptions, today: Option<&str>) -> Result<Self> {
        Self::in_folder(&options.state.state, &options.locale, today)
    }

    /// The same by its folder.
    pub(crate) fn in_folder(state: &Path, locale: &str, today: Option<&str>) -> Result<Self> {
        let today = today.map(str::parse::<Date>).transpose();
        let today = today.map_err(|error| Failure::Usage(anyhow!("--today: {error}")))?;
        let enrolment = enrolled(state)?;
        let settings = Settings {
            device: enrolment.device.clone(),
            limits: limits::EVALUATION,
            quota_bytes: QUOTA_BYTES,
            keep_ms: KEEP_MS,
            locale: locale.to_owned(),
            clock: Box::new(move || {
                let now = clock::now_exactly();
                Moment { now, today: today.unwrap_or_else(|| clock::day_of(now)) }
            }),
            // Each has keys of its own, which the system's randomness gives.
            random: Box::new(|| RandomState::new().hash_one(0)),
        };
        let packages = Published::new(catalogue(state, enrolment.clone(), limits::EVALUATION)?);
        let device = Device::open(state, Box::new(packages.clone()), settings).map_err(failure)?;
        Ok(Self { device, packages, enrolment, locale: locale.to_owned() })
    }

    /// The package of a workspace, which has to be here.
    pub(crate) fn package(&self, workspace: &str) -> Result<Arc<Package>> {
        let found = self.packages.current(workspace).map_err(|fault| failure(fault.into()))?;
        let package = found.ok_or_else(|| {
            let names = self.packages.names();
            let known = match &names[..] {
                [] => "nothing is published for this device: `lockstep device sync` asks again".to_owned(),
                names => format!("there are `{}`", names.join("`, `")),
            };
            Failure::Input(anyhow!("there is no workspace `{workspace}` here: {known}"))
        })?;
        locale::check(&package.messages, &self.locale);
        Ok(package)
    }
}

/// By whose fault a device did not do it.
pub(crate) fn failure(error: DeviceError) -> Failure {
    match error {
        DeviceError::Store(error) => Failure::Host(anyhow!(error)),
        DeviceError::Package(fault) => Failure::Package(anyhow!(fault)),
        DeviceError::Fault(_) => Failure::Plugin(anyhow!(error)),
        DeviceError::Value { .. } | DeviceError::NotSaved { .. } => Failure::Usage(anyhow!(error)),
        error => Failure::Input(anyhow!(error)),
    }
}

/// By whose fault nothing was fetched.
pub(crate) fn refresh_failure(error: &RefreshError) -> Failure {
    let said = anyhow!("{error}");
    match error.fault() {
        Fault::Network | Fault::Server => Failure::Unreachable(said),
        Fault::Token => Failure::Refused(said),
        Fault::Package => Failure::Package(said),
        Fault::Device => Failure::Host(said),
    }
}

/// By whose fault a package is not loaded.
pub(crate) fn load_failure(error: &LoadFailure) -> Failure {
    let said = anyhow!("{error}");
    match (error, error.fault()) {
        (LoadFailure::NotPublished(_), _) => Failure::Input(said),
        (_, Fault::Device) => Failure::Host(said),
        _ => Failure::Package(said),
    }
}
