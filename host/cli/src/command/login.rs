//! `lockstep login` and `lockstep profile`.

use std::{
    fs,
    io::{self, IsTerminal as _},
};

use anyhow::{Context as _, anyhow};
use lockstep_device::Token;
use serde_json::json;

use crate::{
    args::client::{Login, Profile, ProfileCommand},
    client::{
        Client, parsed,
        profile::{self, Profiles},
        read_token, token_variable, transport,
    },
    failure::{Ending, Failure, Result},
    output::Output,
    render::style::{Grid, Tone},
    views::EnvironmentView,
};

/// Asks the server who it is, and keeps its address and the token.
pub(crate) fn login(arguments: &Login, output: &Output) -> Result<Ending> {
    let ca = arguments.ca.as_ref().map(|path| {
        let absolute =
            fs::canonicalize(path).with_context(|| format!("cannot read the certificates {}", path.display()));
        absolute.map_err(Failure::Input)
    });
    let ca = ca.transpose()?;
    let client = Client::anonymous(transport(&arguments.server, ca.as_deref())?);
    let environment: EnvironmentView = parsed(client.environment()?)?;
    let token = token(arguments)?;
    // What the server refuses is not kept, least of all over what it takes.
    client.with(token.clone()).check_token()?;
    let mut profiles = Profiles::read()?;
    let kept = profile::Profile::new(arguments.server.clone(), ca, &token);
    profiles.profiles.insert(arguments.profile.clone(), kept);
    profiles.default.get_or_insert_with(|| arguments.profile.clone());
    let path = profiles.write()?;
    let default = profiles.default.as_deref().unwrap_or_default();
    if output.is_json() {
        Output::json(&json!({
            "profile": arguments.profile, "server": arguments.server, "environment": environment.name, "file": path,
            "default": default == arguments.profile,
        }))?;
    } else {
        output.text(&format!(
            "Profile {} is for environment {} at {} (version {}); it is kept in {}.\n{}",
            Tone::Strong.paint(&arguments.profile),
            Tone::Strong.paint(environment.name),
            arguments.server,
            environment.version,
            path.display(),
            default_told(&arguments.profile, default)
        ))?;
    }
    Ok(Ending::Fine)
}

/// Which profile is taken where none is named.
fn default_told(profile: &str, default: &str) -> String {
    if profile == default {
        return "It is the default: commands take it unless --profile names another.\n".to_owned();
    }
    format!("The default is still {default}: give --profile {profile}, or run `lockstep profile use {profile}`.\n")
}

fn token(arguments: &Login) -> Result<Token> {
    if let Some(path) = &arguments.token_file {
        return read_token(path);
    }
    if let Some(token) = token_variable()? {
        return Ok(token);
    }
    let text = if io::stdin().is_terminal() {
        rpassword::prompt_password("Token: ").context("there is no terminal to ask for a token on")
    } else {
        io::read_to_string(io::stdin()).context("cannot read a token from standard input")
    };
    let token = Token::new(&text.map_err(Failure::Input)?);
    token.ok_or_else(|| Failure::Input(anyhow!("that is no token: letters, digits and signs in one word are expected")))
}

/// Lists, chooses and removes profiles.
pub(crate) fn profile(arguments: &Profile, output: &Output) -> Result<Ending> {
    let mut profiles = Profiles::read()?;
    match &arguments.command {
        ProfileCommand::List => return list(&profiles, output),
        ProfileCommand::Use { name } => {
            profiles.get(name)?;
            profiles.default = Some(name.clone());
        }
        ProfileCommand::Remove { name } => {
            profiles.get(name)?;
            profiles.profiles.remove(name);
            profiles.default.take_if(|default| default == name);
        }
    }
    profiles.write()?;
    list(&profiles, output)
}

fn list(profiles: &Profiles, output: &Output) -> Result<Ending> {
    let is_default = |name: &String| profiles.default.as_ref() == Some(name);
    if output.is_json() {
        let all = profiles.profiles.iter().map(|(name, profile)| {
            json!({
                "name": name, "server": profile.server, "ca": profile.ca, "has-token": profile.has_token(),
                "default": is_default(name),
            })
        });
        Output::json(&all.collect::<Vec<_>>())?;
        return Ok(Ending::Fine);
    }
    if profiles.profiles.is_empty() {
        output.text("There are no profiles: make one with `lockstep login`.\n")?;
        return Ok(Ending::Fine);
    }
    let mut grid = Grid::new(Output::width(), &["profile", "server", "token", ""]);
    for (name, profile) in &profiles.profiles {
        grid.row([
            Tone::Strong.cell(name),
            Tone::Plain.cell(&profile.server),
            Tone::Faint.cell(if profile.has_token() { "kept" } else { "none" }),
            Tone::Good.cell(if is_default(name) { "default" } else { "" }),
        ]);
    }
    output.text(&grid.finish(&[]))?;
    Ok(Ending::Fine)
}
