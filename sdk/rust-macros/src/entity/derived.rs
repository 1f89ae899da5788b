//! Derived collections: those whose rows a rule gives.

use proc_macro2::Ident;
use syn::{ItemStruct, ReturnType, Signature, meta::ParseNestedMeta};

use super::{
    declaration::{Collection, Declaration},
    rule::{Kind, Rules},
};
use crate::{
    field::{Kind as FieldKind, argument_of, last_segment},
    mistakes::Mistakes,
};

/// Whether the header says of a collection that its rows are a rule's: `#[field(calculated)]`.
pub(super) fn is_derived(field: &syn::Field, mistakes: &mut Mistakes) -> bool {
    let mut is_derived = false;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("field")) {
        let read = |meta: ParseNestedMeta<'_>| {
            if meta.path.is_ident("calculated") {
                is_derived = true;
                return Ok(());
            }
            Err(meta.error("the rows of a collection are the user's, or a rule's: `#[field(calculated)]`"))
        };
        mistakes.take(attribute.parse_nested_meta(read));
    }
    is_derived
}

/// What the rows of a derived collection have: an id, and calculated fields alone.
pub(super) fn check(collection: &Collection, row: &ItemStruct, mistakes: &mut Mistakes) {
    let Collection { ident, record, .. } = collection;
    match row.fields.iter().find(|field| field.ident.as_ref().is_some_and(|ident| ident == "id")) {
        Some(id) if last_segment(&id.ty).is_some_and(|name| name == "Text") => {}
        Some(id) => mistakes.add(&id.ty, "a row's id is a `Text`"),
        None => {
            let what = format!("the rule of `{ident}` gives each row an id: write `pub id: Text`");
            mistakes.add(&record.ident, what);
        }
    }
    if record.fields.is_empty() {
        mistakes.add(&record.ident, format!("the rows of `{ident}` have no field"));
    }
    let others = record.fields.iter().filter(|field| field.kind != FieldKind::Calculated && !field.is_mistaken);
    for field in others {
        let what = format!("`{}` is {}, but a rule gives the rows of `{ident}`", field.ident, field.kind.word());
        mistakes.add(&field.ident, format!("{what}: write `#[field(calculated)]`"));
    }
}

/// The rule of a collection's rows, if it is one: a calculation of the header with the collection's name.
pub(super) fn read_rows(
    ident: &Ident,
    scope: usize,
    kind: FieldKind,
    declaration: &Declaration,
    rules: &Rules,
) -> syn::Result<Option<Kind>> {
    let fault = |what: String| Err(syn::Error::new_spanned(ident, what));
    if declaration.is_derived(scope) {
        let rows = &declaration.collections[scope - 1].ident;
        let rule = format!("{}::{rows}", declaration.header.ident);
        return fault(format!("`{rule}` gives the rows of `{rows}` with all their values: no other rule does"));
    }
    let collection = if scope == 0 { declaration.collection_named(ident) } else { None };
    let Some(collection) = collection else { return Ok(None) };
    if !declaration.collections[collection].is_derived {
        return fault(format!("the rows of `{ident}` are the user's: a rule gives those of `#[field(calculated)]`"));
    }
    if kind == FieldKind::Defaulted {
        return fault(format!("`{ident}` is calculated: only a defaulted field has a default"));
    }
    let is_same = |kind: &Kind| matches!(kind, Kind::Rows { collection: other } if *other == collection);
    if rules.rules.iter().any(|rule| is_same(&rule.kind)) {
        return fault(format!("`{ident}` has a rule already"));
    }
    Ok(Some(Kind::Rows { collection }))
}

/// Whether the rule returns rows of the collection.
pub(super) fn returns(collection: &Collection, signature: &Signature, mistakes: &mut Mistakes) {
    let ReturnType::Type(_, returns) = &signature.output else { return };
    let (ident, row) = (&collection.ident, &collection.record.ident);
    let rows = argument_of(returns, "Option").unwrap_or(returns);
    if argument_of(rows, "Vec").and_then(last_segment) != Some(row) {
        let what = format!("the rule of `{ident}` returns its rows: `Vec<{row}>`, or `Option<Vec<{row}>>`");
        mistakes.add(returns, what);
    }
}

/// Whether each derived collection has its rule.
pub(super) fn collections_have_rules(declaration: &Declaration, rules: &Rules, mistakes: &mut Mistakes) {
    for collection in declaration.collections.iter().filter(|collection| collection.is_derived) {
        let (ident, row) = (&collection.ident, &collection.record.ident);
        // A rule that is mistaken has been reported already.
        if !rules.attempted.iter().any(|attempt| attempt.scope == 0 && attempt.ident == *ident) {
            let what = format!("`{ident}` is calculated: write `#[calculation] fn {ident}(…) -> Vec<{row}>`");
            mistakes.add(ident, what);
        }
    }
}
