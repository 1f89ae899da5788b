//! Where compiled code is kept: a folder of the user's, or none.
//!
//! What goes wrong with it never keeps a plugin from running; it is said once, on standard error.

use std::{
    cell::Cell,
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::anyhow;
use cap_std::{ambient_authority, fs::Dir};
use lockstep_engine::{CodeCache, Engine, LoadError, Origin, Plugin};
use lockstep_model::Limits;

use crate::{args::CacheOptions, failure::sentence, output};

const FOLDER: &str = "lockstep";

/// Keeps compiled code between runs of the command.
pub(crate) struct Cache {
    kept: Option<(PathBuf, CodeCache)>,
    has_warned: Cell<bool>,
}

impl Cache {
    /// As the options have it.
    pub(crate) fn open(options: &CacheOptions) -> Self {
        let mut cache = Self { kept: None, has_warned: Cell::new(false) };
        let folder = options.cache_dir.clone().or_else(|| user_cache(&|name| env::var_os(name).map(PathBuf::from)));
        let Some(folder) = folder.filter(|_| !options.no_cache) else { return cache };
        match open(&folder) {
            Ok(code) => cache.kept = Some((folder, code)),
            Err(error) => cache.warn(&folder, &error),
        }
        cache
    }

    /// Loads a package, from compiled code where it is kept.
    pub(crate) fn load(&self, engine: &Engine, bytes: &[u8], limits: &Limits) -> Result<Plugin, LoadError> {
        let Some((folder, code)) = &self.kept else { return engine.load(bytes, limits) };
        let cached = engine.load_cached(bytes, code, limits)?;
        if let Origin::NotKept(error) = cached.origin {
            self.warn(folder, &anyhow!(error));
        }
        Ok(cached.plugin)
    }

    fn warn(&self, folder: &Path, error: &anyhow::Error) {
        if !self.has_warned.replace(true) {
            output::note(&format!(
                "compiled code is not kept in {}: {}; name another folder with --cache-dir, or none with --no-cache",
                folder.display(),
                sentence(error.as_ref())
            ));
        }
    }
}

fn open(folder: &Path) -> anyhow::Result<CodeCache> {
    fs::create_dir_all(folder)?;
    Ok(CodeCache::open(Dir::open_ambient_dir(folder, ambient_authority())?)?)
}

/// The folder for what can be made anew, by the customs of the system.
fn user_cache(variable: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let home = || variable("HOME");
    let base = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else {
        let given = variable("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
        let usual = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        given.or_else(|| home().map(|home| home.join(usual)))
    };
    base.map(|base| base.join(FOLDER))
}

#[cfg(test)]
#[cfg(not(any(windows, target_os = "macos")))]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], folder: Option<&str>) {
        let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, it)| PathBuf::from(it));
        assert_eq!(user_cache(&variable), folder.map(PathBuf::from));
    }

    #[test]
    fn the_users_cache_folder_is_the_systems() {
        check(&[("XDG_CACHE_HOME", "/c"), ("HOME", "/h")], Some("/c/lockstep"));
        check(&[("XDG_CACHE_HOME", "relative"), ("HOME", "/h")], Some("/h/.cache/lockstep"));
        check(&[], None);
    }
}
