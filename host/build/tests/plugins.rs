//! Builds small plugins from source and looks at what comes out.

use std::fs;

use lockstep_build::{BuildError, CompileError, ComponentError};
use lockstep_package::Sections;

use crate::sample::Sample;

#[expect(dead_code, reason = "other tests use all of it")]
mod sample;

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_package_has_its_manifest_its_messages_and_its_functions_names() {
    let sample = Sample::new();
    sample.write("messages/en.ftl", "too-small = Too small\n").write("messages/de.ftl", "too-small = Zu klein\n");
    let built = sample.build().unwrap();

    assert_eq!(built.locales, ["de", "en"]);
    assert_eq!(fs::read(&built.path).unwrap(), built.bytes);
    let sections = Sections::parse(&built.bytes).unwrap();
    let names: Vec<_> = sections.custom().map(|(name, _)| name).collect();
    assert_eq!(names, ["lockstep:manifest", "lockstep:messages/de", "lockstep:messages/en"]);
    let manifest = sections.read("lockstep:manifest").unwrap().unwrap();
    assert_eq!(std::str::from_utf8(manifest).unwrap(), r#"{"name":"sample-guest","version":"0.3.0","wit":"1.0.0"}"#);
    assert!(contains(&built.bytes, "sample_guest::Sample::a_rule_with_a_name"), "function names are gone");
}

#[test]
fn the_same_sources_give_the_same_bytes_wherever_they_lie() {
    let (one, other) = (Sample::new().build().unwrap(), Sample::new().build().unwrap());
    assert!(one.bytes == other.bytes, "two builds differ");
    for path in ["/tmp", "/home", "/root", "/usr/", ".cargo", ".rustup", env!("CARGO_MANIFEST_DIR")] {
        assert!(!contains(&one.bytes, path), "{path} is in the package");
    }
}

#[test]
fn what_does_not_compile_is_refused_with_what_cargo_said() {
    let sample = Sample::new();
    sample.replace("src/lib.rs", "Decimal::ONE_HUNDRED", "Decimal::ONE_THOUSAND_AND_ONE");
    let error = sample.refused("FOLDER does not compile: cargo's messages say why");
    let BuildError::Compile(CompileError::Failed { said, .. }) = error else { panic!("{error}") };
    assert!(said.iter().any(|line| line.contains("ONE_THOUSAND_AND_ONE")), "{said:?}");
}

#[test]
fn what_imports_something_is_refused_with_its_name() {
    let sample = Sample::new();
    sample.replace(
        "src/lib.rs",
        "export!(Sample);",
        "export!(Sample);\n#[link(wasm_import_module = \"clock\")]\nunsafe extern \"C\" { fn now() -> i64; }",
    );
    sample.replace("src/lib.rs", "ONE_HUNDRED", "from(unsafe { now() })");
    let error = sample.failed();
    let BuildError::Component(ComponentError::Import { module, name }) = error else { panic!("{error}") };
    assert_eq!((module.as_str(), name.as_str()), ("clock", "now"));
}

#[test]
fn what_does_not_export_the_contract_is_refused() {
    let sample = Sample::new();
    sample.write("src/lib.rs", "//! Nothing.\n");
    sample.refused("the plugin does not export `lockstep:logic/logic`: its lib.rs needs `lockstep_sdk::plugin! { … }`");
}

#[test]
fn what_is_no_plugin_crate_is_refused_before_anything_is_compiled() {
    let sample = Sample::new();
    sample.replace("Cargo.toml", "[\"cdylib\"]", "[\"rlib\"]");
    sample.refused("FOLDER/Cargo.toml makes no module: add `crate-type = [\"cdylib\", \"rlib\"]` to its [lib]");
    let member = include_str!("sample/Cargo.toml.txt").replace("[workspace]", "");
    sample.write("plugin/Cargo.toml", &member).write("plugin/src/lib.rs", "//! Nothing.\n");
    sample.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"plugin\"]\n");
    sample.refused("FOLDER is a workspace, not a plugin: name the folder of one of its crates");
    sample.write("Cargo.toml", "[package\n");
    let error = sample.failed();
    assert!(matches!(error, BuildError::Compile(CompileError::Manifest { .. })), "{error}");
    fs::remove_file(sample.folder.path().join("Cargo.toml")).unwrap();
    sample.refused("there is no Cargo.toml in FOLDER: name a plugin's folder, or begin one with `lockstep new NAME`");
}

#[test]
fn a_message_file_that_cannot_be_read_is_named() {
    let sample = Sample::new();
    sample.write("messages/en.ftl", "too-small = { $minimum\n");
    sample.refused(
        "FOLDER/messages/en.ftl: the messages of `en` cannot be read at line 2: Expected a token starting with \"}\"",
    );
}

#[test]
fn a_workspace_is_in_the_package_and_one_that_cannot_be_read_is_named_with_its_line() {
    let sample = Sample::new();
    let good = "title = \"a\"\nicon = \"b\"\ncolor = \"c\"\nroles = [\"d\"]\n[[page]]\nname = \"e\"\nkind = \"list\"\n\
                title = \"f\"\nentity = \"g\"\ncolumns = [\"h\"]\n";
    sample.write("workspace.toml", good);
    let built = sample.build().unwrap();
    let sections = Sections::parse(&built.bytes).unwrap();
    assert_eq!(sections.custom().map(|(name, _)| name).last(), Some("lockstep:workspace"));
    sample.write("workspace.toml", &good.replace("kind = \"list\"", "kind = \"heap\""));
    sample.refused("FOLDER/workspace.toml:7:8: there is no kind of page `heap`: choose `list` or `detail`");
}

#[test]
fn a_crate_that_wants_other_settings_gets_ours() {
    let sample = Sample::new();
    sample.replace(
        "Cargo.toml",
        "[workspace]",
        "[profile.release]\noverflow-checks = false\nstrip = true\n[workspace]",
    );
    let (own, plain) = (sample.build().unwrap(), Sample::new().build().unwrap());
    assert!(own.bytes == plain.bytes, "the crate's own profile counts");
}
