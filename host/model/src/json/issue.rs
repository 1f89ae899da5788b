//! Issues by their schema.

use crate::{
    json::{
        Json, JsonError, JsonReason, Object, outcome::Scope, read_tagged, read_value, write_place, write_tagged,
        write_value,
    },
    outcome::{Issue, Place},
    schema::{Entity, FieldType, Severity},
    value::Value,
};

const SEVERITIES: [(&str, Severity); 4] = [
    ("error", Severity::Error),
    ("warning", Severity::Warning),
    ("information", Severity::Information),
    ("justification", Severity::Justification),
];

/// `{"code": "below-minimum", "severity": "error", "place": "lines[2].quantity", "arguments": {"minimum": {"decimal":
/// "5"}}, "offer": "5", "rule": "lines.quantity-is-enough"}`; what is empty is left out.
pub(super) fn write_issue(issue: &Issue, scope: Scope<'_>) -> Json {
    let severity = SEVERITIES.iter().find(|(_, severity)| *severity == issue.severity);
    let mut object = vec![
        ("code", Json::text(&issue.code)),
        ("severity", Json::text(severity.map_or("", |(name, _)| name))),
        ("place", Json::text(write_place(issue.place, scope.action, scope.resolved))),
    ];
    if !issue.arguments.is_empty() {
        let arguments = issue.arguments.iter().map(|(name, value)| (name.as_str(), write_tagged(value)));
        object.push(("arguments", Json::object(arguments)));
    }
    object.extend(issue.offer.as_ref().map(|offer| ("offer", write_value(offer))));
    object.extend(issue.rule.map(|rule| ("rule", Json::text(scope.entity().rule_name(rule)))));
    Json::object(object)
}

pub(super) fn read_issue(json: &Json, scope: Scope<'_>) -> Result<Issue, JsonError> {
    let object = Object::new(json, &["code", "severity", "place", "arguments", "offer", "rule"])?;
    let place = object.required("place", |json| scope.place(json))?;
    let offer = object.optional("offer", |json| match field_type(place, scope) {
        Some(of) => read_value(json, of),
        None => Err(JsonError::new(JsonReason::NoField)),
    })?;
    Ok(Issue {
        code: object.required("code", |json| json.as_text().map(str::to_owned))?,
        severity: object.required("severity", read_severity)?,
        place,
        arguments: object.optional("arguments", read_arguments)?.unwrap_or_default(),
        offer: offer.flatten(),
        rule: object.optional("rule", |json| read_rule(json, scope.entity()))?,
    })
}

fn read_severity(json: &Json) -> Result<Severity, JsonError> {
    let found = json.as_text()?;
    let severity = SEVERITIES.iter().find(|(name, _)| *name == found);
    severity.map(|(_, severity)| *severity).ok_or_else(|| {
        let known = SEVERITIES.iter().map(|(name, _)| (*name).to_owned()).collect();
        JsonError::new(JsonReason::NotOneOf { found: found.to_owned(), known })
    })
}

fn read_arguments(json: &Json) -> Result<Vec<(String, Value)>, JsonError> {
    let entries = json.as_object()?.iter();
    entries.map(|(name, value)| Ok((name.clone(), read_tagged(value).map_err(|error| error.within(name))?))).collect()
}

fn read_rule(json: &Json, entity: &Entity) -> Result<u16, JsonError> {
    let name = json.as_text()?;
    let mut positions = 0..entity.rules.len() as u16;
    positions.find(|position| entity.rule_name(*position) == name).ok_or_else(|| {
        let known = (0..entity.rules.len() as u16).map(|position| entity.rule_name(position)).collect();
        JsonError::new(JsonReason::NoSuch { what: "rule", name: name.to_owned(), known })
    })
}

fn field_type(place: Place, scope: Scope<'_>) -> Option<&FieldType> {
    let field = match place {
        Place::Field(field) => scope.entity().fields.get(usize::from(field)),
        Place::Cell { collection, field, .. } => {
            scope.entity().collections.get(usize::from(collection))?.fields.get(usize::from(field))
        }
        Place::Argument(field) => scope.action?.arguments.get(usize::from(field)),
        Place::Document | Place::Row { .. } => None,
    };
    field.map(|field| &field.of)
}
