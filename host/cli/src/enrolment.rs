//! A device's folder: to whom it belongs, and its catalogue.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow};
use cap_std::{ambient_authority, fs::Dir};
use lockstep_device::{Catalogue, Enrolment, FolderError};
use lockstep_engine::{Engine, EngineConfig, Profile};
use lockstep_model::Limits;
use lockstep_package::{VerifyingKey, key_file};
use serde::{Deserialize, Serialize};

use crate::{
    client::{Client, parsed},
    device::identity::Claims,
    failure::{Failure, Result},
    files::{key_failure, located, replace},
    limits,
    views::EnvironmentView,
};

const FILE: &str = "enrolment.json";
const CATALOGUE: &str = "catalogue";

/// To whom a device belongs, as its file has it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Kept {
    environment: String,
    key: VerifyingKey,
    device: String,
}

/// To whom the device of this folder belongs; none: it was never enrolled.
pub(crate) fn read(state: &Path) -> Result<Option<Enrolment>> {
    let path = state.join(FILE);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read.with_context(|| format!("cannot read {}", path.display())).map_err(Failure::Input)?,
    };
    let kept: Kept = serde_json::from_str(&text).map_err(|error| {
        Failure::Input(anyhow!("{}: {error}; remove the folder and refresh, to enrol the device anew", path.display()))
    })?;
    Ok(Some(Enrolment { environment: kept.environment, key: kept.key, device: kept.device }))
}

/// To whom the device of this folder belongs.
pub(crate) fn enrolled(state: &Path) -> Result<Enrolment> {
    read(state)?.ok_or_else(|| {
        Failure::Input(anyhow!(
            "{} is no device's folder yet: make it one with `lockstep device open`",
            state.display()
        ))
    })
}

/// Enrols a device with a server's environment, whose key is the named file's, else the one that the server names.
pub(crate) fn enrol(state: &Path, client: &Client, key: Option<&Path>) -> Result<Enrolment> {
    let device = Claims::of(client.token()?)?.device()?.to_owned();
    let environment: EnvironmentView = parsed(client.get("/v1/environment")?)?;
    let named = VerifyingKey::from_pem(&environment.public_key)
        .map_err(|error| Failure::Unreachable(anyhow!("the server's environment has no proper key: {error}")))?;
    let key = match key {
        None => named,
        Some(path) => {
            let (folder, name) = located(path)?;
            let key = key_file::read_public(&folder, &name).map_err(|error| key_failure(path, error))?;
            if key != named {
                return Err(Failure::Refused(anyhow!(
                    "the server's environment `{}` has the key {}, and {} holds {}: ask its administrator",
                    environment.name,
                    named.id(),
                    path.display(),
                    key.id()
                )));
            }
            key
        }
    };
    let kept = Kept { environment: environment.name, key, device };
    let text = serde_json::to_string_pretty(&kept).context("cannot write the enrolment").map_err(Failure::Host)?;
    make_folder(state)?;
    replace(&state.join(FILE), text.as_bytes())?;
    Ok(Enrolment { environment: kept.environment, key: kept.key, device: kept.device })
}

/// A device's catalogue, with a phone's engine.
pub(crate) fn catalogue(state: &Path, enrolment: Enrolment, limits: Limits) -> Result<Catalogue> {
    let folder = state.join(CATALOGUE);
    make_folder(&folder)?;
    let dir = Dir::open_ambient_dir(&folder, ambient_authority());
    let dir = dir.with_context(|| format!("cannot open {}", folder.display())).map_err(Failure::Host)?;
    let engine =
        Engine::new(&EngineConfig::device(Profile::Portable)).map_err(|error| Failure::Host(anyhow!(error)))?;
    Catalogue::open(dir, enrolment, engine, limits::for_loading(limits)).map_err(|error| folder_failure(state, &error))
}

/// The folder's own failure, with its place.
pub(crate) fn folder_failure(state: &Path, error: &FolderError) -> Failure {
    Failure::Host(anyhow!("{}: {error}", state.display()))
}

fn make_folder(folder: &Path) -> Result<PathBuf> {
    let made = fs::create_dir_all(folder).map(|()| folder.to_owned());
    made.with_context(|| format!("cannot make the folder {}", folder.display())).map_err(Failure::Host)
}
