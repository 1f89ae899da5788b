//! Whether a package's messages agree with its issue codes, and its labels with what they are for.

use fluent_syntax::ast::{CallArguments, Expression, InlineExpression, Pattern, PatternElement};
use lockstep_model::schema::{Descriptor, IssueKind};

use crate::{
    catalog::Catalog,
    labels::{entity_attributes, entity_id, table_attributes, table_id},
    messages::Messages,
};

/// References from message to message are followed so far; Fluent itself refuses cycles.
const REFERENCES_MAX: usize = 8;

/// Something in which messages and descriptor do not agree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    /// There are no words for an issue.
    #[error("the messages of `{locale}` have none for the issue `{code}`")]
    Missing {
        /// The locale.
        locale: String,
        /// The issue's code.
        code: String,
    },
    /// A message names an argument that the issue does not have.
    #[error("the message `{code}` of `{locale}` names `${argument}`, which the issue does not have")]
    UnknownArgument {
        /// The locale.
        locale: String,
        /// The issue's code.
        code: String,
        /// The argument's name.
        argument: String,
    },
    /// A label is for nothing.
    #[error("the label `{label}` of `{locale}` is for nothing that the plugin has")]
    UnknownLabel {
        /// The locale.
        locale: String,
        /// The message's id, and its attribute's after a dot.
        label: String,
    },
}

impl Messages {
    /// All in which the messages and the descriptor do not agree: issues locale by locale, then labels.
    pub fn disagreements(&self, descriptor: &Descriptor) -> Vec<Disagreement> {
        let pairs = self.catalogs.iter().flat_map(|catalog| descriptor.issues.iter().map(move |kind| (catalog, kind)));
        let labels = self.catalogs.iter().flat_map(|catalog| unknown_labels(catalog, descriptor));
        pairs.flat_map(|(catalog, kind)| disagreements(catalog, kind)).chain(labels).collect()
    }
}

fn disagreements(catalog: &Catalog, kind: &IssueKind) -> Vec<Disagreement> {
    let (locale, code) = (catalog.locale.to_string(), kind.code.clone());
    let Some(pattern) = catalog.pattern(&code) else {
        return vec![Disagreement::Missing { locale, code }];
    };
    let mut named = Vec::new();
    in_pattern(pattern, catalog, REFERENCES_MAX, &mut named);
    named.retain(|argument| !kind.arguments.contains(argument));
    named.sort();
    named.dedup();
    let unknown = |argument| Disagreement::UnknownArgument { locale: locale.clone(), code: code.clone(), argument };
    named.into_iter().map(unknown).collect()
}

fn unknown_labels(catalog: &Catalog, descriptor: &Descriptor) -> Vec<Disagreement> {
    let is_issue = |id: &str| descriptor.issues.iter().any(|kind| kind.code == id);
    let mut unknown = Vec::new();
    for (id, attributes) in catalog.labels.iter().filter(|(id, _)| !is_issue(id)) {
        match attributes_of(id, descriptor) {
            Some(known) => {
                let others = attributes.iter().filter(|attribute| !known.contains(attribute));
                unknown.extend(others.map(|attribute| format!("{id}.{attribute}")));
            }
            None => unknown.push(id.clone()),
        }
    }
    unknown.into_iter().map(|label| Disagreement::UnknownLabel { locale: catalog.locale.to_string(), label }).collect()
}

/// Those that the labels' message with this id may have; none where there is nothing to label.
fn attributes_of(id: &str, descriptor: &Descriptor) -> Option<Vec<String>> {
    let entity = descriptor.entities.iter().find(|entity| entity_id(entity) == id);
    let table = || descriptor.tables.iter().find(|table| table_id(table) == id);
    entity.map(entity_attributes).or_else(|| table().map(table_attributes))
}

fn in_pattern(pattern: &Pattern<&str>, catalog: &Catalog, depth: usize, named: &mut Vec<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression, catalog, depth, named);
        }
    }
}

fn in_expression(expression: &Expression<&str>, catalog: &Catalog, depth: usize, named: &mut Vec<String>) {
    match expression {
        Expression::Inline(inline) => in_inline(inline, catalog, depth, named),
        Expression::Select { selector, variants } => {
            in_inline(selector, catalog, depth, named);
            for variant in variants {
                in_pattern(&variant.value, catalog, depth, named);
            }
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, catalog: &Catalog, depth: usize, named: &mut Vec<String>) {
    match inline {
        InlineExpression::VariableReference { id } => named.push(id.name.to_owned()),
        InlineExpression::MessageReference { id, .. } if depth > 0 => {
            if let Some(pattern) = catalog.pattern(id.name) {
                in_pattern(pattern, catalog, depth - 1, named);
            }
        }
        InlineExpression::Placeable { expression } => in_expression(expression, catalog, depth, named),
        InlineExpression::FunctionReference { arguments, .. }
        | InlineExpression::TermReference { arguments: Some(arguments), .. } => {
            in_arguments(arguments, catalog, depth, named);
        }
        _ => {}
    }
}

fn in_arguments(arguments: &CallArguments<&str>, catalog: &Catalog, depth: usize, named: &mut Vec<String>) {
    let all = arguments.positional.iter().chain(arguments.named.iter().map(|argument| &argument.value));
    for inline in all {
        in_inline(inline, catalog, depth, named);
    }
}
