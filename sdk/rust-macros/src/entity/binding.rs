//! What a rule's parameters are bound to, by their names and types.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, FnArg, Pat, PatType, Signature, Type};

use super::declaration::{Declaration, Record, strip};
use crate::{
    field::{Field, argument_of, last_segment},
    mistakes::Mistakes,
    near::suggestion,
};

/// How a rule takes a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// `T`: the rule is skipped when it is absent.
    Value,
    /// `&T`
    Borrowed,
    /// `&str`
    Text,
    /// `Option<T>`
    Optional,
    /// `Option<&T>`
    OptionalBorrowed,
    /// `Option<&str>`
    OptionalText,
}

/// What one parameter is bound to. Scopes: 0 the header, 1 and on the collections.
pub(crate) enum Binding {
    Context,
    /// The number of the row that the rule runs for.
    Row,
    /// The record's key.
    RecordKey,
    Field {
        scope: usize,
        field: usize,
        mode: Mode,
    },
    /// The row that a field's key names.
    Reference {
        scope: usize,
        field: usize,
        is_optional: bool,
    },
    /// One field of all rows.
    Column {
        collection: usize,
        field: usize,
    },
    /// The ids of all rows.
    Ids {
        collection: usize,
    },
    /// All rows.
    Rows {
        collection: usize,
    },
    Arguments {
        ident: Ident,
    },
}

/// Binds all parameters, and strips their attributes.
pub(crate) fn bind(
    signature: &mut Signature,
    scope: usize,
    declaration: &Declaration,
    mistakes: &mut Mistakes,
) -> Option<Vec<Binding>> {
    let count = signature.inputs.len();
    let mut bindings = Vec::new();
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                mistakes.add(receiver, "a rule's parameters are the fields that it reads: it has no `self`");
            }
            FnArg::Typed(parameter) => bindings.extend(mistakes.take(bind_one(parameter, scope, declaration))),
        }
    }
    (bindings.len() == count).then_some(bindings)
}

fn bind_one(parameter: &mut PatType, scope: usize, declaration: &Declaration) -> syn::Result<Binding> {
    let each = strip(&mut parameter.attrs, "each");
    let header = strip(&mut parameter.attrs, "header");
    let record = strip(&mut parameter.attrs, "record");
    let Pat::Ident(pattern) = &*parameter.pat else {
        return Err(syn::Error::new_spanned(&parameter.pat, "a parameter is the name of a field"));
    };
    let ident = Ident::new(pattern.ident.to_string().trim_start_matches('_'), pattern.ident.span());
    let of = &*parameter.ty;
    if let Some(record) = record {
        return bind_record_key(&record, &ident, of, declaration);
    }
    if let Some(each) = each {
        return bind_column(&each, &ident, of, scope, declaration);
    }
    if reference_to(of).and_then(last_segment).is_some_and(|segment| segment == "Context") {
        return Ok(Binding::Context);
    }
    if last_segment(of).is_some_and(|segment| segment == "RowIndex") {
        if scope == 0 {
            return Err(syn::Error::new_spanned(of, "the header has no row number"));
        }
        return Ok(Binding::Row);
    }
    if let Some(segment) = reference_to(of).and_then(last_segment)
        && declaration.arguments.iter().any(|arguments| arguments.ident == *segment)
    {
        return Ok(Binding::Arguments { ident: segment.clone() });
    }
    let own = if header.is_some() { None } else { declaration.scope(scope).position(&ident) };
    if let Some(field) = own {
        return bind_field(declaration.scope(scope), scope, field, of);
    }
    if let Some(field) = declaration.header.position(&ident) {
        return bind_field(&declaration.header, 0, field, of);
    }
    if scope == 0
        && let Some(collection) = declaration.collection_named(&ident)
    {
        return bind_rows(declaration, collection, of);
    }
    Err(unknown(&ident, scope, header.as_ref(), declaration))
}

fn bind_record_key(attribute: &Attribute, ident: &Ident, of: &Type, declaration: &Declaration) -> syn::Result<Binding> {
    let header = &declaration.header;
    if ident != "key" {
        return Err(syn::Error::new_spanned(ident, "of the record a rule can have its key: `#[record] key: &Text`"));
    }
    if !reference_to(of).is_some_and(|of| is_str(of) || last_segment(of).is_some_and(|segment| segment == "Text")) {
        return Err(syn::Error::new_spanned(of, "the record's key is a `&Text`, empty where there is none yet"));
    }
    if !header.has_id {
        let what = format!("`{}` does not hold its key: give it `pub key: Text`", header.ident);
        return Err(syn::Error::new_spanned(attribute, what));
    }
    Ok(Binding::RecordKey)
}

/// What a parameter may be is more than the fields of one record.
fn unknown(ident: &Ident, scope: usize, header: Option<&Attribute>, declaration: &Declaration) -> syn::Error {
    let record = if header.is_some() { &declaration.header } else { declaration.scope(scope) };
    let own = record.fields.iter().map(|field| &field.ident);
    let of_header = declaration.header.fields.iter().map(|field| &field.ident);
    let collections = declaration.collections.iter().map(|collection| &collection.ident).filter(|_| scope == 0);
    let near = suggestion(&ident.to_string(), own.chain(of_header).chain(collections));
    syn::Error::new_spanned(ident, format!("`{}` has no field `{ident}`{near}", record.ident))
}

fn bind_column(
    each: &Attribute,
    ident: &Ident,
    of: &Type,
    scope: usize,
    declaration: &Declaration,
) -> syn::Result<Binding> {
    if scope != 0 {
        return Err(syn::Error::new_spanned(each, "only the header's rules read a field of all rows"));
    }
    let name = each.parse_args::<Ident>()?;
    let collection = declaration.collection_named(&name).ok_or_else(|| declaration.has_no_collection(&name))?;
    let record = &declaration.collections[collection].record;
    let held_in = argument_of(of, "Column");
    if ident == "id" && record.has_id && held_in.and_then(last_segment).is_some_and(|segment| segment == "Text") {
        return Ok(Binding::Ids { collection });
    }
    let field = record.position(ident).ok_or_else(|| record.has_no(ident))?;
    let held = &record.fields[field].of;
    match held_in {
        Some(inner) if is_same(inner, held) => Ok(Binding::Column { collection, field }),
        _ => {
            let what = format!("`{ident}` of all rows is a `Column<'_, {}>`", held.to_token_stream());
            Err(syn::Error::new_spanned(of, what))
        }
    }
}

fn bind_rows(declaration: &Declaration, collection: usize, of: &Type) -> syn::Result<Binding> {
    let row = &declaration.collections[collection].record.ident;
    let is_slice = matches!(reference_to(of), Some(Type::Slice(slice)) if last_segment(&slice.elem) == Some(row));
    if is_slice {
        Ok(Binding::Rows { collection })
    } else {
        Err(syn::Error::new_spanned(of, format!("the rows are a `&[{row}]`")))
    }
}

fn bind_field(record: &Record, scope: usize, position: usize, of: &Type) -> syn::Result<Binding> {
    let field = &record.fields[position];
    let (inner, is_optional) = argument_of(of, "Option").map_or((of, false), |inner| (inner, true));
    let mode = match (reference_to(inner), is_optional) {
        (None, false) if is_same(inner, &field.of) => Some(Mode::Value),
        (None, true) if is_same(inner, &field.of) => Some(Mode::Optional),
        (Some(target), false) if is_same(target, &field.of) => Some(Mode::Borrowed),
        (Some(target), true) if is_same(target, &field.of) => Some(Mode::OptionalBorrowed),
        (Some(target), _) if is_str(target) && is_text(field) => {
            Some(if is_optional { Mode::OptionalText } else { Mode::Text })
        }
        _ => None,
    };
    if let Some(mode) = mode {
        return Ok(Binding::Field { scope, field: position, mode });
    }
    let table = field.table.as_ref().and_then(|table| table.segments.last());
    if let (Some(target), Some(table)) = (reference_to(inner).and_then(last_segment), table)
        && *target == table.ident
    {
        return Ok(Binding::Reference { scope, field: position, is_optional });
    }
    let held = field.of.to_token_stream();
    let row = table.map(|table| format!("; its row is `&{0}` or `Option<&{0}>`", table.ident)).unwrap_or_default();
    let what = format!("`{}` holds `{held}`: take it as `{held}` or `Option<{held}>`{row}", field.ident);
    Err(syn::Error::new_spanned(of, what))
}

/// The fields that a rule reads, as bits: of the header, then of each collection.
pub(crate) fn reads(bindings: &[Binding], declaration: &Declaration) -> Vec<u128> {
    let mut reads = vec![0; 1 + declaration.collections.len()];
    for binding in bindings {
        match binding {
            Binding::Field { scope, field, .. } | Binding::Reference { scope, field, .. } => {
                reads[*scope] |= 1 << field;
            }
            Binding::Column { collection, field } => reads[collection + 1] |= 1 << field,
            // The ids of a derived collection come with all else of its rows.
            Binding::Ids { collection } if !declaration.collections[*collection].is_derived => {}
            Binding::Rows { collection } | Binding::Ids { collection } => {
                let count = declaration.collections[*collection].record.fields.len();
                reads[collection + 1] |= u128::MAX >> (128 - count.clamp(1, 128));
            }
            Binding::Context | Binding::Row | Binding::RecordKey | Binding::Arguments { .. } => {}
        }
    }
    reads
}

fn reference_to(of: &Type) -> Option<&Type> {
    match of {
        Type::Reference(reference) if reference.mutability.is_none() => Some(&reference.elem),
        _ => None,
    }
}

fn is_same(one: &Type, other: &Type) -> bool {
    one == other || matches!((last_segment(one), last_segment(other)), (Some(one), Some(other)) if one == other)
}

fn is_str(of: &Type) -> bool {
    last_segment(of).is_some_and(|segment| segment == "str")
}

fn is_text(field: &Field) -> bool {
    last_segment(&field.of).is_some_and(|segment| segment == "Text")
}

/// How a value is handed over, given the expression of the record that holds it.
pub(crate) fn field_expression(record: &TokenStream, field: &Field, mode: Mode) -> TokenStream {
    let ident = &field.ident;
    match mode {
        Mode::Value => quote!(#record.#ident.clone()?),
        Mode::Borrowed => quote!(#record.#ident.as_ref()?),
        Mode::Text => quote!(#record.#ident.as_deref()?),
        Mode::Optional => quote!(#record.#ident.clone()),
        Mode::OptionalBorrowed => quote!(#record.#ident.as_ref()),
        Mode::OptionalText => quote!(#record.#ident.as_deref()),
    }
}
