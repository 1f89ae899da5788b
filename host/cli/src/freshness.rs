//! Whether a crate's package is as new as all that it was built from, told without cargo or a compiler.
//!
//! Cargo leaves a list of the sources of each module beside it, those of other crates on this disk among them. What is
//! not in it and changes a package all the same are the manifest, the lock file, the messages, the cases, the reference
//! tables and the workspace.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use lockstep_package::{Sections, case_files, workspace};

/// Where cargo puts modules and their lists within the target folder.
const MODULES: &str = "guest/wasm32-unknown-unknown/guest";

/// The folder's package, if there is one and nothing that it was built from is newer, and what is in it.
pub(crate) fn package_if_fresh(folder: &Path) -> Option<(PathBuf, Vec<u8>)> {
    let folder = folder.canonicalize().ok()?;
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let name = crate_name(&manifest)?;
    let target = folder.ancestors().map(|above| above.join("target")).find(|target| target.is_dir())?;
    let package = target.join("lockstep").join(format!("{name}.wasm"));
    let built = modified(&package)?;

    let list = target.join(MODULES).join(format!("{}.d", name.replace('-', "_")));
    let mut sources = listed_sources(&fs::read_to_string(list).ok()?);
    sources.extend(["messages", "cases", "reference"].into_iter().flat_map(|name| files(&folder.join(name))));
    sources.push(folder.join("Cargo.toml"));
    sources.extend(folder.ancestors().map(|above| above.join("Cargo.lock")).find(|lock| lock.is_file()));
    let workspace = Some(folder.join(workspace::FILE)).filter(|file| file.is_file());
    let has_workspace = workspace.is_some();
    sources.extend(workspace);
    let is_newer = |source: &PathBuf| modified(source).is_none_or(|changed| changed > built);
    if sources.iter().any(is_newer) {
        return None;
    }
    // What was taken away, or not known to the command that built the package, has no time to tell.
    let has =
        |name: &str, ending| files(&folder.join(name)).iter().any(|file| file.extension() == Some(OsStr::new(ending)));
    let has_cases = has("cases", "json") || has("reference", "csv");
    let bytes = fs::read(&package).ok()?;
    let holds = |section| Some(Sections::parse(&bytes).ok()?.read(section).ok()?.is_some());
    let is_whole = holds(workspace::SECTION)? == has_workspace && holds(case_files::SECTION)? == has_cases;
    is_whole.then_some((package, bytes))
}

/// Where development builds go, so that they never stand in for a package to be shipped.
pub(crate) fn development_folder(folder: &Path) -> PathBuf {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let root = folder.ancestors().find(|above| above.join("Cargo.lock").is_file()).unwrap_or(&folder);
    root.join("target").join("development")
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// What is in a folder, and the folder itself: a file that was taken away changes it. Nothing where there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().map(|entry| entry.path()).chain([folder.to_owned()]).collect()
}

/// The name in a manifest's `[package]`.
fn crate_name(manifest: &str) -> Option<&str> {
    let package = manifest.lines().map(str::trim).skip_while(|line| *line != "[package]").skip(1);
    let mut lines = package.take_while(|line| !line.starts_with('['));
    let value = lines.find_map(|line| line.strip_prefix("name")?.trim_start().strip_prefix('='))?;
    value.trim().strip_prefix('"')?.split('"').next()
}

/// The sources in a list that cargo wrote: `made: source source`, with spaces in names after a backslash.
fn listed_sources(list: &str) -> Vec<PathBuf> {
    let sources = list.lines().filter_map(|line| line.split_once(": ")).map(|(_, sources)| sources);
    let kept = |text: &str| text.replace("\\ ", "\0");
    sources
        .flat_map(|sources| {
            kept(sources).split_whitespace().map(|name| PathBuf::from(name.replace('\0', " "))).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A crate's folder, as if cargo had built it.
    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new() -> Self {
            let folder = Self(tempfile::tempdir().unwrap());
            folder.write("Cargo.toml", b"[package]\nname = \"orders\"\n");
            folder.write("Cargo.lock", b"");
            folder.write(&format!("target/{MODULES}/orders.d"), b"orders.wasm:\n");
            folder
        }

        fn write(&self, name: &str, contents: &[u8]) -> fs::File {
            let path = self.0.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, contents).unwrap();
            fs::File::options().write(true).open(path).unwrap()
        }

        fn is_fresh(&self) -> bool {
            package_if_fresh(self.0.path()).is_some()
        }
    }

    #[test]
    fn a_package_with_a_workspace_is_fresh_while_its_file_is_there_and_older() {
        let folder = Folder::new();
        let workspace = folder.write(workspace::FILE, b"");
        let mut package = b"\0asm\x0d\0\x01\0".to_vec();
        folder.write("target/lockstep/orders.wasm", &package);
        assert!(!folder.is_fresh(), "it was built without a workspace");
        lockstep_package::sections::append(&mut package, workspace::SECTION, b"{}").unwrap();
        folder.write("target/lockstep/orders.wasm", &package);
        assert!(folder.is_fresh());
        workspace.set_modified(SystemTime::now() + Duration::from_mins(1)).unwrap();
        assert!(!folder.is_fresh(), "the file is newer");
        fs::remove_file(folder.0.path().join(workspace::FILE)).unwrap();
        assert!(!folder.is_fresh(), "the file is gone");
    }

    #[test]
    fn a_package_is_fresh_with_the_cases_that_are_there_and_older() {
        let folder = Folder::new();
        folder.write("cases/README.md", b"");
        let mut package = b"\0asm\x0d\0\x01\0".to_vec();
        folder.write("target/lockstep/orders.wasm", &package);
        assert!(folder.is_fresh(), "there is no case");
        let case = folder.write("cases/first.json", b"{}");
        folder.write("target/lockstep/orders.wasm", &package);
        assert!(!folder.is_fresh(), "it was built without its case");
        lockstep_package::sections::append(&mut package, case_files::SECTION, b"").unwrap();
        folder.write("target/lockstep/orders.wasm", &package);
        assert!(folder.is_fresh());
        case.set_modified(SystemTime::now() + Duration::from_mins(1)).unwrap();
        assert!(!folder.is_fresh(), "the case is newer");
    }

    #[test]
    fn the_name_is_that_of_the_package() {
        let manifest = "[lib]\nname = \"other\"\n\n[package]\nversion = \"1.0.0\"\nname = \"orders\" # here\n\n[x]\n";
        assert_eq!(crate_name(manifest), Some("orders"));
        assert_eq!(crate_name("[workspace]\nmembers = []\n"), None);
    }

    #[test]
    fn names_with_spaces_are_read_whole() {
        let sources = listed_sources("/t/a.wasm: /my\\ plugins/src/lib.rs /sdk/lib.rs\n");
        assert_eq!(sources, [PathBuf::from("/my plugins/src/lib.rs"), PathBuf::from("/sdk/lib.rs")]);
    }
}
