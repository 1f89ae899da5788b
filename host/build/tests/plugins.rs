//! Builds small plugins from source and looks at what comes out.

use std::{
    fs,
    path::{Path, PathBuf},
};

use lockstep_build::{BuildError, BuildRequest, Built, Colour, Mode, Toolchain, ToolchainOptions, build_plugin};
use lockstep_package::Sections;
use tempfile::TempDir;

/// A plugin written against the contract alone. Cargo's files go into the workspace's target folder, so that the
/// standard library is built once.
struct Sample {
    folder: TempDir,
}

impl Sample {
    fn new() -> Self {
        let sample = Self { folder: TempDir::new().unwrap() };
        let wit = project().join("wit/1.0.0");
        sample.write("Cargo.toml", include_str!("sample/Cargo.toml.txt"));
        sample.write("src/lib.rs", &include_str!("sample/lib.rs.txt").replace("WIT", &wit.display().to_string()));
        sample
    }

    fn write(&self, name: &str, text: &str) -> &Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn build(&self) -> Result<Built, BuildError> {
        let toolchain = toolchain();
        let target_folder = project().join("target/build-tests");
        let request = BuildRequest {
            folder: self.folder.path(),
            toolchain: &toolchain,
            mode: Mode::Release,
            target_folder: Some(&target_folder),
            colour: Colour::Never,
        };
        build_plugin(&request, &mut |line| eprintln!("{line}"))
    }
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn toolchain() -> Toolchain {
    Toolchain::detect(&ToolchainOptions::from_variables(|name| std::env::var_os(name))).unwrap()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_package_has_its_manifest_and_messages_and_function_names() {
    let sample = Sample::new();
    sample.write("messages/en.ftl", "too-small = Too small\n").write("messages/de.ftl", "too-small = Zu klein\n");
    let built = sample.build().unwrap();

    assert_eq!(built.locales, ["de", "en"]);
    assert_eq!(fs::read(&built.path).unwrap(), built.bytes);
    let sections = Sections::parse(&built.bytes).unwrap();
    let names: Vec<_> = sections.custom().map(|(name, _)| name).collect();
    assert_eq!(names, ["lockstep:manifest", "lockstep:messages/de", "lockstep:messages/en"]);
    assert_eq!(
        std::str::from_utf8(sections.read("lockstep:manifest").unwrap().unwrap()).unwrap(),
        r#"{"name":"sample-guest","version":"0.3.0","wit":"1.0.0"}"#
    );
    assert!(contains(&built.bytes, "a_rule_with_a_name"), "function names are gone");
}

#[test]
fn the_same_sources_give_the_same_bytes_wherever_they_lie() {
    let (one, other) = (Sample::new().build().unwrap(), Sample::new().build().unwrap());
    assert!(one.bytes == other.bytes, "two builds differ");
    for path in ["/tmp", "/home", "/root", env!("CARGO_MANIFEST_DIR"), "/usr/"] {
        assert!(!contains(&one.bytes, path), "{path} is in the package");
    }
}
