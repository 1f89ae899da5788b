//! Where two JSON trees differ, field by field.

use lockstep_model::json::Json;

/// One difference; a side that is absent has nothing there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where: `lines[2].net-amount`.
    pub path: String,
    /// On the first side.
    pub left: Option<Json>,
    /// On the second.
    pub right: Option<Json>,
}

/// All differences, in the order of the first side. Rows with ids are matched by them, other items by position.
pub fn between(left: &Json, right: &Json) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(String::new(), Some(left), Some(right), &mut found);
    found
}

fn compare(path: String, left: Option<&Json>, right: Option<&Json>, found: &mut Vec<Difference>) {
    match (left, right) {
        (Some(left), Some(right)) if left == right => {}
        (Some(Json::Object(left)), Some(Json::Object(right))) => {
            let dot = if path.is_empty() { "" } else { "." };
            let left: Vec<_> = left.iter().map(|(key, value)| (format!("{path}{dot}{key}"), value)).collect();
            let right: Vec<_> = right.iter().map(|(key, value)| (format!("{path}{dot}{key}"), value)).collect();
            compare_entries(&left, &right, found);
        }
        (Some(Json::List(left)), Some(Json::List(right))) => {
            compare_entries(&items(&path, left), &items(&path, right), found);
        }
        (left, right) => found.push(Difference { path, left: left.cloned(), right: right.cloned() }),
    }
}

fn compare_entries(left: &[(String, &Json)], right: &[(String, &Json)], found: &mut Vec<Difference>) {
    for (path, value) in left {
        let other = right.iter().find(|(other, _)| other == path).map(|(_, value)| *value);
        compare(path.clone(), Some(value), other, found);
    }
    for (path, value) in right {
        if !left.iter().any(|(other, _)| other == path) {
            compare(path.clone(), None, Some(value), found);
        }
    }
}

fn items<'a>(path: &str, items: &'a [Json]) -> Vec<(String, &'a Json)> {
    let name = |position: usize, item: &Json| match item.get("id") {
        Some(Json::Text(id)) => format!("{path}[{id}]"),
        _ => format!("{path}[{}]", position + 1),
    };
    items.iter().enumerate().map(|(position, item)| (name(position, item), item)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(left: &str, right: &str, expected: &[&str]) {
        let found = between(&Json::parse(left).unwrap(), &Json::parse(right).unwrap());
        let shown = |side: &Option<Json>| side.as_ref().map_or("-".to_owned(), Json::to_string);
        let found: Vec<_> =
            found.iter().map(|it| format!("{}: {} / {}", it.path, shown(&it.left), shown(&it.right))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn equal_trees_have_no_difference() {
        check(r#"{"a": [1, {"b": "x"}]}"#, r#"{"a": [1, {"b": "x"}]}"#, &[]);
    }

    #[test]
    fn each_field_that_differs_is_named_by_its_path() {
        check(
            r#"{"total": "1", "lines": [{"id": "a", "net": "2"}, {"id": "b", "net": "3"}]}"#,
            r#"{"total": "1.5", "lines": [{"id": "b", "net": "4"}, {"id": "a", "net": "2"}]}"#,
            &[r#"total: "1" / "1.5""#, r#"lines[b].net: "3" / "4""#],
        );
    }

    #[test]
    fn what_only_one_side_has_is_a_difference() {
        check(r#"{"a": 1}"#, r#"{"b": [1]}"#, &["a: 1 / -", "b: - / [1]"]);
    }
}
