//! What the sources of libraries never do.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::workspace::{Package, WORKSPACE};

/// A source file, and its path from the workspace's root.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Files in which unsafe code is allowed, each with its reasoning.
const UNSAFE_FILES: &[&str] = &[
    "host/device/tests/crash/vfs.rs",
    "host/engine/src/trusted.rs",
    "sdk/rust/src/allocator.rs",
    "sdk/rust/src/bindings.rs",
    "sdk/rust/src/compare.rs",
    "sdk/rust/src/held.rs",
    "sdk/rust/src/layout.rs",
    "sdk/rust/src/marker.rs",
    "sdk/rust/src/strided.rs",
];

/// Crates that hold such a file, or whose macros write such code; they deny it elsewhere.
const UNSAFE_CRATES: &[&str] = &["lockstep-bindings", "lockstep-engine", "lockstep-sdk"];

/// What only the command does, and the tests and benches; with the files that do it for a reason.
const NEVER_IN_LIBRARIES: &[(&str, &[&str])] = &[
    // Cargo says by a variable which crate a macro expands in.
    ("env::var", &["sdk/rust-macros/src/folder.rs"]),
    ("env::args", &[]),
    ("env::current_dir", &[]),
    ("env::set_", &[]),
    ("env::temp_dir", &[]),
    ("process::exit", &[]),
    ("process::abort", &[]),
    ("ExitCode", &[]),
    ("println!", &[]),
    ("eprintln!", &[]),
    ("print!(", &[]),
    ("dbg!", &[]),
    ("todo!", &[]),
    ("unimplemented!", &[]),
    ("SystemTime::now", &[]),
    ("thread_rng", &[]),
    ("HashMap::new().iter", &[]),
];

/// What no file of the host or the SDK has.
const NEVER: &[(&str, &str)] = &[
    ("#[allow(", "write `#[expect(…, reason = \"…\")]`"),
    ("// ---", "no banner lines"),
    ("// ===", "no banner lines"),
    ("/////", "no banner lines"),
];

fn collect(folder: &Path, sources: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            collect(&path, sources);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a source is text");
            let path = path.strip_prefix(&WORKSPACE.root).expect("it lies in the workspace");
            sources.push(Source { path: path.to_string_lossy().replace('\\', "/"), text });
        }
    }
}

/// All Rust files under these folders of the workspace.
pub(crate) fn sources(folders: &[&str]) -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in folders {
        collect(&WORKSPACE.root.join(folder), &mut sources);
    }
    assert!(!sources.is_empty(), "there are files in {folders:?}");
    sources
}

impl Source {
    /// The lines of code with their numbers: no comments, and no unit tests, which stand last in a file.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().zip(1..).map(|(line, number)| (number, line));
        let code = lines.take_while(|(_, line)| !line.trim_start().starts_with("#[cfg(test)]"));
        code.map(|(number, line)| (number, line.split("//").next().unwrap_or_default()))
    }
}

fn is_library(package: &Package) -> bool {
    let of_observers = ["lockstep", "lockstep-tests", "lockstep-benches"].contains(&&*package.name);
    !of_observers
}

fn library_sources() -> Vec<Source> {
    let folders: Vec<_> = WORKSPACE.members().filter(|package| is_library(package)).map(Package::folder).collect();
    let folders: Vec<_> = folders.iter().map(|folder| folder.join("src").to_string_lossy().into_owned()).collect();
    sources(&folders.iter().map(String::as_str).collect::<Vec<_>>())
}

fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn libraries_leave_environment_output_clock_and_exit_to_the_command() {
    let mut wrong = Vec::new();
    for source in library_sources() {
        for (what, excepted) in NEVER_IN_LIBRARIES {
            if excepted.contains(&&*source.path) {
                continue;
            }
            let found = source.code().filter(|(_, line)| line.contains(what));
            wrong.extend(
                found.map(|(number, _)| format!("{}:{number}: `{what}` has no place in a library", source.path)),
            );
        }
    }
    report(&wrong);
}

#[test]
fn unsafe_code_stands_in_few_files_and_every_crate_says_so() {
    let mut wrong = Vec::new();
    for package in WORKSPACE.members() {
        let folder = WORKSPACE.root.join(package.folder()).join("src");
        let root = ["lib.rs", "main.rs"].map(|name| folder.join(name)).into_iter().find(|path| path.is_file());
        let text = fs::read_to_string(root.expect("a crate has a root")).expect("a source is text");
        let word = if UNSAFE_CRATES.contains(&&*package.name) { "deny" } else { "forbid" };
        if !text.contains(&format!("#![{word}(unsafe_code)]")) {
            wrong.push(format!("{}: write #![{word}(unsafe_code)]", package.name));
        }
    }
    for source in sources(&["host", "sdk", "plugins", "benches", "tests/src", "tests/tests"]) {
        if UNSAFE_FILES.contains(&&*source.path) {
            continue;
        }
        let is_unsafe = |line: &str| {
            ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern"].map(|word| line.contains(word)) != [false; 4]
        };
        // What stands in quotes is another program's.
        let found = source.code().filter(|(_, line)| !line.contains('"') && is_unsafe(line));
        wrong.extend(found.map(|(number, _)| format!("{}:{number}: unsafe code", source.path)));
    }
    report(&wrong);
}

#[test]
fn only_the_engine_and_the_sdk_make_bindings_of_the_contract() {
    let makers = |what: &str, folders: &[&str]| -> Vec<String> {
        let sources = sources(folders).into_iter();
        sources.filter(|source| source.code().any(|(_, line)| line.contains(what))).map(|source| source.path).collect()
    };
    assert_eq!(makers("bindgen!(", &["host", "sdk", "plugins"]), ["host/engine/src/bindings/mod.rs"]);
    assert_eq!(makers("wit_bindgen::generate!", &["host", "sdk", "plugins"]), ["sdk/rust/src/bindings.rs"]);
}

#[test]
fn sources_keep_to_the_style() {
    // Code that macros write allows what it cannot know of.
    let is_generator = |path: &str| path.starts_with("sdk/rust-macros/") || path == "sdk/rust/src/bindings.rs";
    let mut wrong = Vec::new();
    for source in sources(&["host", "sdk", "plugins", "benches", "tests/src"]) {
        if is_generator(&source.path) {
            continue;
        }
        for (number, line) in (1..).zip(source.text.lines()) {
            let found = NEVER.iter().filter(|(what, _)| line.trim_start().starts_with(what));
            wrong.extend(found.map(|(_, why)| format!("{}:{number}: {why}", source.path)));
        }
    }
    report(&wrong);
}
