//! A descriptor as tables: entities, collections, actions, rules, reference tables, kinds of issue.

use lockstep_model::schema::{Descriptor, Entity, Field, FieldKind, FieldPath, FieldType, IssueKind, Severity};

use super::style::{Grid, Tone, heading, line};

/// All that a plugin says of itself.
pub(crate) fn descriptor(descriptor: &Descriptor, width: Option<u16>) -> String {
    let mut text = String::new();
    for entity in &descriptor.entities {
        text += &self::entity(descriptor, entity, width);
    }
    for table in &descriptor.tables {
        let key: Vec<_> = table.key.iter().map(|&position| &*table.fields[usize::from(position)].name).collect();
        text += &heading(format!("Table {} (key: {})", table.name, key.join(", ")));
        text += &fields(descriptor, &table.fields, width);
    }
    if !descriptor.issues.is_empty() {
        text += &heading("Issues");
        text += &issues(&descriptor.issues, width);
    }
    text
}

fn entity(descriptor: &Descriptor, entity: &Entity, width: Option<u16>) -> String {
    let mut text = heading(format!("Entity {}", entity.name));
    text += &fields(descriptor, &entity.fields, width);
    for collection in &entity.collections {
        let given = if collection.derived { ", which a rule gives" } else { "" };
        text += &heading(format!("Rows of {}.{}{given}", entity.name, collection.name));
        text += &fields(descriptor, &collection.fields, width);
    }
    text += &heading(format!("Actions of {}", entity.name));
    text += &actions(entity, width);
    if !entity.frozen.is_empty() {
        text += &line(format!("stored values stand when it is {}", entity.frozen.join(" or ")));
    }
    text += &heading(format!("Rules of {}, in the order in which they run", entity.name));
    text + &rules(descriptor, entity, width)
}

fn fields(descriptor: &Descriptor, fields: &[Field], width: Option<u16>) -> String {
    let mut grid = Grid::new(width, &["field", "given", "type", "", "label"]);
    for field in fields {
        let mut marks = Vec::new();
        if field.required {
            marks.push("required".to_owned());
        }
        if field.read_only {
            marks.push("set at creation".to_owned());
        }
        if let Some(table) = field.table {
            marks.push(format!("key of {}", descriptor.tables[usize::from(table)].name));
        }
        grid.row([
            Tone::Plain.cell(&field.name),
            Tone::Plain.cell(kind(field.kind)),
            Tone::Plain.cell(type_name(&field.of)),
            Tone::Plain.cell(marks.join(", ")),
            Tone::Faint.cell(&field.label),
        ]);
    }
    grid.finish(&[])
}

fn actions(entity: &Entity, width: Option<u16>) -> String {
    let mut grid = Grid::new(width, &["action", "when", "arguments"]);
    for action in &entity.actions {
        let states = if action.states.is_empty() { "always".to_owned() } else { action.states.join(", ") };
        let arguments: Vec<_> = action
            .arguments
            .iter()
            .map(|it| format!("{}{}", it.name, if it.required { " (required)" } else { "" }))
            .collect();
        grid.row([Tone::Plain.cell(&action.name), Tone::Plain.cell(states), Tone::Plain.cell(arguments.join(", "))]);
    }
    grid.finish(&[])
}

fn rules(descriptor: &Descriptor, entity: &Entity, width: Option<u16>) -> String {
    let mut grid = Grid::new(width, &["rule", "kind", "reads", "gives"]);
    for rule in &entity.rules {
        let mut reads = paths(entity, &rule.reads);
        reads.extend(rule.tables.iter().map(|&table| format!("{}{{}}", descriptor.tables[usize::from(table)].name)));
        let guards = rule.guards.iter().map(|&it| &*entity.actions[usize::from(it)].name).collect::<Vec<_>>();
        let gives = match (&guards[..], &rule.writes[..]) {
            ([], writes) => paths(entity, writes).join(", "),
            (guards, _) => format!("guards {}", guards.join(", ")),
        };
        grid.row([
            Tone::Plain.cell(rule_name(entity, rule.collection, &rule.name)),
            Tone::Plain.cell(rule.kind.name()),
            Tone::Plain.cell(reads.join(", ")),
            Tone::Plain.cell(gives),
        ]);
    }
    grid.finish(&[])
}

fn issues(kinds: &[IssueKind], width: Option<u16>) -> String {
    let mut grid = Grid::new(width, &["code", "severity", "arguments"]);
    for kind in kinds {
        grid.row([
            Tone::Plain.cell(&kind.code),
            Tone::of(kind.severity).cell(severity(kind.severity)),
            Tone::Plain.cell(kind.arguments.join(", ")),
        ]);
    }
    grid.finish(&[])
}

fn paths(entity: &Entity, paths: &[FieldPath]) -> Vec<String> {
    paths.iter().map(|path| path_name(entity, *path)).collect()
}

/// `total`, or `lines.net-amount`.
pub(crate) fn path_name(entity: &Entity, path: FieldPath) -> String {
    let field = &entity.fields_of(path.collection)[usize::from(path.field)].name;
    rule_name(entity, path.collection, field)
}

/// A name within the header, or within a collection.
pub(crate) fn rule_name(entity: &Entity, collection: Option<u16>, name: &str) -> String {
    match collection {
        Some(position) => format!("{}.{name}", entity.collections[usize::from(position)].name),
        None => name.to_owned(),
    }
}

/// How grave an issue is, in a word.
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "information",
        Severity::Justification => "justification",
    }
}

fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Entered => "entered",
        FieldKind::Defaulted => "defaulted",
        FieldKind::Calculated => "calculated",
        FieldKind::State => "state",
        FieldKind::Assigned => "assigned",
    }
}

fn type_name(of: &FieldType) -> String {
    match of {
        FieldType::Integer => "integer".to_owned(),
        FieldType::Decimal(scale) => format!("decimal({scale})"),
        FieldType::Text(length) => format!("text({length})"),
        FieldType::Boolean => "boolean".to_owned(),
        FieldType::Enumeration(names) => names.join(" | "),
        FieldType::Date => "date".to_owned(),
        FieldType::Timestamp => "timestamp".to_owned(),
    }
}
