//! How a struct's fields stand in it.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::field::{Field, Kind};

/// Where rows' ids stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ids {
    /// Nowhere: a header has none.
    None,
    /// With what is given.
    Given,
    /// With what is derived, as the rows are.
    Derived,
}

/// The implementation of `Record` for a struct: a table of its fields, each with its place in the struct.
pub(crate) fn implement(of: &Ident, fields: &[Field], ids: Ids, has_id: bool) -> TokenStream {
    // A table's places and types are those of the struct: the compiler holds its fields against these.
    let holds = fields.iter().map(
        |Field { ident, of: value, .. }| quote!(let _: fn(&#of) -> &::core::option::Option<#value> = |of| &of.#ident;),
    );
    let holds_id = has_id.then(|| quote!(let _: fn(&#of) -> &::lockstep_sdk::Text = |of| &of.id;));
    let is_checked = |field: &Field| field.kind != Kind::Calculated && (field.is_required || field.table.is_some());
    let checked = (0u16..).zip(fields).filter(|(_, field)| is_checked(field)).map(|(position, _)| position);
    let cells = fields.iter().map(|field| field.cell(of));
    let fields = fields.iter().map(Field::describe);
    let ids = match ids {
        Ids::None => quote!(None),
        Ids::Given => quote!(Given),
        Ids::Derived => quote!(Derived),
    };
    let id = if has_id { quote!(Some(::core::mem::offset_of!(#of, id))) } else { quote!(None) };
    quote! {
        const _: () = {
            #(#holds)*
            #holds_id
        };

        impl ::lockstep_sdk::__private::Record for #of {
            const FIELDS: &'static [::lockstep_sdk::__private::FieldSpec] = &[#(#fields),*];
            const CELLS: &'static [::lockstep_sdk::__private::Cell] = &::lockstep_sdk::__private::Cell::placed(
                [#(#cells),*],
                Self::FIELDS,
                Self::IDS,
            );
            const CHECKED: &'static [u16] = &[#(#checked),*];
            const IDS: ::lockstep_sdk::__private::Ids = ::lockstep_sdk::__private::Ids::#ids;
            const ID: ::core::option::Option<usize> = ::core::option::Option::#id;
        }
    }
}
