//! Whether what rules say of each other, of fields and of actions holds together.

use syn::{ReturnType, Signature};

use super::{
    declaration::Declaration,
    rule::{Kind, Rules},
};
use crate::{
    field::{Kind as FieldKind, last_segment},
    mistakes::Mistakes,
    names,
};

/// What the compiler would not say well.
pub(super) fn returns(kind: &Kind, signature: &Signature, mistakes: &mut Mistakes) {
    let ident = &signature.ident;
    match (kind, &signature.output) {
        (Kind::Condition { .. }, ReturnType::Type(_, of)) if last_segment(of).is_none_or(|name| name != "bool") => {
            mistakes.add(of, format!("`{ident}` is a condition: it returns `bool`, whether it holds"));
        }
        (Kind::Action, _) | (_, ReturnType::Type(..)) => {}
        (_, ReturnType::Default) => mistakes.add(ident, format!("`{ident}` returns nothing: a rule says something")),
    }
}

pub(super) fn arguments(declaration: &Declaration, rules: &Rules, mistakes: &mut Mistakes) {
    for arguments in &declaration.arguments {
        if !rules.has_action(&arguments.action) {
            mistakes.push(rules.has_no_action(&arguments.action, &arguments.ident));
        }
    }
}

pub(super) fn guards(rules: &Rules, mistakes: &mut Mistakes) {
    for guard in &rules.guards {
        let name = names::kebab(&guard.to_string());
        if !rules.has_action(&name) {
            mistakes.push(rules.has_no_action(&name, guard));
        }
    }
}

pub(super) fn fields_have_rules(declaration: &Declaration, rules: &Rules, mistakes: &mut Mistakes) {
    for scope in (0..=declaration.collections.len()).filter(|scope| !declaration.is_derived(*scope)) {
        for field in declaration.scope(scope).fields.iter().filter(|field| field.kind.is_derived()) {
            // A rule that is mistaken has been reported already.
            if !rules.attempted.iter().any(|attempt| attempt.scope == scope && attempt.ident == field.ident) {
                let attribute = if field.kind == FieldKind::Defaulted { "default" } else { "calculation" };
                let what = format!("`{0}` is {1}: write `#[{attribute}] fn {0}(…)`", field.ident, field.kind.word());
                mistakes.add(&field.ident, what);
            }
        }
    }
}
