//! `lockstep token`: a token of a server's development issuer.

use anyhow::{Context, anyhow};
use cap_std::{ambient_authority, fs::Dir};
use lockstep_server::auth::{DevelopmentIssuer, Grant};

use crate::{
    args::server::Token,
    clock,
    failure::{Ending, Failure, Result},
    output::Output,
};

/// Makes the token and prints it, and nothing else, so that a shell can take it.
pub(crate) fn run(arguments: &Token, output: &Output) -> Result<Ending> {
    let Token { state, subject, roles, companies, device, locale, expires } = arguments;
    let folder = Dir::open_ambient_dir(state, ambient_authority())
        .with_context(|| format!("cannot open {}: name the folder that `lockstep serve --state` has", state.display()))
        .map_err(Failure::Input)?;
    let issuer = DevelopmentIssuer::open(&folder).map_err(|error| Failure::Input(error.into()))?;
    let grant = Grant {
        subject: subject.clone(),
        roles: roles.clone(),
        companies: (!companies.is_empty()).then(|| companies.clone()),
        device: device.clone(),
        locale: locale.clone(),
    };
    grant.check().map_err(|error| Failure::Usage(anyhow!("{error}")))?;
    let token = issuer.token(&grant, clock::now(), *expires).map_err(|error| Failure::Host(error.into()))?;
    if output.is_json() {
        Output::json(&serde_json::json!({ "token": token }))?;
    } else {
        output.text(&format!("{token}\n"))?;
    }
    Ok(Ending::Fine)
}
