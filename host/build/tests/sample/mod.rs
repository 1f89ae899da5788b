//! A plugin written against the contract alone, to be changed and built.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use lockstep_build::{BuildError, BuildRequest, Built, Colour, Mode, Toolchain, ToolchainOptions, build_plugin};
use tempfile::TempDir;

/// All samples have one name: their files would stand in each other's way.
static ALONE: Mutex<()> = Mutex::new(());

/// A plugin's folder. Cargo's files go into the workspace's target folder, so that the
/// standard library is built once.
pub(crate) struct Sample {
    pub(crate) folder: TempDir,
}

impl Sample {
    pub(crate) fn new() -> Self {
        let sample = Self { folder: TempDir::new().unwrap() };
        let wit = project().join("wit/1.0.0");
        sample.write("Cargo.toml", include_str!("Cargo.toml.txt"));
        sample.write("src/lib.rs", &include_str!("lib.rs.txt").replace("WIT", &wit.display().to_string()));
        sample
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> &Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn replace(&self, name: &str, from: &str, to: &str) -> &Self {
        let text = fs::read_to_string(self.folder.path().join(name)).unwrap();
        assert!(text.contains(from), "{name} has no {from:?}");
        self.write(name, &text.replace(from, to))
    }

    /// Cargo goes by times, and takes what it made of another sample for ours where that is newer.
    fn touch(&self) {
        if let Ok(source) = fs::File::options().append(true).open(self.folder.path().join("src/lib.rs")) {
            source.set_modified(SystemTime::now()).unwrap();
        }
    }

    pub(crate) fn build(&self) -> Result<Built, BuildError> {
        self.request(|request| build_plugin(request, &mut |line| eprintln!("{line}")))
    }

    #[cfg(feature = "check")]
    pub(crate) fn build_checked(
        &self,
        engine: &lockstep_engine::Engine,
        limits: &lockstep_model::Limits,
    ) -> Result<Built, BuildError> {
        self.request(|request| {
            lockstep_build::build_checked_plugin(request, engine, limits, &mut |line| eprintln!("{line}"))
        })
    }

    fn request<T>(&self, build: impl FnOnce(&BuildRequest<'_>) -> T) -> T {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        self.touch();
        let (target_folder, toolchain) = (project().join("target/build-tests"), toolchain());
        build(&BuildRequest {
            folder: self.folder.path(),
            toolchain: &toolchain,
            mode: Mode::Release,
            target_folder: Some(&target_folder),
            colour: Colour::Never,
        })
    }

    #[track_caller]
    pub(crate) fn failed(&self) -> BuildError {
        self.build().map(|built| built.path).expect_err("it is built")
    }

    #[track_caller]
    pub(crate) fn refused(&self, words: &str) -> BuildError {
        let error = self.failed();
        assert_eq!(error.to_string().replace(&self.folder.path().display().to_string(), "FOLDER"), words);
        error
    }
}

fn toolchain() -> Toolchain {
    Toolchain::detect(&ToolchainOptions::from_variables(|name| std::env::var_os(name))).unwrap()
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}
