//! What a case expects, held against what came out.
//!
//! A case may expect the whole outcome or some of its parts; parts that it leaves out may be anything. The digest covers
//! all of the mirrored outcome.

use lockstep_model::{
    Concluded, Digest,
    json::{Json, JsonError, read_outcome, write_outcome},
    outcome_digest,
    schema::Descriptor,
};

use crate::difference::{self, Difference};

const DIGEST: &str = "digest";

/// What a case would have to expect for this outcome.
pub fn of(concluded: &Concluded, descriptor: &Descriptor) -> Json {
    let mut entries = entries(&write_outcome(&concluded.outcome, &concluded.request, descriptor));
    entries.push((DIGEST.to_owned(), digest(outcome_digest(&concluded.outcome))));
    Json::Object(entries)
}

fn digest(digest: Digest) -> Json {
    Json::text(digest.to_string())
}

/// What differs from what is expected.
///
/// # Errors
/// When the expectation does not fit the plugin's schema.
pub fn differences(
    expect: &Json,
    concluded: &Concluded,
    descriptor: &Descriptor,
) -> Result<Vec<Difference>, JsonError> {
    let actual = of(concluded, descriptor);
    let expected = canonical(expect, &actual, concluded, descriptor)?;
    Ok(difference::between(&expected, &actual))
}

/// The expectation as the plugin's outcome would be written: with canonical numbers, and with the actual outcome's
/// parts where it has none of its own.
fn canonical(expect: &Json, actual: &Json, concluded: &Concluded, descriptor: &Descriptor) -> Result<Json, JsonError> {
    let expected = expect.as_object()?;
    let is_given = |key: &str| expected.iter().any(|(given, _)| given == key);
    let others = entries(actual).into_iter().filter(|(key, _)| !is_given(key));
    let (digest, outcome): (Vec<_>, Vec<_>) =
        expected.iter().cloned().chain(others).partition(|(key, _)| key == DIGEST);
    let outcome = read_outcome(&Json::Object(outcome), &concluded.request, descriptor)?;
    let mut whole = entries(&write_outcome(&outcome, &concluded.request, descriptor));
    whole.extend(digest);
    Ok(Json::Object(whole))
}

fn entries(json: &Json) -> Vec<(String, Json)> {
    json.as_object().map(<[_]>::to_vec).unwrap_or_default()
}
