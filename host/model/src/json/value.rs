//! Single values: by their field's type, or tagged with their type.

use crate::{
    json::{Json, JsonError, JsonReason},
    schema::FieldType,
    value::Value,
};

/// A field's value; `null` is absent.
///
/// # Errors
/// When it does not fit the field.
pub fn read_value(json: &Json, of: &FieldType) -> Result<Option<Value>, JsonError> {
    let value = match (json, of) {
        (Json::Null, _) => return Ok(None),
        (Json::Number(number), FieldType::Integer | FieldType::Decimal(_)) => of.parse(number)?,
        (Json::Boolean(value), FieldType::Boolean) => Value::Boolean(*value),
        (
            Json::Text(text),
            FieldType::Decimal(_)
            | FieldType::Text(_)
            | FieldType::Enumeration(_)
            | FieldType::Date
            | FieldType::Timestamp,
        ) => of.parse(text)?,
        _ => return Err(json.is_no(of.noun())),
    };
    Ok(Some(value))
}

/// A value; its type is not said.
pub fn write_value(value: &Value) -> Json {
    match value {
        Value::Integer(value) => Json::integer(*value),
        Value::Boolean(value) => Json::Boolean(*value),
        _ => Json::Text(value.to_string()),
    }
}

/// The types that a value stands under where no field says it.
const TAGS: [(&str, FieldType); 7] = [
    ("integer", FieldType::Integer),
    ("decimal", FieldType::Decimal(28)),
    ("text", FieldType::Text(u32::MAX)),
    ("boolean", FieldType::Boolean),
    ("date", FieldType::Date),
    ("timestamp", FieldType::Timestamp),
    ("enumeration", FieldType::Text(u32::MAX)),
];

/// A value that stands under its type: `{"decimal": "12.5"}`.
///
/// # Errors
/// When it is no such value.
pub fn read_tagged(json: &Json) -> Result<Value, JsonError> {
    let [(tag, value)] = json.as_object()? else {
        return Err(json.is_no("an object with one key, the value's type"));
    };
    let known = || TAGS.map(|(tag, _)| tag.to_owned());
    let (_, of) = TAGS.iter().find(|(name, _)| name == tag).ok_or_else(|| JsonError::unknown_key(tag, known()))?;
    let absent = || JsonError::new(JsonReason::Missing);
    let value = read_value(value, of).and_then(|value| value.ok_or_else(absent)).map_err(|error| error.within(tag))?;
    Ok(match value {
        Value::Text(name) if tag == "enumeration" => Value::Enumeration(name),
        value => value,
    })
}

/// A value under its type.
pub fn write_tagged(value: &Value) -> Json {
    let tag = match value {
        Value::Integer(_) => "integer",
        Value::Decimal(_) => "decimal",
        Value::Text(_) => "text",
        Value::Boolean(_) => "boolean",
        Value::Date(_) => "date",
        Value::Timestamp(_) => "timestamp",
        Value::Enumeration(_) => "enumeration",
    };
    Json::object([(tag, write_value(value))])
}
