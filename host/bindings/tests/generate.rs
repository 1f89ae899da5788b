//! The languages' sides of the interface are written, and hold all of it. `tests/bindings/run` then works with the
//! Python one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use uniffi::{GenerateOptions, TargetLanguage};

/// The library beside this test, which cargo has made with it.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("a test is a file");
    let folder = test.parent().expect("it lies in a folder");
    let file = format!("{}lockstep_bindings{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    folder.join(file)
}

/// Names that the interface has in Rust: functions, and types with their variants.
fn names() -> (Vec<String>, Vec<String>) {
    let (mut functions, mut types) = (Vec::new(), Vec::new());
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in fs::read_dir(sources).expect("sources").flatten().map(|entry| entry.path()) {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let mut is_exported = false;
        for line in text.lines().map(str::trim) {
            let name = |rest: &str| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned);
            if line.starts_with("#[uniffi::export") || line.starts_with("#[derive(") && line.contains("uniffi::") {
                is_exported = true;
            } else if let Some(rest) =
                line.strip_prefix("fn ").filter(|rest| rest.contains(" | ") && rest.contains("_blocking("))
            {
                // As `both!` takes them.
                functions.extend(rest.split(" | ").take(2).filter_map(name));
            } else if let Some(rest) = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum ")) {
                types.extend(name(rest).filter(|_| is_exported));
                is_exported = false;
            }
        }
    }
    functions.sort();
    types.sort();
    (functions, types)
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + &part[..1].to_uppercase() + &part[1..])
}

/// Where `make bindings` and `tests/bindings/run` look, too.
fn target() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bindings")
}

#[test]
fn every_language_has_the_whole_interface() {
    let (functions, types) = names();
    assert!(functions.len() > 40 && types.len() > 15, "{functions:?} {types:?}");
    let cases = [
        (TargetLanguage::Kotlin, "kotlin", "kt"),
        (TargetLanguage::Swift, "swift", "swift"),
        (TargetLanguage::Python, "python", "py"),
    ];
    for (language, name, ending) in cases {
        let folder = target().join(name);
        let source = library();
        assert!(source.is_file(), "{} is not there", source.display());
        uniffi::generate(GenerateOptions {
            languages: vec![language],
            source: source.try_into().expect("a path in UTF-8"),
            out_dir: folder.clone().try_into().expect("a path in UTF-8"),
            config_override: None,
            format: false,
            crate_filter: Some("lockstep_bindings".to_owned()),
            metadata_no_deps: true,
        })
        .expect("it can be written");
        let mut text = String::new();
        collect(&folder, ending, &mut text);
        for function in &functions {
            let wanted = if name == "python" { format!("def {function}(") } else { camel(function) };
            assert!(text.contains(&wanted), "{name} has no `{wanted}`");
        }
        for wanted in &types {
            // In Kotlin errors are exceptions by name.
            let wanted = if name == "kotlin" && wanted == "LockstepError" { "LockstepException" } else { wanted };
            assert!(text.contains(wanted), "{name} has no `{wanted}`");
        }
    }
}

fn collect(folder: &Path, ending: &str, text: &mut String) {
    for path in fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, ending, text);
        } else if path.extension().is_some_and(|found| found == ending) {
            text.push_str(&fs::read_to_string(&path).expect("text"));
        }
    }
}
