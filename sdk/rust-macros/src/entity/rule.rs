//! Rules: the functions of a header or a row that carry an attribute, and what the attribute says.

use proc_macro2::{Ident, Span};
use syn::{
    Attribute, FnArg, ImplItem, ImplItemFn, Item, ReturnType, Token, Type, parse_quote, punctuated::Punctuated,
    spanned::Spanned,
};

use super::{
    binding::{self, Binding},
    check, condition,
    declaration::{Action, Declaration, STANDARD_ACTIONS, idents, strip},
    derived, value,
};
use crate::{
    field::{Kind as FieldKind, text_of},
    mistakes::Mistakes,
    names,
    near::suggestion,
};

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Gives a field a value: in its own scope, or, as a header's rule, in all rows of a collection at once.
    Value {
        scope: usize,
        field: usize,
        is_default: bool,
    },
    /// Gives a derived collection its rows; the collection's position.
    Rows {
        collection: usize,
    },
    Validation {
        at: Option<At>,
        guards: Vec<Ident>,
        server_only: bool,
    },
    Condition {
        marks: Vec<(usize, Mark)>,
        guards: Vec<Ident>,
    },
    Action,
}

/// Where a validation's issues are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// A field of the rule's own scope.
    Field(usize),
    /// A collection, at the row that the issue says, and maybe a field.
    Collection(usize, Option<usize>),
    /// One of the action's arguments.
    Argument(usize),
}

/// What a condition makes of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Hidden,
    ReadOnly,
    Required,
}

/// A rule, bound to what it reads.
pub(crate) struct Rule {
    pub(crate) ident: Ident,
    /// Where its return type stands.
    pub(crate) returns: Span,
    /// 0: the header; 1 and on: the collections.
    pub(crate) scope: usize,
    pub(crate) kind: Kind,
    pub(crate) parameters: Vec<Binding>,
    /// The fields that it reads, as bits: of the header, then of each collection.
    pub(crate) reads: Vec<u128>,
}

/// A function with a rule's attribute.
pub(super) struct Attempt {
    /// For a default or a calculation that of its field.
    pub(super) scope: usize,
    pub(super) ident: Ident,
    is_action: bool,
}

/// The rules of a module in declaration order, and its actions: the standard ones first.
#[expect(clippy::struct_field_names, reason = "the rules are what it is about")]
pub(crate) struct Rules {
    pub(crate) rules: Vec<Rule>,
    pub(crate) actions: Vec<Action>,
    /// The actions that validations name, those of mistaken ones too.
    pub(super) guards: Vec<Ident>,
    /// The functions with a rule's attribute, mistaken or not.
    pub(super) attempted: Vec<Attempt>,
}

impl Rule {
    /// Whether it gives values: a default or a calculation.
    pub(super) fn is_value(&self) -> bool {
        matches!(self.kind, Kind::Value { .. } | Kind::Rows { .. })
    }
}

impl Rules {
    pub(super) fn has_action(&self, name: &str) -> bool {
        let is_attempted = |attempt: &Attempt| attempt.is_action && names::kebab(&attempt.ident.to_string()) == name;
        self.actions.iter().any(|action| action.name == name) || self.attempted.iter().any(is_attempted)
    }

    pub(super) fn has_no_action(&self, name: &str, at: &Ident) -> syn::Error {
        let attempted = self.attempted.iter().filter(|attempt| attempt.is_action);
        let attempted = attempted.map(|attempt| names::kebab(&attempt.ident.to_string()));
        let near = suggestion(name, self.actions.iter().map(|action| action.name.clone()).chain(attempted));
        syn::Error::new_spanned(at, format!("there is no action `{name}`{near}"))
    }
}

const ATTRIBUTES: [&str; 5] = ["default", "calculation", "validation", "condition", "action"];

/// Reads the rules and strips their attributes.
pub(crate) fn read(items: &mut [Item], declaration: &Declaration, mistakes: &mut Mistakes) -> Rules {
    let mut rules = Rules {
        rules: Vec::new(),
        actions: declaration
            .standard_actions
            .iter()
            .map(|action| Action {
                name: action.name.clone(),
                label: action.label.clone(),
                states: action.states.clone(),
            })
            .collect(),
        guards: Vec::new(),
        attempted: Vec::new(),
    };
    for item in items {
        let Item::Impl(block) = item else { continue };
        if block.trait_.is_some() {
            continue;
        }
        let Type::Path(path) = &*block.self_ty else { continue };
        let Some(scope) = path.path.get_ident().and_then(|ident| declaration.scope_named(ident)) else { continue };
        for item in &mut block.items {
            if let ImplItem::Fn(function) = item {
                read_function(function, scope, declaration, &mut rules, mistakes);
            }
        }
    }
    check::arguments(declaration, &rules, mistakes);
    check::guards(&rules, mistakes);
    check::fields_have_rules(declaration, &rules, mistakes);
    derived::collections_have_rules(declaration, &rules, mistakes);
    rules
}

/// Takes all rules' attributes away, where there is no entity that they could be rules of.
pub(crate) fn strip_all(items: &mut [Item]) {
    for item in items {
        let Item::Impl(block) = item else { continue };
        for item in &mut block.items {
            let ImplItem::Fn(function) = item else { continue };
            take_attributes(function);
            for input in &mut function.sig.inputs {
                let FnArg::Typed(parameter) = input else { continue };
                strip(&mut parameter.attrs, "each");
                strip(&mut parameter.attrs, "header");
                strip(&mut parameter.attrs, "record");
            }
        }
    }
}

fn is_value(attribute: &Attribute) -> bool {
    attribute.path().is_ident("default") || attribute.path().is_ident("calculation")
}

/// Takes a rule's attributes away and returns them.
fn take_attributes(function: &mut ImplItemFn) -> Vec<Attribute> {
    let is_rule = |attribute: &mut Attribute| ATTRIBUTES.iter().any(|name| attribute.path().is_ident(name));
    function.attrs.extract_if(.., is_rule).collect()
}

fn read_function(
    function: &mut ImplItemFn,
    scope: usize,
    declaration: &Declaration,
    rules: &mut Rules,
    mistakes: &mut Mistakes,
) {
    let found = take_attributes(function);
    if !found.is_empty() {
        let is_action = found.iter().any(|attribute| attribute.path().is_ident("action"));
        let ident = &function.sig.ident;
        let target = value::target(&found[0], ident, scope, declaration).ok().filter(|_| is_value(&found[0]));
        let (scope, ident) = target.unwrap_or_else(|| (scope, ident.clone()));
        rules.attempted.push(Attempt { scope, ident, is_action });
    }
    let [attribute] = found.as_slice() else {
        if let Some(second) = found.get(1) {
            mistakes.add(second, "a rule is one of `default`, `calculation`, `validation`, `condition`, `action`");
        }
        return;
    };
    let ident = function.sig.ident.clone();
    let parameters = binding::bind(&mut function.sig, scope, declaration, mistakes);
    let kind = mistakes.take(read_kind(attribute, &ident, scope, declaration, rules));
    if let Some(kind) = &kind {
        check::returns(kind, &function.sig, mistakes);
    }
    if let Some(Kind::Rows { collection }) = &kind {
        derived::returns(&declaration.collections[*collection], &function.sig, mistakes);
    }
    // A frame of its own, so that a trap's backtrace names the rule.
    function.attrs.push(parse_quote!(#[cfg_attr(target_family = "wasm", inline(never))]));
    // And a body of its own: functions that do the same are made one by the compiler, under one name.
    let path = format!("::{}::{ident}", declaration.scope(scope).ident);
    let marker = parse_quote! {
        #[cfg(target_family = "wasm")]
        ::lockstep_sdk::__private::mark(::core::concat!(::core::module_path!(), #path));
    };
    function.block.stmts.insert(0, marker);
    function.attrs.push(parse_quote! {
        #[allow(
            clippy::missing_errors_doc,
            clippy::needless_pass_by_value,
            clippy::too_many_arguments,
            clippy::trivially_copy_pass_by_ref,
            clippy::unnecessary_wraps,
            reason = "a rule's signature says what it reads and yields"
        )]
    });
    let (Some(kind), Some(parameters)) = (kind, parameters) else { return };
    let reads = binding::reads(&parameters, declaration);
    let returns = match &function.sig.output {
        ReturnType::Default => ident.span(),
        ReturnType::Type(_, of) => of.span(),
    };
    rules.rules.push(Rule { ident, returns, scope, kind, parameters, reads });
}

fn read_kind(
    attribute: &Attribute,
    ident: &Ident,
    scope: usize,
    declaration: &Declaration,
    rules: &mut Rules,
) -> syn::Result<Kind> {
    let word = attribute.path().require_ident()?.to_string();
    match word.as_str() {
        "default" => value::read(attribute, ident, scope, FieldKind::Defaulted, declaration, rules),
        "calculation" => value::read(attribute, ident, scope, FieldKind::Calculated, declaration, rules),
        "validation" => read_validation(attribute, scope, declaration, rules),
        "condition" => condition::read(attribute, scope, declaration, rules),
        _ => read_action(attribute, ident, scope, declaration, rules),
    }
}

fn read_validation(
    attribute: &Attribute,
    scope: usize,
    declaration: &Declaration,
    rules: &mut Rules,
) -> syn::Result<Kind> {
    let mut at_path = None;
    let mut guards = Vec::new();
    let mut server_only = false;
    if !matches!(attribute.meta, syn::Meta::Path(_)) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("at") {
                let path: Punctuated<Ident, Token![.]> = meta.value()?.call(Punctuated::parse_separated_nonempty)?;
                at_path = Some(path.into_iter().collect::<Vec<_>>());
            } else if meta.path.is_ident("actions") {
                guards = idents(&meta)?;
            } else if meta.path.is_ident("server_only") {
                server_only = true;
            } else {
                return Err(meta.error("a validation may say `at = field`, `actions = [confirm]`, `server_only`"));
            }
            Ok(())
        })?;
    }
    rules.guards.extend(guards.iter().cloned());
    let at = at_path.map(|path| read_at(&path, scope, declaration, &guards)).transpose()?;
    Ok(Kind::Validation { at, guards, server_only })
}

fn read_at(path: &[Ident], scope: usize, declaration: &Declaration, guards: &[Ident]) -> syn::Result<At> {
    let record = declaration.scope(scope);
    match path {
        [field] => {
            if let Some(position) = record.position(field) {
                return Ok(At::Field(position));
            }
            let collection = if scope == 0 { declaration.collection_named(field) } else { None };
            collection.map(|collection| At::Collection(collection, None)).ok_or_else(|| record.has_no(field))
        }
        [arguments, field] if arguments == "arguments" => {
            let of_guards = |struct_: &&super::declaration::Arguments| {
                guards.iter().any(|guard| names::kebab(&guard.to_string()) == struct_.action)
            };
            let found = declaration.arguments.iter().find(of_guards);
            let position = found.and_then(|found| found.fields.iter().position(|known| known.ident == *field));
            position.map(At::Argument).ok_or_else(|| {
                let known = found.iter().flat_map(|found| &found.fields).map(|known| &known.ident);
                let near = suggestion(&field.to_string(), known);
                let what = format!("none of the guarded actions has an argument `{field}`{near}");
                syn::Error::new_spanned(field, what)
            })
        }
        [collection, field] if scope == 0 => {
            let position =
                declaration.collection_named(collection).ok_or_else(|| declaration.has_no_collection(collection))?;
            let row = &declaration.collections[position].record;
            let field = row.position(field).ok_or_else(|| row.has_no(field))?;
            Ok(At::Collection(position, Some(field)))
        }
        _ => Err(syn::Error::new_spanned(
            &path[0],
            "a place is `field`, `collection`, `collection.field` or `arguments.name`",
        )),
    }
}

fn read_action(
    attribute: &Attribute,
    ident: &Ident,
    scope: usize,
    declaration: &Declaration,
    rules: &mut Rules,
) -> syn::Result<Kind> {
    if scope != 0 {
        return Err(syn::Error::new_spanned(
            ident,
            format!("actions are the header's: write it in `impl {}`", declaration.header.ident),
        ));
    }
    let name = names::kebab(&ident.to_string());
    let mut states = Vec::new();
    let mut label = None;
    if !matches!(attribute.meta, syn::Meta::Path(_)) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("states") {
                states = idents(&meta)?;
            } else if meta.path.is_ident("label") {
                label = Some(text_of(&meta)?);
            } else {
                return Err(meta.error("an action may say `states = [Draft]` and `label = \"…\"`"));
            }
            Ok(())
        })?;
    }
    if let Some(first) = states.first().filter(|_| !declaration.has_status) {
        return Err(syn::Error::new_spanned(first, "`states` needs to know the status field: `#[entity(status = …)]`"));
    }
    let is_standard = STANDARD_ACTIONS.contains(&name.as_str());
    match rules.actions.iter_mut().find(|action| action.name == name) {
        Some(action) if is_standard => {
            if !states.is_empty() {
                action.states = states;
            }
        }
        Some(_) => return Err(syn::Error::new_spanned(ident, format!("there is an action `{ident}` already"))),
        None => {
            let label = label.unwrap_or_else(|| names::words(&name));
            rules.actions.push(Action { name, label, states });
        }
    }
    Ok(Kind::Action)
}
