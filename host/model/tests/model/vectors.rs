//! `vectors.json`, which another implementation can be tested with: JSON, canonical bytes and digests that belong
//! together.

use lockstep_model::{
    Context, Digest, LookUp, Outcome, Part, Request, RowSource, Tables,
    canonical::{
        decode_document, decode_outcome, decode_request, encode_context, encode_descriptor, encode_document,
        encode_input, encode_outcome,
    },
    decimal::{decimal_to_words, parse_decimal},
    json::{Json, JsonError, Object, read_arguments, read_context, read_document, read_outcome, read_tagged},
    key::key_text,
    schema::Descriptor,
};

const VECTORS: &str = include_str!("../vectors.json");

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes(text: &str) -> Vec<u8> {
    let pair = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal digits");
    (0..text.len()).step_by(2).map(pair).collect()
}

fn with_bytes(vector: &Json, bytes: &[u8]) -> Json {
    let Json::Object(entries) = vector else { panic!("an object") };
    let given = entries.iter().filter(|(key, _)| key != "bytes" && key != "digest").cloned();
    let made = [("bytes", hex(bytes)), ("digest", Digest::of(bytes).to_string())];
    Json::Object(given.chain(made.map(|(key, text)| (key.to_owned(), Json::Text(text)))).collect())
}

fn part<'a>(vector: &'a Json, key: &str) -> &'a Json {
    vector.get(key).unwrap_or(&Json::Null)
}

fn text<'a>(vector: &'a Json, key: &str) -> &'a str {
    part(vector, key).as_text().unwrap_or_default()
}

fn decimal(vector: &Json) -> Json {
    let [low, high] = decimal_to_words(parse_decimal(text(vector, "text")).expect("a decimal"));
    Json::object([
        ("text", part(vector, "text").clone()),
        ("low", Json::text(format!("{low:016x}"))),
        ("high", Json::text(format!("{high:016x}"))),
    ])
}

fn key(vector: &Json) -> Json {
    let values = part(vector, "values");
    let key = values.as_list().unwrap().iter().map(read_tagged).collect::<Result<Vec<_>, _>>();
    Json::object([("values", values.clone()), ("key", Json::text(key_text(&key.unwrap()).unwrap()))])
}

fn request(vector: &Json, descriptor: &Descriptor) -> Result<Request, JsonError> {
    let object = Object::new(
        vector,
        &[
            "name",
            "context",
            "document",
            "action",
            "arguments",
            "part",
            "tables",
            "look-ups",
            "outcome",
            "used",
            "bytes",
            "digest",
        ],
    )?;
    let context: Context = object.required("context", read_context)?;
    let (entity, document) = object.required("document", |json| read_document(json, descriptor))?;
    let entity_schema = &descriptor.entities[usize::from(entity)];
    let (action, known) = entity_schema.action(text(vector, "action")).expect("an action");
    let arguments = read_arguments(part(vector, "arguments"), known)?;
    let part_name = text(vector, "part");
    let rows = rows(vector, descriptor, &context.company);
    let part = if part_name == "server-only" { Part::ServerOnly } else { Part::Mirrored };
    Ok(Request { context, entity, document, action, arguments, part, rows, explain: false })
}

fn rows(vector: &Json, descriptor: &Descriptor, company: &str) -> Vec<lockstep_model::TableRows> {
    let mut tables = Tables::new(descriptor);
    for (table, rows) in part(vector, "tables").as_object().unwrap() {
        match rows {
            Json::Text(_) => tables.unavailable(table).unwrap(),
            rows => tables.add_json(table, rows).unwrap(),
        }
    }
    let look_ups = part(vector, "look-ups").as_list().unwrap().iter().map(|look_up| {
        let key = part(look_up, "key").as_list().unwrap().iter().map(read_tagged).collect::<Result<Vec<_>, _>>();
        LookUp {
            table: descriptor.table(text(look_up, "table")).expect("a table").0,
            key: key_text(&key.unwrap()).unwrap(),
            limit: look_up.get("limit").map(|limit| limit.to_string().parse().unwrap()),
        }
    });
    tables.answer(company, &look_ups.collect::<Vec<_>>()).unwrap()
}

/// The input and the outcome of one evaluation.
fn evaluation(vector: &Json, descriptor: &Descriptor) -> Json {
    let request = request(part(vector, "request"), descriptor).expect("a request");
    request.check(descriptor).expect("a request that fits");
    let outcome = read_outcome(part(part(vector, "outcome"), "json"), &request, descriptor).expect("an outcome");
    let used = part(vector, "used").as_list().unwrap().iter();
    let outcome = Outcome { used: used.map(|used| used.to_string().parse().unwrap()).collect(), ..outcome };
    let input = encode_input(&request, &outcome);
    decode_request(&input).expect("canonical").check(descriptor).expect("an input that fits");
    let outcome = encode_outcome(&outcome);
    assert_eq!(encode_outcome(&decode_outcome(&outcome).expect("canonical")), outcome);
    Json::object([
        ("name", part(vector, "name").clone()),
        ("request", part(vector, "request").clone()),
        ("used", part(vector, "used").clone()),
        ("input", with_bytes(&Json::Object(Vec::new()), &input)),
        ("outcome", with_bytes(part(vector, "outcome"), &outcome)),
    ])
}

fn refused(vector: &Json) -> Json {
    let error = decode_document(&bytes(text(vector, "bytes"))).expect_err("bytes that are refused");
    Json::object([("bytes", part(vector, "bytes").clone()), ("reason", Json::text(error.to_string()))])
}

/// The vectors with everything that follows from the JSON in them made anew.
fn made_anew(vectors: &Json) -> Json {
    let descriptor: Descriptor =
        serde_json::from_str(&part(part(vectors, "descriptor"), "json").to_string()).expect("a descriptor");
    descriptor.check().expect("a descriptor that holds together");
    let each = |key: &str, make: &dyn Fn(&Json) -> Json| {
        Json::List(part(vectors, key).as_list().unwrap_or_default().iter().map(make).collect())
    };
    Json::object([
        ("about", part(vectors, "about").clone()),
        ("decimals", each("decimals", &decimal)),
        ("keys", each("keys", &key)),
        ("descriptor", with_bytes(part(vectors, "descriptor"), &encode_descriptor(&descriptor))),
        (
            "contexts",
            each("contexts", &|vector| {
                with_bytes(vector, &encode_context(&read_context(part(vector, "json")).expect("a context")))
            }),
        ),
        (
            "documents",
            each("documents", &|vector| {
                let (_, document) = read_document(part(vector, "json"), &descriptor).expect("a document");
                document.check(&descriptor.entities[0]).expect("a document that fits");
                let bytes = encode_document(&document);
                assert_eq!(decode_document(&bytes), Ok(document));
                with_bytes(vector, &bytes)
            }),
        ),
        ("evaluations", each("evaluations", &|vector| evaluation(vector, &descriptor))),
        ("refused-documents", each("refused-documents", &refused)),
    ])
}

/// With `LOCKSTEP_WRITE_VECTORS` set it writes `tests/vectors.json`, after the encoding was changed on purpose.
#[test]
fn the_vectors_are_what_this_implementation_makes() {
    let vectors = Json::parse(VECTORS).expect("JSON");
    let made = made_anew(&vectors);
    if std::env::var_os("LOCKSTEP_WRITE_VECTORS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors.json");
        std::fs::write(path, made.to_pretty() + "\n").expect("the file is written");
    }
    assert!(made == vectors, "vectors.json is not what it should be: LOCKSTEP_WRITE_VECTORS=1 writes it anew");
}
