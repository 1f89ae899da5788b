//! Cases in a package.

use std::collections::BTreeMap;

use lockstep_package::{
    CaseFiles, Sections,
    case_files::{self, BYTES_MAX, CaseFilesError},
    sections,
};
use miniz_oxide::deflate::compress_to_vec;

use crate::support::unsigned;

fn of(files: [(&str, &str); 2]) -> BTreeMap<String, String> {
    files.map(|(name, text)| (name.to_owned(), text.to_owned())).into()
}

fn read(section: &[u8]) -> Result<CaseFiles, CaseFilesError> {
    let mut package = unsigned();
    sections::append(&mut package, case_files::SECTION, section).unwrap();
    CaseFiles::read(&Sections::parse(&package).unwrap())
}

#[test]
fn cases_come_back_as_they_were_but_for_space_and_their_bytes_are_always_the_same() {
    let files = CaseFiles {
        cases: of([("b", "{ \"net\": 1.50,\n \"text\": \"a  b\" }"), ("a", "{}")]),
        reference: of([("item", "number,name\r\n1,\"a\"\"b\"\r\n"), ("empty", "")]),
    };
    let written = || {
        let mut package = unsigned();
        files.append_to(&mut package).unwrap();
        package
    };
    let package = written();
    assert_eq!(package, written());
    let read = CaseFiles::read(&Sections::parse(&package).unwrap()).unwrap();
    assert_eq!(read.cases, of([("b", r#"{"net":1.50,"text":"a  b"}"#), ("a", "{}")]));
    assert_eq!(read.reference, files.reference);
}

#[test]
fn a_package_without_cases_has_no_section() {
    let mut package = unsigned();
    CaseFiles::default().append_to(&mut package).unwrap();
    assert_eq!(package, unsigned());
    assert!(CaseFiles::read(&Sections::parse(&package).unwrap()).unwrap().is_empty());
}

#[test]
fn a_section_that_would_fill_the_memory_is_refused() {
    // 64 MiB of space, in 64 KiB.
    let bomb = compress_to_vec(&vec![b' '; 64 << 20], 9);
    assert!(bomb.len() < 100_000);
    assert!(matches!(read(&bomb), Err(CaseFilesError::TooLarge)));
    let just = [r#"{"cases":{},"reference":{}"#.as_bytes(), &vec![b' '; BYTES_MAX - 27], b"}"].concat();
    assert!(read(&compress_to_vec(&just, 1)).unwrap().is_empty());
    let large = CaseFiles { reference: of([("a", &"x".repeat(BYTES_MAX)), ("b", "")]), ..CaseFiles::default() };
    assert!(matches!(large.append_to(&mut unsigned()), Err(CaseFilesError::TooLarge)));
}

#[test]
fn a_section_that_is_something_else_is_refused() {
    let sound = compress_to_vec(br#"{"cases":{"a":{}},"reference":{}}"#, 9);
    assert_eq!(read(&sound).unwrap().cases["a"], "{}");
    for length in 0..sound.len() {
        assert!(matches!(read(&sound[..length]), Err(CaseFilesError::Malformed(_))), "{length} bytes are accepted");
    }
    for json in ["", "[]", "{}", r#"{"cases":{}}"#, r#"{"cases":{},"reference":{},"more":1}"#, r#"{"cases":{"a":{"#] {
        assert!(matches!(read(&compress_to_vec(json.as_bytes(), 9)), Err(CaseFilesError::Malformed(_))), "{json}");
    }
}
