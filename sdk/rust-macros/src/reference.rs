//! `#[derive(Reference)]`: a struct as the row of a reference table.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput};

use crate::{
    field::{Field, Kind, last_segment, text_of},
    mistakes::Mistakes,
    names, record,
};

pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let Data::Struct(data) = &input.data else {
        mistakes.add(&input.ident, "a table's row is a struct");
        return stand_in(&input.ident, mistakes);
    };
    let mut name = names::kebab(&input.ident.to_string());
    let mut label = None;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("reference")) {
        let parsed = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("name") {
                name = text_of(&meta)?;
            } else if meta.path.is_ident("label") {
                label = Some(text_of(&meta)?);
            } else {
                return Err(meta.error("a table may say `name = \"…\"` and `label = \"…\"`"));
            }
            Ok(())
        });
        mistakes.take(parsed);
    }
    let label = label.unwrap_or_else(|| names::words(&name));
    let fields = columns_of(data, &mut mistakes);
    let keys: Vec<u16> =
        (0u16..).zip(&fields).filter(|(_, field)| field.is_key).map(|(position, _)| position).collect();
    if keys.is_empty() && mistakes.is_empty() {
        mistakes.add(&input.ident, "say which fields are the table's key: `#[field(key)]`");
    }
    check_keys(&fields, &mut mistakes);

    let ident = &input.ident;
    if !mistakes.is_empty() {
        return stand_in(ident, mistakes);
    }
    let columns = record::columns(&quote!(COLUMNS), &fields, 0, |_| true);
    let described = fields.iter().map(Field::describe);
    let reads = fields.iter().enumerate().map(|(position, field)| {
        let field_ident = &field.ident;
        let cell = quote!(cells.get(COLUMNS[#position], row));
        if field.is_option {
            quote!(#field_ident: #cell)
        } else {
            let what = format!("table {name}: {} has a value in every row", field.name);
            quote!(#field_ident: #cell.expect(#what))
        }
    });
    let key_parts = fields.iter().filter(|field| field.is_key).enumerate().map(|(position, field)| {
        let field_ident = &field.ident;
        let separator = (position > 0).then(|| quote!(key.push('\u{1f}');));
        quote!(#separator ::lockstep_sdk::KeyPart::write_part(&self.#field_ident, &mut key);)
    });
    quote! {
        const _: () = {
            use ::lockstep_sdk::__private::{Cells, Reference, TableSpec};

            #columns

            #[allow(clippy::all, clippy::pedantic)]
            impl Reference for #ident {
                const SPEC: TableSpec =
                    TableSpec { name: #name, label: #label, fields: &[#(#described),*], key: &[#(#keys),*] };

                fn read(cells: &Cells, row: usize) -> Self {
                    Self { #(#reads),* }
                }

                fn key(&self) -> ::std::string::String {
                    let mut key = ::std::string::String::new();
                    #(#key_parts)*
                    key
                }
            }
        };
    }
}

/// The mistakes, and an implementation that never runs: what uses the table should not be reported as mistaken as well.
fn stand_in(ident: &syn::Ident, mistakes: Mistakes) -> TokenStream {
    let mistakes = mistakes.into_compile_error();
    quote! {
        #mistakes

        const _: () = {
            use ::lockstep_sdk::__private::{Cells, Reference, TableSpec};

            impl Reference for #ident {
                const SPEC: TableSpec = TableSpec { name: "", label: "", fields: &[], key: &[] };

                fn read(_: &Cells, _: usize) -> Self {
                    ::core::unreachable!()
                }

                fn key(&self) -> ::std::string::String {
                    ::core::unreachable!()
                }
            }
        };
    }
}

/// Every field of a row is a column, with or without `#[field]`.
fn columns_of(data: &syn::DataStruct, mistakes: &mut Mistakes) -> Vec<Field> {
    let column = |field: &syn::Field| {
        let mut field = field.clone();
        if !field.attrs.iter().any(|attribute| attribute.path().is_ident("field")) {
            field.attrs.push(syn::parse_quote!(#[field]));
        }
        let mut column = Field::parse(&field, Some(Kind::Entered))?.expect("it has the attribute now");
        column.is_required = !column.is_option;
        Ok(column)
    };
    data.fields.iter().filter_map(|field| mistakes.take(column(field))).collect()
}

fn check_keys(fields: &[Field], mistakes: &mut Mistakes) {
    for field in fields.iter().filter(|field| field.is_key) {
        if field.is_option {
            mistakes.add(&field.ident, "a key field always has a value: it is no `Option`");
        }
        if last_segment(&field.of).is_some_and(|segment| segment == "Decimal") {
            mistakes.add(&field.ident, "a decimal is no part of a key");
        }
    }
}
