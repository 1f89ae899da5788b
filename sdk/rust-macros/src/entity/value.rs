//! Rules that give values: defaults and calculations have the name of their field, or of a derived collection.

use proc_macro2::Ident;
use syn::{Attribute, Token, punctuated::Punctuated};

use super::{
    declaration::Declaration,
    derived,
    rule::{Kind, Rule, Rules},
};
use crate::{field::Kind as FieldKind, near::suggestion};

/// Which field a default or a calculation gives a value, as its scope and name: that of its own name, or, for a header's
/// rule that gives the field of all rows, `#[calculation(lines)]` or `#[calculation(lines.amount)]`.
pub(super) fn target(
    attribute: &Attribute,
    ident: &Ident,
    scope: usize,
    declaration: &Declaration,
) -> syn::Result<(usize, Ident)> {
    if matches!(attribute.meta, syn::Meta::Path(_)) {
        return Ok((scope, ident.clone()));
    }
    let path = attribute.parse_args_with(Punctuated::<Ident, Token![.]>::parse_separated_nonempty)?;
    if scope != 0 {
        return Err(syn::Error::new_spanned(path, "only the header's rules give a field of all rows its values"));
    }
    let name = &path[0];
    let collection = declaration.collection_named(name).ok_or_else(|| declaration.has_no_collection(name))?;
    match path.len() {
        1 => Ok((collection + 1, ident.clone())),
        2 => Ok((collection + 1, path[1].clone())),
        _ => Err(syn::Error::new_spanned(&path, "a field of all rows is `collection` or `collection.field`")),
    }
}

pub(super) fn read(
    attribute: &Attribute,
    ident: &Ident,
    scope: usize,
    kind: FieldKind,
    declaration: &Declaration,
    rules: &Rules,
) -> syn::Result<Kind> {
    let (scope, ident) = &target(attribute, ident, scope, declaration)?;
    let scope = *scope;
    if let Some(rows) = derived::read_rows(ident, scope, kind, declaration, rules)? {
        return Ok(rows);
    }
    let record = declaration.scope(scope);
    let what = if kind == FieldKind::Defaulted { "default" } else { "calculation" };
    let field = record.position(ident).ok_or_else(|| {
        let near = suggestion(&ident.to_string(), record.fields.iter().map(|field| &field.ident));
        let what = format!("a {what} has the name of its field, and `{}` has no field `{ident}`{near}", record.ident);
        syn::Error::new_spanned(ident, what)
    })?;
    let found = record.fields[field].kind;
    if found != kind && !record.fields[field].is_mistaken {
        let what = format!("`{ident}` is {}: only a {} field has a {what}", found.word(), kind.word());
        return Err(syn::Error::new_spanned(ident, what));
    }
    let is_same =
        |rule: &Rule| matches!(rule.kind, Kind::Value { scope: of, field: other, .. } if (of, other) == (scope, field));
    if rules.rules.iter().any(is_same) {
        return Err(syn::Error::new_spanned(ident, format!("`{ident}` has a rule already")));
    }
    Ok(Kind::Value { scope, field, is_default: kind == FieldKind::Defaulted })
}
