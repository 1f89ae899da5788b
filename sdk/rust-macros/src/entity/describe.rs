//! What the entity says of itself, as a constant.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    binding::{Binding, Mode},
    declaration::{Action, Declaration, status_type},
    rule::{At, Kind, Mark, Rule, Rules},
};
use crate::names;

pub(crate) fn entity(declaration: &Declaration, rules: &Rules) -> TokenStream {
    let Declaration { name, label, header, last_writer, .. } = declaration;
    let header_ident = &header.ident;
    let collections = declaration.collections.iter().map(|collection| {
        let (name, label, row) =
            (names::kebab(&collection.ident.to_string()), &collection.label, &collection.record.ident);
        let derived = collection.is_derived;
        quote! {
            CollectionSpec {
                name: ::lockstep_sdk::__private::Str::of(#name),
                label: ::lockstep_sdk::__private::Str::of(#label),
                derived: #derived,
                fields: ::lockstep_sdk::__private::List::of(<#row as Record>::FIELDS),
            }
        }
    });
    let actions = rules.actions.iter().map(|action| describe_action(action, declaration));
    let described_rules = rules.rules.iter().map(|rule| describe_rule(rule, declaration, rules));
    let status = option(declaration.status.map(|position| position as u16));
    let frozen = declaration.frozen.iter().map(|state| {
        let of = status_type(declaration);
        quote!(::lockstep_sdk::__private::Str::of(<#of>::#state.__name()))
    });
    quote! {
        EntitySpec {
            name: ::lockstep_sdk::__private::Str::of(#name),
            label: ::lockstep_sdk::__private::Str::of(#label),
            fields: ::lockstep_sdk::__private::List::of(<#header_ident as Record>::FIELDS),
            collections: ::lockstep_sdk::__private::List::of(&[#(#collections),*]),
            actions: ::lockstep_sdk::__private::List::of(&[#(#actions),*]),
            rules: ::lockstep_sdk::__private::List::of(&[#(#described_rules),*]),
            status: #status,
            frozen: ::lockstep_sdk::__private::List::of(&[#(#frozen),*]),
            last_writer: #last_writer,
        }
    }
}

fn describe_action(action: &Action, declaration: &Declaration) -> TokenStream {
    let Action { name, label, states } = action;
    let arguments = declaration.arguments.iter().find(|arguments| arguments.action == *name);
    let arguments = arguments.map_or_else(
        || quote!(&[]),
        |arguments| {
            let of = &arguments.ident;
            quote!(<#of as Record>::FIELDS)
        },
    );
    let of = status_type(declaration);
    quote! {
        ActionSpec {
            name: ::lockstep_sdk::__private::Str::of(#name),
            label: ::lockstep_sdk::__private::Str::of(#label),
            arguments: ::lockstep_sdk::__private::List::of(#arguments),
            states: ::lockstep_sdk::__private::List::of(&[#(::lockstep_sdk::__private::Str::of(<#of>::#states.__name())),*]),
        }
    }
}

fn describe_rule(rule: &Rule, declaration: &Declaration, rules: &Rules) -> TokenStream {
    let record = declaration.scope(rule.scope);
    let ident = match rule.kind {
        Kind::Value { scope, field, .. } => &declaration.scope(scope).fields[field].ident,
        _ => &rule.ident,
    };
    let name = names::kebab(&ident.to_string());
    let function = format!("::{}::{}", record.ident, rule.ident);
    let kind = match &rule.kind {
        Kind::Value { is_default: true, .. } => quote!(Default),
        Kind::Value { is_default: false, .. } | Kind::Rows { .. } => quote!(Calculation),
        Kind::Validation { server_only: false, .. } => quote!(Validation),
        Kind::Validation { server_only: true, .. } => quote!(ServerOnly),
        Kind::Condition { .. } => quote!(Condition),
        Kind::Action => quote!(Action),
    };
    let collection = option(rule.scope.checked_sub(1).map(|collection| collection as u16));
    let reads = rule.reads.iter().enumerate().flat_map(|(scope, bits)| {
        (0..128).filter(move |field| bits >> field & 1 == 1).map(move |field| path(scope, field))
    });
    let writes: Vec<_> = match &rule.kind {
        Kind::Value { scope, field, .. } => vec![path(*scope, *field)],
        Kind::Rows { collection } => {
            let fields = 0..declaration.collections[*collection].record.fields.len();
            fields.map(|field| path(collection + 1, field)).collect()
        }
        Kind::Condition { marks, .. } => marks.iter().map(|(field, _)| path(rule.scope, *field)).collect(),
        Kind::Validation { .. } | Kind::Action => Vec::new(),
    };
    let tables = rule.parameters.iter().filter_map(|parameter| match parameter {
        Binding::Reference { scope, field, .. } => declaration.scope(*scope).fields[*field].table.as_ref(),
        _ => None,
    });
    let guards = guards(rule, rules);
    quote! {
        RuleSpec {
            name: ::lockstep_sdk::__private::Str::of(#name),
            kind: schema::RuleKind::#kind,
            function: ::lockstep_sdk::__private::Str::of(::core::concat!(::core::module_path!(), #function)),
            collection: #collection,
            reads: ::lockstep_sdk::__private::List::of(&[#(#reads),*]),
            writes: ::lockstep_sdk::__private::List::of(&[#(#writes),*]),
            tables: ::lockstep_sdk::__private::List::of(&[#(<#tables as Listed>::INDEX),*]),
            guards: ::lockstep_sdk::__private::List::of(&[#(#guards),*]),
        }
    }
}

/// What the rule does, besides what the contract says of it.
pub(super) fn does(rule: &Rule) -> TokenStream {
    match &rule.kind {
        Kind::Value { scope, is_default, .. } if *scope == rule.scope => {
            quote!(::lockstep_sdk::__private::Does::Value { is_default: #is_default })
        }
        Kind::Value { is_default, .. } => quote!(::lockstep_sdk::__private::Does::Column { is_default: #is_default }),
        Kind::Rows { .. } => quote!(::lockstep_sdk::__private::Does::Rows),
        Kind::Validation { at, .. } => {
            let at = match at {
                None => quote!(Record),
                Some(At::Field(field)) => {
                    let field = *field as u16;
                    quote!(Field(#field))
                }
                Some(At::Collection(collection, field)) => {
                    let collection = *collection as u16;
                    let field = field.map_or_else(
                        || quote!(None),
                        |field| {
                            let field = field as u16;
                            quote!(Some(#field))
                        },
                    );
                    quote!(Collection(#collection, #field))
                }
                Some(At::Argument(argument)) => {
                    let argument = *argument as u16;
                    quote!(Argument(#argument))
                }
            };
            quote!(::lockstep_sdk::__private::Does::Validation(::lockstep_sdk::__private::At::#at))
        }
        Kind::Condition { marks, .. } => {
            let marks = marks.iter().map(|(_, mark)| match mark {
                Mark::Hidden => quote!(Hidden),
                Mark::ReadOnly => quote!(ReadOnly),
                Mark::Required => quote!(Required),
            });
            quote!(::lockstep_sdk::__private::Does::Condition(&[#(::lockstep_sdk::__private::Mark::#marks),*]))
        }
        Kind::Action => {
            let required = rule.parameters.iter().filter_map(|parameter| match parameter {
                Binding::Field { field, mode: Mode::Value | Mode::Borrowed | Mode::Text, .. } => Some((*field, false)),
                Binding::Reference { field, is_optional: false, .. } => Some((*field, true)),
                _ => None,
            });
            let required = required.map(|(field, takes_row)| {
                let field = field as u16;
                quote!((#field, #takes_row))
            });
            quote!(::lockstep_sdk::__private::Does::Action(&[#(#required),*]))
        }
    }
}

/// What comes of an action, besides what the contract says of it.
pub(super) fn acts(position: u16, action: &Action, rules: &Rules) -> TokenStream {
    let stores = action.name == "create" || action.name == "update";
    let is_its_own =
        |rule: &Rule| matches!(rule.kind, Kind::Action) && names::kebab(&rule.ident.to_string()) == action.name;
    let rule = rules.rules.iter().position(is_its_own).map(|rule| rule as u16);
    let rule = rule.map_or_else(|| quote!(None), |rule| quote!(Some(#rule)));
    let guarding = |wanted: bool| {
        positions(rules, |rule| {
            matches!(rule.kind, Kind::Validation { server_only, .. } if server_only == wanted)
                && guards(rule, rules).contains(&position)
        })
    };
    let (validations, server_only) = (guarding(false), guarding(true));
    quote! {
        ::lockstep_sdk::__private::Acts {
            stores: #stores,
            rule: ::core::option::Option::#rule,
            validations: #validations,
            server_only: #server_only,
        }
    }
}

/// Which rules have their turn whatever the action.
pub(super) fn turns(rules: &Rules) -> TokenStream {
    let values: Vec<_> = rules.rules.iter().take_while(|rule| rule.is_value()).collect();
    let values = values.chunk_by(|one, other| one.scope == other.scope).map(|neighbours| {
        let (scope, count) = (neighbours[0].scope as u16, neighbours.len() as u16);
        quote!((#scope, #count))
    });
    let conditions = positions(rules, |rule| matches!(rule.kind, Kind::Condition { .. }));
    quote!(::lockstep_sdk::__private::Turns { values: &[#(#values),*], conditions: #conditions })
}

/// The positions of some rules, as a slice.
fn positions(rules: &Rules, is_wanted: impl Fn(&Rule) -> bool) -> TokenStream {
    let positions = (0u16..).zip(&rules.rules).filter(|(_, rule)| is_wanted(rule)).map(|(position, _)| position);
    quote!(&[#(#positions),*])
}

/// The positions of the actions that a validation guards, or that a condition requires fields for: create and update
/// unless it says otherwise.
pub(super) fn guards(rule: &Rule, rules: &Rules) -> Vec<u16> {
    let guards = match &rule.kind {
        Kind::Validation { guards, .. } => guards,
        Kind::Condition { marks, guards } if marks.iter().any(|(_, mark)| *mark == Mark::Required) => guards,
        _ => return Vec::new(),
    };
    let named: Vec<_> = guards.iter().map(|guard| names::kebab(&guard.to_string())).collect();
    let is_guarded = |name: &str| {
        if named.is_empty() { name == "create" || name == "update" } else { named.iter().any(|guard| guard == name) }
    };
    (0u16..).zip(&rules.actions).filter(|(_, action)| is_guarded(&action.name)).map(|(position, _)| position).collect()
}

fn path(scope: usize, field: usize) -> TokenStream {
    let collection = option(scope.checked_sub(1).map(|collection| collection as u16));
    let field = field as u16;
    quote!(::lockstep_sdk::__private::FieldPath { collection: #collection, field: #field })
}

fn option(value: Option<u16>) -> TokenStream {
    value.map_or_else(
        || quote!(::lockstep_sdk::__private::Maybe::None),
        |value| quote!(::lockstep_sdk::__private::Maybe::Some(#value)),
    )
}
