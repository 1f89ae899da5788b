//! What a package says of its publishing, and the cases in it.

use std::fs;

use lockstep_build::BuildError;
use lockstep_package::{CaseFiles, Sections, case_files};

use crate::sample::Sample;

#[expect(dead_code, reason = "other tests use all of it")]
mod sample;

const CASE: &str = "{\n  \"action\": \"update\",\n  \"document\": { \"net\": 1.50 }\n}\n";

fn with_metadata(text: &str) -> Sample {
    let sample = Sample::new();
    sample.replace("Cargo.toml", "[lib]", &format!("[package.metadata.lockstep]\n{text}\n[lib]"));
    sample
}

#[test]
fn publisher_and_prerequisites_are_in_the_manifest() {
    let text = "publisher = \"lockstep-samples\"\nhost = \">=0.1, <2\"\n\
                requires = { sales-orders = \"1.2\", inventory = \"*\" }";
    let built = with_metadata(text).build().unwrap();
    let sections = Sections::parse(&built.bytes).unwrap();
    let manifest = sections.read("lockstep:manifest").unwrap().unwrap();
    assert_eq!(
        std::str::from_utf8(manifest).unwrap(),
        r#"{"name":"sample-guest","version":"0.3.0","wit":"1.0.0","publisher":"lockstep-samples","requires":{"inventory":"*","sales-orders":"^1.2"},"host":">=0.1, <2"}"#
    );
}

#[test]
fn wrong_values_are_named_with_their_file_and_key() {
    let kebab = "write a name in kebab-case such as \"lockstep-samples\", 64 characters at most";
    for (text, key, reason) in [
        ("publisher = \"Lockstep Samples\"", "publisher", format!("is \"Lockstep Samples\": {kebab}")),
        ("publisher = 7", "publisher", format!("is 7: {kebab}")),
        ("requires = [\"a\"]", "requires", "is a table of packages, such as { sales-orders = \"1.2\" }".to_owned()),
        ("requires = { a = 1 }", "requires.a", "is 1: write versions in quotes, \"1.2\" or \">=1.2, <3\"".to_owned()),
        (
            "requires = { \"../a\" = \"1\" }",
            "requires.../a",
            "is no package's name: it has letters, digits and hyphens".to_owned(),
        ),
        ("author = \"me\"", "author", "is not known: choose one of publisher, requires, host".to_owned()),
    ] {
        let error =
            with_metadata(text).refused(&format!("FOLDER/Cargo.toml: `package.metadata.lockstep.{key}` {reason}"));
        assert!(matches!(error, BuildError::Publishing(_)), "{error}");
    }
    let error = with_metadata("host = \"soon\"").failed().to_string();
    assert!(
        error.contains("Cargo.toml: `package.metadata.lockstep.host` is \"soon\", which names no versions"),
        "{error}"
    );
}

#[test]
fn cases_and_reference_tables_are_in_the_package_in_the_order_of_their_names() {
    let sample = Sample::new();
    for name in ["second", "first", "a.b"] {
        sample.write(&format!("cases/{name}.json"), CASE);
    }
    sample.write("cases/README.md", "no case").write("reference/item.csv", "number,name\n1,\"a, b\"\n");
    let built = sample.build().unwrap();
    let sections = Sections::parse(&built.bytes).unwrap();
    let files = CaseFiles::read(&sections).unwrap();
    assert_eq!(files.cases.keys().collect::<Vec<_>>(), ["a.b", "first", "second"]);
    assert_eq!(files.cases["first"], r#"{"action":"update","document":{"net":1.50}}"#);
    assert_eq!(files.reference["item"], "number,name\n1,\"a, b\"\n");
}

#[test]
fn the_same_cases_give_the_same_bytes_in_whatever_order_they_were_written() {
    let build = |names: [&str; 3]| {
        let sample = Sample::new();
        for name in names {
            sample.write(&format!("cases/{name}.json"), CASE).write(&format!("reference/{name}.csv"), "a\n1\n");
        }
        sample.build().unwrap().bytes
    };
    let (one, other) = (build(["a", "b", "c"]), build(["c", "b", "a"]));
    assert!(Sections::parse(&one).unwrap().read(case_files::SECTION).unwrap().is_some());
    assert!(one == other, "two builds differ");
}

#[test]
fn a_case_that_is_no_json_is_named_and_nothing_is_written() {
    let sample = Sample::new();
    sample.write("cases/half.json", "{\"action\": ");
    let path = sample.failed().to_string();
    assert!(path.contains(": the case `half` is no JSON: EOF while parsing"), "{path}");
    fs::write(sample.folder.path().join("cases/half.json"), b"\xff").unwrap();
    assert!(sample.failed().to_string().contains("cases/half.json cannot be read: "));
}
