//! Contexts.

use crate::{
    document::Context,
    json::{Json, JsonError, Object, object::read_list},
    value::{Date, Timestamp, ValueError},
};

/// A context: `{"now": "2026-03-02T08:00:00Z", "today": "2026-03-02", "seed": 1, "user": "u", "company": "c",
/// "roles": ["sales"]}`. Roles may be left out.
///
/// # Errors
/// At the first thing that is wrong.
pub fn read_context(json: &Json) -> Result<Context, JsonError> {
    let object = Object::new(json, &["now", "today", "seed", "user", "company", "roles"])?;
    let text = |json: &Json| json.as_text().map(str::to_owned);
    Ok(Context {
        now: object.required("now", |json| Ok(json.as_text()?.parse::<Timestamp>()?))?,
        today: object.required("today", |json| Ok(json.as_text()?.parse::<Date>()?))?,
        seed: object.required("seed", read_seed)?,
        user: object.required("user", text)?,
        company: object.required("company", text)?,
        roles: object.optional("roles", |json| read_list(json, text))?.unwrap_or_default(),
    })
}

fn read_seed(json: &Json) -> Result<u64, JsonError> {
    let Json::Number(number) = json else { return Err(json.is_no("a whole number from 0 to 18446744073709551615")) };
    number.parse().map_err(|_| JsonError::from(ValueError::NotAnInteger { found: number.clone() }))
}

/// A context.
pub fn write_context(context: &Context) -> Json {
    Json::object([
        ("now", Json::text(context.now.to_string())),
        ("today", Json::text(context.today.to_string())),
        ("seed", Json::integer(context.seed)),
        ("user", Json::text(&context.user)),
        ("company", Json::text(&context.company)),
        ("roles", Json::List(context.roles.iter().map(Json::text).collect())),
    ])
}
