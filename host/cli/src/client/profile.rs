//! The profiles: servers' addresses and tokens, in a file that its owner alone can read.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow};
use cap_std::{ambient_authority, fs::Dir};
use cap_tempfile::TempFile;
use lockstep_device::Token;
use serde::{Deserialize, Serialize};

use crate::{
    failure::{Failure, Result},
    files::{check_closed, close, make_folder},
};

const FILE: &str = "profiles.toml";

/// All profiles.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Profiles {
    /// The one that is taken where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default: Option<String>,
    /// By their names.
    #[serde(default)]
    pub(crate) profiles: BTreeMap<String, Profile>,
}

/// A server, and as whom it is asked.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Profile {
    /// The server's address.
    pub(crate) server: String,
    /// The certificates of who may vouch for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ca: Option<PathBuf>,
    /// A secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl Profile {
    /// A profile of this server and token.
    pub(crate) fn new(server: String, ca: Option<PathBuf>, token: &Token) -> Self {
        Self { server, ca, token: Some(token.secret().to_owned()) }
    }

    /// Its token.
    pub(super) fn token(&self) -> Result<Option<Token>> {
        let Some(text) = &self.token else { return Ok(None) };
        let token = Token::new(text);
        token.map(Some).ok_or_else(|| Failure::Input(anyhow!("the profile's token is none: log in again")))
    }

    /// Whether it has a token.
    pub(crate) fn has_token(&self) -> bool {
        self.token.is_some()
    }
}

impl Profiles {
    /// The user's profiles; none where there is no file.
    pub(crate) fn read() -> Result<Self> {
        let Some(path) = file() else { return Ok(Self::default()) };
        let opened = match fs::File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            opened => opened.with_context(|| format!("cannot read {}", path.display())).map_err(Failure::Input)?,
        };
        check_closed(&path, &opened, "tokens")?;
        let text = io::read_to_string(opened);
        let text = text.with_context(|| format!("cannot read {}", path.display())).map_err(Failure::Input)?;
        Self::parse(&text).map_err(|error| Failure::Input(anyhow!("{}: {error}", path.display())))
    }

    /// What a file's text says. The error shows none of the text, for there are tokens in it.
    pub(super) fn parse(text: &str) -> std::result::Result<Self, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            format!("line {line} is not what a profile has: `server`, `ca` and `token`; put it right or log in anew")
        })
    }

    /// Writes them, for their owner alone.
    pub(crate) fn write(&self) -> Result<PathBuf> {
        let path = file().ok_or_else(|| {
            Failure::Host(anyhow!("there is no place for profiles: set HOME, or XDG_CONFIG_HOME to an absolute path"))
        })?;
        let text = toml::to_string(self).context("cannot write the profiles").map_err(Failure::Host)?;
        let write = || {
            let folder = path.parent().unwrap_or(Path::new("/"));
            make_folder(folder)?;
            let folder = Dir::open_ambient_dir(folder, ambient_authority())?;
            let mut file = TempFile::new(&folder)?;
            close(file.as_file())?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.replace(FILE)
        };
        write().with_context(|| format!("cannot write {}", path.display())).map_err(Failure::Host)?;
        Ok(path)
    }

    /// The profile of this name.
    pub(crate) fn get(&self, name: &str) -> Result<&Profile> {
        self.profiles.get(name).ok_or_else(|| {
            let names: Vec<_> = self.profiles.keys().map(|name| format!("`{name}`")).collect();
            let known =
                if names.is_empty() { "there is none".to_owned() } else { format!("there are {}", names.join(", ")) };
            Failure::Usage(anyhow!("there is no profile `{name}`: {known}; make it with `lockstep login`"))
        })
    }

    /// The one that is taken where none is named.
    pub(super) fn default_one(&self) -> Option<&Profile> {
        self.profiles.get(self.default.as_ref()?)
    }
}

/// The file, by the customs of the system.
fn file() -> Option<PathBuf> {
    folder(&|name| env::var_os(name).map(PathBuf::from)).map(|folder| folder.join("lockstep").join(FILE))
}

fn folder(variable: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if cfg!(windows) {
        return variable("APPDATA");
    }
    let given = variable("XDG_CONFIG_HOME").filter(|folder| folder.is_absolute());
    given.or_else(|| variable("HOME").map(|home| home.join(".config")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_folder_is_the_systems() {
        let check = |variables: &[(&str, &str)], expected: Option<&str>| {
            let variable =
                |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, it)| PathBuf::from(it));
            assert_eq!(folder(&variable), expected.map(PathBuf::from));
        };
        check(&[("XDG_CONFIG_HOME", "/c"), ("HOME", "/h")], Some("/c"));
        check(&[("XDG_CONFIG_HOME", "relative"), ("HOME", "/h")], Some("/h/.config"));
        check(&[], None);
    }

    #[test]
    fn what_is_wrong_with_the_file_is_said_without_its_secrets() {
        for text in ["[profiles.a]\nserver = 1\ntoken = \"secret\"", "[profiles.a]\ntoken = \"secret", "secret"] {
            let said = Profiles::parse(text).map(|_| ()).unwrap_err();
            assert!(said.contains("line ") && !said.contains("secret"), "{said}");
        }
    }
}
