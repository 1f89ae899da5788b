//! The doors through which bytes of others come in: JSON, canonical bytes, components.
//!
//! Whatever the bytes, nothing panics and nothing takes long; and what is let in comes out the same again. Fuzz
//! targets and the tests drive these functions alike, so this file needs the model and the engine alone.

use std::sync::LazyLock;

use lockstep_engine::{Engine, inspect};
use lockstep_model::{
    Evaluate, Limits, Request, Tables,
    canonical::{self, CanonicalError},
    json::{self, Json},
    schema::Descriptor,
};

mod plugin;

pub use plugin::{descriptor, request};

static DESCRIPTOR: LazyLock<Descriptor> = LazyLock::new(descriptor);

/// What a component of unknown origin may take.
pub const LIMITS: Limits = Limits {
    fuel: 2_000_000,
    instantiation_fuel: 1_000_000,
    memory_bytes: 4 << 20,
    table_elements: 1_000,
    input_bytes: 1 << 20,
    output_bytes: 1 << 20,
    issues: 100,
    patches: 10,
    log_lines: 10,
    look_ups: 100,
    rounds: 4,
    wall_clock_ms: 5_000,
};

/// Reads bytes as JSON, and the JSON as all that people write: documents, contexts, arguments, outcomes, rows.
///
/// # Panics
/// When something that was read is not what it is written as.
pub fn read_json(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(json) = Json::parse(text) else { return };
    assert_eq!(Json::parse(&json.to_string()).as_ref(), Ok(&json));
    assert_eq!(Json::parse(&json.to_pretty()).as_ref(), Ok(&json));

    let descriptor = &*DESCRIPTOR;
    if let Ok((entity, document)) = json::read_document(&json, descriptor) {
        let entity = &descriptor.entities[usize::from(entity)];
        assert_eq!(document.check(entity), Ok(()), "a document that was read fits");
        let written = json::write_document(&document, entity);
        assert_eq!(json::read_document(&written, descriptor).expect("it was written so").1, document);
        assert_eq!(canonical::decode_document(&canonical::encode_document(&document)), Ok(document));
    }
    if let Ok(context) = json::read_context(&json) {
        assert_eq!(json::read_context(&json::write_context(&context)), Ok(context.clone()));
        assert_eq!(canonical::decode_context(&canonical::encode_context(&context)), Ok(context));
    }
    for action in &descriptor.entities[0].actions {
        if let Ok(arguments) = json::read_arguments(&json, action) {
            assert_eq!(json::read_arguments(&json::write_arguments(&arguments, action), action), Ok(arguments));
        }
    }
    let request = request();
    if let Ok(outcome) = json::read_outcome(&json, &request, descriptor) {
        let written = json::write_outcome(&outcome, &request, descriptor);
        assert_eq!(json::read_outcome(&written, &request, descriptor), Ok(outcome.clone()));
        assert_eq!(canonical::decode_outcome(&canonical::encode_outcome(&outcome)), Ok(outcome));
    }
    if let Ok(value) = json::read_tagged(&json) {
        assert_eq!(json::read_tagged(&json::write_tagged(&value)), Ok(value));
    }
    for table in &descriptor.tables {
        let _ = Tables::new(descriptor).add_json(&table.name, &json);
    }
}

/// Decodes bytes as each of the canonical wholes.
///
/// # Panics
/// When something that was decoded has other bytes.
pub fn decode_canonical(bytes: &[u8]) {
    fn check<T>(bytes: &[u8], decoded: Result<T, CanonicalError>, encode: fn(&T) -> Vec<u8>) -> Option<T> {
        let whole = decoded.ok()?;
        assert_eq!(encode(&whole), bytes, "content has one encoding");
        Some(whole)
    }
    let descriptor = &*DESCRIPTOR;
    let entity = &descriptor.entities[0];
    if let Some(document) = check(bytes, canonical::decode_document(bytes), canonical::encode_document)
        && document.check(entity).is_ok()
    {
        let written = json::write_document(&document, entity);
        assert_eq!(json::read_document_of(&written, entity), Ok(document));
    }
    if let Some(request) = check(bytes, canonical::decode_request(bytes), canonical::encode_request) {
        let _ = request.check(descriptor);
    }
    if let Some(outcome) = check(bytes, canonical::decode_outcome(bytes), canonical::encode_outcome) {
        let request = request();
        if outcome.check(&request, descriptor, &LIMITS).is_ok() {
            let written = json::write_outcome(&outcome, &request, descriptor);
            assert_eq!(json::read_outcome(&written, &request, descriptor), Ok(outcome));
        }
    }
    if let Some(decoded) = check(bytes, canonical::decode_descriptor(bytes), canonical::encode_descriptor) {
        let _ = decoded.check();
    }
    check(bytes, canonical::decode_context(bytes), canonical::encode_context);
}

/// Loads bytes as a component, and lets it evaluate a document if it is a plugin.
pub fn load_component(engine: &Engine, bytes: &[u8]) {
    let _ = inspect(bytes);
    let Ok(plugin) = engine.load(bytes, &LIMITS) else { return };
    let descriptor = plugin.descriptor();
    for (position, entity) in (0..).zip(&descriptor.entities) {
        let request = Request { entity: position, ..plugin::empty_request(entity) };
        let _ = plugin.evaluate(&request, &LIMITS);
    }
}
