//! Which server is asked, and with which token: options before the environment before the profile.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow};
use lockstep_device::{HttpSettings, HttpSettingsError, HttpTransport, Token};

use super::profile::{Profile, Profiles};
use crate::{
    args::client::ServerOptions,
    failure::{Failure, Result},
    files::check_closed,
};

const SERVER: &str = "LOCKSTEP_SERVER";
const TOKEN: &str = "LOCKSTEP_TOKEN";

/// A server, and as whom it is asked.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) address: String,
    pub(super) ca: Option<PathBuf>,
    pub(super) token: Option<Token>,
}

impl Settings {
    /// The way to the server.
    pub(super) fn transport(&self) -> Result<HttpTransport> {
        transport(&self.address, self.ca.as_deref())
    }
}

/// The way to a server at this address, whom these certificates vouch for.
pub(crate) fn transport(address: &str, ca: Option<&Path>) -> Result<HttpTransport> {
    let authorities = ca.map(|path| {
        fs::read(path)
            .with_context(|| format!("cannot read the certificates {}", path.display()))
            .map_err(Failure::Input)
    });
    let settings = HttpSettings {
        address: address.to_owned(),
        authorities: authorities.transpose()?,
        user_agent: concat!("lockstep/", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    HttpTransport::new(&settings).map_err(|error| match (&error, ca) {
        (HttpSettingsError::Certificates(_), Some(path)) => Failure::Input(anyhow!("{}: {error}", path.display())),
        _ => Failure::Usage(anyhow!(error)),
    })
}

/// As options, environment and profile have it.
pub(super) fn resolve(options: &ServerOptions) -> Result<Settings> {
    let profiles = Profiles::read()?;
    // Who names a profile wants that profile's token.
    let token = match &options.token_file {
        Some(path) => Some(read_token(path)?),
        None if options.profile.is_some() => None,
        None => token_variable()?,
    };
    merge(options, variable(SERVER)?, token, &profiles)
}

/// A profile's token goes to that profile's server and to no other.
fn merge(
    options: &ServerOptions,
    variable: Option<String>,
    token: Option<Token>,
    profiles: &Profiles,
) -> Result<Settings> {
    let named = options.server.clone().or(variable.filter(|_| options.profile.is_none()));
    let profile = match (&options.profile, &named) {
        (Some(name), _) => Some(profiles.get(name)?),
        (None, _) => profiles.default_one(),
    };
    let profile = profile.filter(|profile| named.as_ref().is_none_or(|address| is_same(address, &profile.server)));
    let address = named.or_else(|| profile.map(|profile| profile.server.clone())).ok_or_else(|| {
        Failure::Usage(anyhow!("no server is named: log in with `lockstep login`, give --server URL, or set {SERVER}"))
    })?;
    let ca = options.ca.clone().or_else(|| profile.and_then(|profile| profile.ca.clone()));
    let kept = profile.map(Profile::token).transpose()?.flatten();
    Ok(Settings { address, ca, token: token.or(kept) })
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

/// A token from its file.
pub(crate) fn read_token(path: &Path) -> Result<Token> {
    let wrong = || format!("cannot read the token {}; name a text file", path.display());
    let file = fs::File::open(path).with_context(wrong).map_err(Failure::Input)?;
    check_closed(path, &file, "a token")?;
    let text = io::read_to_string(file).with_context(wrong).map_err(Failure::Input)?;
    Token::new(&text).ok_or_else(|| wrong_token(&path.display().to_string()))
}

/// The token in the environment.
pub(crate) fn token_variable() -> Result<Option<Token>> {
    let text = variable(TOKEN)?;
    text.map(|text| Token::new(&text).ok_or_else(|| wrong_token(TOKEN))).transpose()
}

fn wrong_token(place: &str) -> Failure {
    Failure::Input(anyhow!("{place} holds no token: letters, digits and signs in one word are expected"))
}

/// A variable of the environment; an empty one is none.
pub(crate) fn variable(name: &str) -> Result<Option<String>> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(Failure::Input(anyhow!("the variable {name} is not UTF-8 text"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles() -> Profiles {
        let text = "default = \"one\"\n[profiles.one]\nserver = \"https://one\"\ntoken = \"t1\"\nca = \"/one.pem\"\n\
                    [profiles.two]\nserver = \"https://two/\"\ntoken = \"t2\"\n";
        Profiles::parse(text).unwrap()
    }

    fn check(options: &ServerOptions, variable: Option<&str>, expected: (&str, Option<&str>)) {
        let settings = merge(options, variable.map(str::to_owned), None, &profiles()).unwrap();
        let token = settings.token.as_ref().map(Token::secret);
        assert_eq!((&*settings.address, token), expected, "{options:?} {variable:?}");
    }

    #[test]
    fn options_go_before_the_environment_and_that_before_the_profile() {
        let options = ServerOptions::default();
        check(&options, None, ("https://one", Some("t1")));
        check(&options, Some("https://two"), ("https://two", None));
        let named = |server: &str| ServerOptions { server: Some(server.to_owned()), ..ServerOptions::default() };
        check(&named("https://three"), Some("https://two"), ("https://three", None));
        check(&named("https://one/"), None, ("https://one/", Some("t1")));
        let two = ServerOptions { profile: Some("two".to_owned()), ..ServerOptions::default() };
        check(&two, Some("https://three"), ("https://two/", Some("t2")));
    }

    #[test]
    fn a_profiles_token_goes_to_no_other_server() {
        let options = ServerOptions {
            profile: Some("two".to_owned()),
            server: Some("https://evil".to_owned()),
            ..ServerOptions::default()
        };
        check(&options, None, ("https://evil", None));
    }

    #[test]
    fn a_profile_that_is_not_there_is_named() {
        let options = ServerOptions { profile: Some("three".to_owned()), ..ServerOptions::default() };
        let failure = merge(&options, None, None, &profiles()).unwrap_err().to_string();
        assert!(failure.contains("`three`") && failure.contains("`one`"), "{failure}");
    }
}
