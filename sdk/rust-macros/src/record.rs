//! How a struct's fields stand in record sets.

use proc_macro2::TokenStream;
use quote::quote;

use crate::field::{Field, Kind};

/// Constants with the columns of those fields that are included.
pub(crate) fn columns(
    name: &TokenStream,
    fields: &[Field],
    first_text: usize,
    included: fn(Kind) -> bool,
) -> TokenStream {
    let count = fields.len();
    let entries = entries(fields, included);
    quote! {
        const #name: [::lockstep_sdk::__private::CellColumn; #count] =
            ::lockstep_sdk::__private::cells::columns([#(#entries),*], #first_text);
    }
}

fn entries(fields: &[Field], included: fn(Kind) -> bool) -> Vec<TokenStream> {
    let entry = |field: &Field| {
        let of = &field.of;
        let is_included = included(field.kind);
        quote!((<#of as ::lockstep_sdk::__private::FieldValue>::POOL, #is_included))
    };
    fields.iter().map(entry).collect()
}

/// Where rows' ids stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ids {
    /// Nowhere: a header has none.
    None,
    /// With what is given; a struct need not have them.
    Given { has_field: bool },
    /// With what is derived, as the rows are.
    Derived,
}

/// The implementation of `Record` for a header (`rest`: its collections, empty) or a row (`rest`: its id).
pub(crate) fn implement(ident: &syn::Ident, fields: &[Field], ids: Ids, rest: &TokenStream) -> TokenStream {
    let described = fields.iter().map(Field::describe);
    let given = columns(&quote!(GIVEN), fields, usize::from(ids != Ids::None), Kind::is_given);
    let derived = columns(&quote!(DERIVED), fields, usize::from(ids == Ids::Derived), Kind::is_derived);
    let derived_entries = entries(fields, Kind::is_derived);
    let given_entries = entries(fields, Kind::is_given);
    let reads = fields.iter().enumerate().map(|(position, field)| {
        let name = &field.ident;
        let stored = quote!(stored.and_then(|stored| stored.get(DERIVED[#position], row)));
        match field.kind {
            Kind::Calculated => quote!(#name: #stored),
            Kind::Defaulted => quote!(#name: given.get(GIVEN[#position], row).or_else(|| #stored)),
            _ => quote!(#name: given.get(GIVEN[#position], row)),
        }
    });
    let empty = fields.iter().map(|field| &field.ident).map(|name| quote!(#name: None));
    let fills = fields.iter().enumerate().map(|(position, field)| {
        let name = &field.ident;
        let cells = quote!(rows.iter_mut().map(|row| &mut row.#name));
        // What was given stands before what was derived, so it is filled in last.
        let stored = field.kind.is_derived().then(|| {
            quote!(if let ::core::option::Option::Some(stored) = stored { stored.fill(DERIVED[#position], #cells); })
        });
        let given = field.kind.is_given().then(|| quote!(given.fill(GIVEN[#position], #cells);));
        quote!(#stored #given)
    });
    let derived_columns = fields.iter().enumerate().filter(|(_, field)| field.kind.is_derived());
    let derived_columns = derived_columns.map(|(position, field)| {
        let (name, of) = (&field.ident, &field.of);
        if field.kind == Kind::Defaulted {
            quote! {
                writer.column::<#of>(rows.iter().enumerate().map(|(row, record)| {
                    if given.is_present(GIVEN[#position], row) { None } else { record.#name.as_ref() }
                }));
            }
        } else {
            quote!(writer.column::<#of>(rows.iter().map(|record| record.#name.as_ref()));)
        }
    });
    let given_columns = fields.iter().filter(|field| field.kind.is_given()).map(|field| {
        let (name, of) = (&field.ident, &field.of);
        quote!(writer.column::<#of>(rows.iter().map(|record| record.#name.as_ref()));)
    });
    let written = quote!(writer.ids(rows.iter().map(|record| record.id.as_str())););
    let (derived_ids, given_ids) = match ids {
        Ids::None => (quote!(), quote!()),
        Ids::Given { has_field: true } => (quote!(), written),
        Ids::Given { has_field: false } => (quote!(), quote!(writer.ids(rows.iter().map(|_| ""));)),
        Ids::Derived => (written, quote!()),
    };
    let given_rows = if ids == Ids::Derived { quote!(let rows = &rows[..0];) } else { quote!() };
    quote! {
        const _: () = {
            use ::core::option::Option::{self, None};
            use ::lockstep_sdk::__private::{Cells, RecordSet, Writer, cells};

            #given
            #derived
            const GIVEN_SIZES: [usize; 3] = cells::pool_sizes([#(#given_entries),*]);
            const DERIVED_SIZES: [usize; 3] = cells::pool_sizes([#(#derived_entries),*]);

            #[allow(clippy::all, clippy::pedantic, unused_variables, unused_mut)]
            impl ::lockstep_sdk::__private::Record for #ident {
                const FIELDS: &'static [::lockstep_sdk::__private::FieldSpec] = &[#(#described),*];

                #[inline]
                fn read(given: &Cells, stored: Option<&Cells>, row: usize) -> Self {
                    Self { #(#reads,)* #rest }
                }

                fn read_rows(given: &Cells, stored: Option<&Cells>) -> ::std::vec::Vec<Self> {
                    let mut rows: ::std::vec::Vec<Self> =
                        (0..given.rows()).map(|row| Self { #(#empty,)* #rest }).collect();
                    #(#fills)*
                    rows
                }

                fn derived(rows: &[Self], given: &Cells) -> RecordSet {
                    let mut writer = Writer::new(rows.len(), DERIVED_SIZES);
                    #derived_ids
                    #(#derived_columns)*
                    writer.finish()
                }

                fn given(rows: &[Self]) -> RecordSet {
                    #given_rows
                    let mut writer = Writer::new(rows.len(), GIVEN_SIZES);
                    #given_ids
                    #(#given_columns)*
                    writer.finish()
                }
            }
        };
    }
}
