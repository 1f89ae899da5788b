//! The doors for bytes of others, driven with the fuzz targets' corpus, with mutations of it, and with noise.
//!
//! `make fuzz` drives the same functions for as long as asked; what it finds goes into `fuzz/corpus`.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use lockstep_engine::Engine;
use lockstep_model::{
    Tables, canonical, evaluate_in_rounds,
    json::{self, Json},
};
use lockstep_tests::{
    entry_points::{LIMITS, decode_canonical, descriptor, load_component, read_json, request},
    guests,
    plugins::{self, phone, server},
};
use proptest::{
    prelude::*,
    sample::{Index, select},
};

/// A corpus is read by every test run and lies in the repository.
const CORPUS_FILE_BYTES_MAX: u64 = 64 << 10;

static SERVER: LazyLock<Engine> = LazyLock::new(server);
static PHONE: LazyLock<Engine> = LazyLock::new(phone);

fn corpus_folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target)
}

/// The files of a fuzz target's corpus.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = corpus_folder(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    let read = |path: &PathBuf| {
        let bytes = fs::read(path).expect("the file can be read");
        assert!(bytes.len() as u64 <= CORPUS_FILE_BYTES_MAX, "{} is too large for a corpus", path.display());
        bytes
    };
    paths.iter().map(read).collect()
}

/// One change of some bytes.
#[derive(Clone, Debug)]
enum Edit {
    Flip(Index, u8),
    Replace(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    /// What stands at one place comes again at another.
    Copy(Index, Index, usize),
    Truncate(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let place = any::<Index>;
    prop_oneof![
        (place(), 0..8_u8).prop_map(|(at, bit)| Edit::Flip(at, bit)),
        (place(), any::<u8>()).prop_map(|(at, byte)| Edit::Replace(at, byte)),
        (place(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        (place(), 1..17_usize).prop_map(|(at, count)| Edit::Remove(at, count)),
        (place(), place(), 1..33_usize).prop_map(|(from, to, count)| Edit::Copy(from, to, count)),
        place().prop_map(Edit::Truncate),
    ]
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let place = |at: &Index| at.index(bytes.len() + 1);
        match self {
            Self::Flip(at, bit) => {
                let at = place(at);
                bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << bit);
            }
            Self::Replace(at, with) => {
                let at = place(at);
                bytes.get_mut(at).into_iter().for_each(|byte| *byte = *with);
            }
            Self::Insert(at, more) => {
                let at = place(at);
                bytes.splice(at..at, more.iter().copied());
            }
            Self::Remove(at, count) => {
                let from = place(at);
                bytes.drain(from..(from + count).min(bytes.len()));
            }
            Self::Copy(from, to, count) => {
                let (from, to) = (place(from), place(to));
                let copied = bytes[from..(from + count).min(bytes.len())].to_vec();
                bytes.splice(to..to, copied);
            }
            Self::Truncate(at) => bytes.truncate(place(at)),
        }
    }
}

/// One of these, changed a little.
fn mutated(originals: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    (select(originals), prop::collection::vec(edit(), 0..6)).prop_map(|(mut bytes, edits)| {
        for edit in &edits {
            edit.apply(&mut bytes);
        }
        bytes
    })
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn canonical_originals() -> Vec<Vec<u8>> {
    let plugin = &plugins::all()[0];
    let documents = plugin.documents();
    let requests = (0..40).map(|seed| documents.sample(seed).request);
    let wholes = requests.flat_map(|request| {
        let document = canonical::encode_document(&request.document);
        [document, canonical::encode_request(&request), canonical::encode_context(&request.context)]
    });
    wholes.chain(corpus("canonical")).collect()
}

/// With `LOCKSTEP_WRITE_CORPUS` set it writes the canonical bytes and components first, after these have changed.
#[test]
fn the_corpus_is_replayed() {
    if std::env::var_os("LOCKSTEP_WRITE_CORPUS").is_some() {
        write_corpus();
    }
    for bytes in corpus("json") {
        read_json(&bytes);
    }
    for bytes in corpus("canonical") {
        decode_canonical(&bytes);
    }
    for bytes in corpus("component") {
        load_component(&SERVER, &bytes);
        load_component(&PHONE, &bytes);
    }
}

#[test]
fn the_corpus_holds_what_is_let_in() {
    let (descriptor, request) = (descriptor(), request());
    let trees = corpus("json").into_iter().filter_map(|bytes| Json::parse(std::str::from_utf8(&bytes).ok()?).ok());
    let trees: Vec<_> = trees.collect();
    let reads = |read: &dyn Fn(&Json) -> bool| trees.iter().any(read);
    assert!(reads(&|json| json::read_document(json, &descriptor).is_ok_and(|(_, document)| document.stored.is_none())));
    assert!(reads(&|json| json::read_document(json, &descriptor).is_ok_and(|(_, document)| document.stored.is_some())));
    assert!(reads(&|json| json::read_context(json).is_ok()), "a context");
    let close = &descriptor.entities[0].actions[1];
    assert!(reads(&|json| json.get("reason").is_some() && json::read_arguments(json, close).is_ok()), "arguments");
    let outcome = trees.iter().find(|json| json.get("issues").is_some()).expect("an outcome");
    json::read_outcome(outcome, &request, &descriptor).expect("an outcome");
    assert!(reads(&|json| json::read_tagged(json).is_ok()), "a value under its type");
    assert!(reads(&|json| Tables::new(&descriptor).add_json("customer", json).is_ok()), "rows");

    let canonical = corpus("canonical");
    let decodes = |decode: fn(&[u8]) -> bool| canonical.iter().any(|bytes| decode(bytes));
    assert!(decodes(|bytes| canonical::decode_document(bytes).is_ok()), "a document");
    assert!(decodes(|bytes| canonical::decode_request(bytes).is_ok()), "a request");
    assert!(decodes(|bytes| canonical::decode_outcome(bytes).is_ok()), "an outcome");
    assert!(decodes(|bytes| canonical::decode_descriptor(bytes).is_ok()), "a descriptor");
    assert!(decodes(|bytes| canonical::decode_context(bytes).is_ok()), "a context");

    assert!(corpus("component").iter().any(|bytes| SERVER.load(bytes, &LIMITS).is_ok()), "a plugin");
}

/// Writes the part of the corpus that follows from the encoding and the contract.
fn write_corpus() {
    let plugin = &plugins::all()[0];
    let documents = plugin.documents();
    let sample = documents.sample(3);
    let concluded = evaluate_in_rounds(
        &plugin.native,
        plugin.native.descriptor(),
        sample.request,
        plugin.reference.tables(None),
        &plugins::LIMITS,
    );
    let concluded = concluded.expect("it has an outcome");
    let folder = corpus_folder("canonical");
    let write = |name: &str, bytes: Vec<u8>| fs::write(folder.join(name), bytes).expect("the corpus can be written");
    write("document", canonical::encode_document(&concluded.request.document));
    write("request", canonical::encode_request(&concluded.request));
    write("outcome", canonical::encode_outcome(&concluded.outcome));
    write("context", canonical::encode_context(&concluded.request.context));
    write("descriptor", canonical::encode_descriptor(&descriptor()));
    write("document-of-two-lines", canonical::encode_document(&request().document));
    let folder = corpus_folder("component");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).expect("the corpus can be written");
    write("nothing", b"");
    write("module", b"\0asm\x01\0\0\0");
    write("empty-component", b"\0asm\x0d\0\x01\0");
    write("component-in-component", b"\0asm\x0d\0\x01\0\x04\x08\0asm\x0d\0\x01\0");
    write("plugin", guests::COUNTER);
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn changed_json_is_read_or_refused(bytes in mutated(corpus("json"))) {
        read_json(&bytes);
    }

    #[test]
    fn noise_that_looks_like_json_is_read_or_refused(text in r#"[-{}\[\]:,"0-9.eE+ a-z\\u\n]{0,60}"#) {
        read_json(text.as_bytes());
    }

    #[test]
    fn changed_canonical_bytes_are_decoded_or_refused(bytes in mutated(canonical_originals())) {
        decode_canonical(&bytes);
    }

    #[test]
    fn noise_is_decoded_or_refused(kind in 0..8_u8, noise in prop::collection::vec(any::<u8>(), 0..200)) {
        decode_canonical(&noise);
        decode_canonical(&[&[kind, 1][..], &noise].concat());
    }
}

proptest! {
    // Each may be compiled.
    #![proptest_config(config(150))]

    #[test]
    fn changed_components_load_or_are_refused(
        bytes in mutated([corpus("component"), vec![guests::TEN_FIELDS.to_vec(), guests::PANICKING_RULE.to_vec()]].concat()),
    ) {
        load_component(&SERVER, &bytes);
    }
}
