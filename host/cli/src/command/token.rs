//! `lockstep token`: a token of a server's development issuer.

use anyhow::{Context, anyhow};
use cap_std::{ambient_authority, fs::Dir};
use lockstep_server::auth::{ADMINISTRATOR, DevelopmentIssuer, Grant, PUBLISHER};

use crate::{
    args::server::Token,
    clock,
    failure::{Ending, Failure, Result},
    files::replace_secret,
    output::{self, Output},
};

/// Makes the token and prints it or writes it to its file, and nothing else, so that a shell can take it.
pub(crate) fn run(arguments: &Token, output: &Output) -> Result<Ending> {
    let Token { state, subject, roles, companies, device, locale, expires, output: file } = arguments;
    let grant = Grant {
        subject: subject.clone(),
        roles: roles.clone(),
        companies: (!companies.is_empty()).then(|| companies.clone()),
        device: device.clone(),
        locale: locale.clone(),
    };
    grant.check().map_err(|error| Failure::Usage(anyhow!("{error}")))?;
    let folder = Dir::open_ambient_dir(state, ambient_authority())
        .with_context(|| format!("cannot open {}: name the folder that `lockstep serve --state` has", state.display()))
        .map_err(Failure::Input)?;
    let issuer = DevelopmentIssuer::existing(&folder).map_err(|error| Failure::Input(error.into()))?;
    let token = issuer.token(&grant, clock::now(), *expires).map_err(|error| Failure::Host(error.into()))?;
    note_roles(roles, device.is_some());
    if let Some(file) = file {
        replace_secret(file, format!("{token}\n").as_bytes())?;
        return Ok(Ending::Fine);
    }
    if output.is_json() {
        Output::json(&serde_json::json!({ "token": token }))?;
    } else {
        output.text(&format!("{token}\n"))?;
    }
    Ok(Ending::Fine)
}

/// Says where a role is likely to be a slip: off devices there are the server's own alone.
fn note_roles(roles: &[String], is_devices: bool) {
    for role in roles.iter().filter(|role| !is_devices && ![ADMINISTRATOR, PUBLISHER].contains(&role.as_str())) {
        output::note(&format!(
            "`{role}` is no role of the server's own, which are `{ADMINISTRATOR}` and `{PUBLISHER}`: it counts where a \
             workspace or the policy names it, on a device (--device)"
        ));
    }
}
