//! The graph of an entity's rules: what each reads and what it gives, as lines and for Graphviz.

use std::fmt::Write as _;

use lockstep_model::schema::{Descriptor, Entity, FieldKind, Rule, RuleKind};

use super::{
    schema::{path_name, rule_name},
    style::{heading, line},
};

/// One line for each rule: `reads -> rule -> gives`.
pub(crate) fn text(descriptor: &Descriptor) -> String {
    let mut text = String::new();
    for entity in &descriptor.entities {
        text += &heading(&entity.name);
        for rule in &entity.rules {
            let Edges { from, to } = Edges::of(descriptor, entity, rule);
            let name = format!("[{} {}]", rule.kind.name(), rule_name(entity, rule.collection, &rule.name));
            let ends = [from.join(", "), name, to.join(", ")];
            let parts: Vec<_> = ends.into_iter().filter(|end| !end.is_empty()).collect();
            text += &line(parts.join(" -> "));
        }
    }
    text
}

/// A digraph: fields are ovals, rules boxes, tables cylinders; calculations run from left to right.
pub(crate) fn dot(descriptor: &Descriptor) -> String {
    let mut dot = "digraph rules {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=11];\n".to_owned();
    for (position, entity) in descriptor.entities.iter().enumerate() {
        write_entity(&mut dot, descriptor, entity, position).unwrap_or_else(|_| unreachable!("texts take all writes"));
    }
    dot += "}\n";
    dot
}

fn write_entity(dot: &mut String, descriptor: &Descriptor, entity: &Entity, position: usize) -> std::fmt::Result {
    let id = |name: &str| quoted(&format!("{}/{name}", entity.name));
    writeln!(dot, "  subgraph cluster_{position} {{\n    label={};", quoted(&entity.name))?;
    let collections = entity.collections.iter().enumerate().map(|(at, _)| Some(at as u16));
    for collection in std::iter::once(None).chain(collections) {
        for field in entity.fields_of(collection) {
            let name = rule_name(entity, collection, &field.name);
            let style = if field.kind == FieldKind::Calculated { ", style=filled, fillcolor=\"#e8f0fe\"" } else { "" };
            writeln!(dot, "    {} [label={}{style}];", id(&name), quoted(&name))?;
        }
    }
    writeln!(dot, "  }}")?;
    for (at, rule) in entity.rules.iter().enumerate() {
        let node = id(&format!("rule {at}"));
        let label = format!("{} {}", rule.kind.name(), rule_name(entity, rule.collection, &rule.name));
        let colour = match rule.kind {
            RuleKind::Validation | RuleKind::ServerOnly => "#fdecea",
            RuleKind::Action => "#fff4e5",
            _ => "#e6f4ea",
        };
        writeln!(dot, "  {node} [shape=box, style=filled, fillcolor=\"{colour}\", label={}];", quoted(&label))?;
        for read in &rule.reads {
            writeln!(dot, "  {} -> {node};", id(&path_name(entity, *read)))?;
        }
        for &table in &rule.tables {
            let name = &descriptor.tables[usize::from(table)].name;
            let table = quoted(&format!("table {name}"));
            writeln!(dot, "  {table} [shape=cylinder, label={}];\n  {table} -> {node};", quoted(name))?;
        }
        for write in &rule.writes {
            writeln!(dot, "  {node} -> {};", id(&path_name(entity, *write)))?;
        }
    }
    Ok(())
}

struct Edges {
    from: Vec<String>,
    to: Vec<String>,
}

impl Edges {
    fn of(descriptor: &Descriptor, entity: &Entity, rule: &Rule) -> Self {
        let tables = rule.tables.iter().map(|&table| format!("{}{{}}", descriptor.tables[usize::from(table)].name));
        let from = rule.reads.iter().map(|path| path_name(entity, *path)).chain(tables).collect();
        let guards = rule.guards.iter().map(|&action| format!("({})", entity.actions[usize::from(action)].name));
        let to = rule.writes.iter().map(|path| path_name(entity, *path)).chain(guards).collect();
        Self { from, to }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use lockstep_model::schema::{Action, Collection, Field, FieldPath, FieldType, Table};

    use super::*;

    fn field(name: &str, kind: FieldKind) -> Field {
        let of = FieldType::Decimal(2);
        Field { name: name.into(), label: String::new(), kind, of, required: false, read_only: false, table: None }
    }

    fn rule(name: &str, kind: RuleKind, collection: Option<u16>) -> Rule {
        let (reads, writes, tables, guards) = Default::default();
        Rule { name: name.into(), kind, function: String::new(), collection, reads, writes, tables, guards }
    }

    fn orders() -> Descriptor {
        let cell = |field| FieldPath { collection: Some(0), field };
        let lines = Collection {
            name: "lines".into(),
            label: String::new(),
            derived: false,
            fields: vec![field("item", FieldKind::Entered), field("amount", FieldKind::Calculated)],
        };
        let entity = Entity {
            name: "order".into(),
            fields: vec![field("total", FieldKind::Calculated)],
            collections: vec![lines],
            actions: vec![Action { name: "update".into(), label: String::new(), arguments: vec![], states: vec![] }],
            rules: vec![
                Rule {
                    reads: vec![cell(0)],
                    writes: vec![cell(1)],
                    tables: vec![0],
                    ..rule("amount", RuleKind::Calculation, Some(0))
                },
                Rule {
                    reads: vec![cell(1)],
                    writes: vec![FieldPath { collection: None, field: 0 }],
                    ..rule("total", RuleKind::Calculation, None)
                },
                Rule { guards: vec![0], ..rule("says \"no\"", RuleKind::Validation, None) },
            ],
            ..Entity::default()
        };
        let item = Table { name: "item".into(), label: String::new(), fields: vec![], key: vec![], view: None };
        Descriptor { entities: vec![entity], tables: vec![item], issues: vec![] }
    }

    #[test]
    fn lines_follow_the_order_of_the_rules() {
        let plain = anstream::adapter::strip_str(&text(&orders())).to_string();
        insta::assert_snapshot!(plain.trim(), @r#"
        order
          lines.item, item{} -> [calculation lines.amount] -> lines.amount
          lines.amount -> [calculation total] -> total
          [validation says "no"] -> (update)
        "#);
    }

    #[test]
    fn dot_has_a_node_for_each_field_rule_and_table() {
        insta::assert_snapshot!(dot(&orders()), @r##"
        digraph rules {
          rankdir=LR;
          node [fontname="sans-serif", fontsize=11];
          subgraph cluster_0 {
            label="order";
            "order/total" [label="total", style=filled, fillcolor="#e8f0fe"];
            "order/lines.item" [label="lines.item"];
            "order/lines.amount" [label="lines.amount", style=filled, fillcolor="#e8f0fe"];
          }
          "order/rule 0" [shape=box, style=filled, fillcolor="#e6f4ea", label="calculation lines.amount"];
          "order/lines.item" -> "order/rule 0";
          "table item" [shape=cylinder, label="item"];
          "table item" -> "order/rule 0";
          "order/rule 0" -> "order/lines.amount";
          "order/rule 1" [shape=box, style=filled, fillcolor="#e6f4ea", label="calculation total"];
          "order/lines.amount" -> "order/rule 1";
          "order/rule 1" -> "order/total";
          "order/rule 2" [shape=box, style=filled, fillcolor="#fdecea", label="validation says \"no\""];
        }
        "##);
    }
}
