//! `#[derive(Reference)]`: a struct as the row of a reference table.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Data, DeriveInput, Path};

use crate::{
    field::{Field, Kind, Source, last_segment, text_of},
    mistakes::Mistakes,
    names,
};

pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let Data::Struct(data) = &input.data else {
        mistakes.add(&input.ident, "a table's row is a struct");
        return stand_in(&input.ident, mistakes);
    };
    let mut name = names::kebab(&input.ident.to_string());
    let mut label = None;
    let mut view = View::default();
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("reference")) {
        let parsed = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("name") {
                name = text_of(&meta)?;
            } else if meta.path.is_ident("label") {
                label = Some(text_of(&meta)?);
            } else if meta.path.is_ident("view") {
                view.entity = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("rows") {
                view.rows = Some(meta.value()?.parse()?);
            } else {
                return Err(meta.error(
                    "a table may say `name = \"…\"`, `label = \"…\"`, and a view `view = Entity`, `rows = collection`",
                ));
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
    let view = view.expand(&fields, &mut mistakes);

    let ident = &input.ident;
    if !mistakes.is_empty() {
        return stand_in(ident, mistakes);
    }
    let described = fields.iter().map(Field::describe);
    let reads = fields.iter().map(|field| {
        let field_ident = &field.ident;
        if field.is_option { quote!(#field_ident: row.optional()) } else { quote!(#field_ident: row.required()) }
    });
    let key_parts = fields.iter().filter(|field| field.is_key).enumerate().map(|(position, field)| {
        let field_ident = &field.ident;
        let separator = (position > 0).then(|| quote!(key.push('\u{1f}');));
        quote!(#separator ::lockstep_sdk::KeyPart::write_part(&self.#field_ident, &mut key);)
    });
    quote! {
        const _: () = {
            use ::lockstep_sdk::__private::{Reader, RecordSet, Reference, TableSpec};

            #[allow(clippy::all, clippy::pedantic)]
            impl Reference for #ident {
                const SPEC: TableSpec = TableSpec {
                    name: ::lockstep_sdk::__private::Str::of(#name),
                    label: ::lockstep_sdk::__private::Str::of(#label),
                    fields: ::lockstep_sdk::__private::List::of(&[#(#described),*]),
                    key: ::lockstep_sdk::__private::List::of(&[#(#keys),*]),
                    view: #view,
                };

                const NAME: &'static str = #name;

                #[inline(never)]
                fn read(cells: &RecordSet, row: usize) -> Self {
                    let mut row = Reader::new(cells, row);
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

/// What a table says of the records whose rows it has.
#[derive(Default)]
struct View {
    entity: Option<Path>,
    rows: Option<Ident>,
}

impl View {
    /// The table's `view`, as an expression. Names are found in the entity's constant, since the macro cannot see it.
    fn expand(&self, fields: &[Field], mistakes: &mut Mistakes) -> TokenStream {
        let Some(entity) = &self.entity else {
            if let Some(rows) = &self.rows {
                mistakes.add(rows, "say of which entity: `view = Entity, rows = collection`");
            }
            for field in fields {
                mistakes.take(field.check_no_source());
            }
            return quote!(::lockstep_sdk::__private::Maybe::None);
        };
        let spec = quote!(<#entity as ::lockstep_sdk::__private::Entity>::SPEC);
        let found = |of: &Ident, what: &str, found: TokenStream| {
            let missing = format!("`{}` has no {what} `{of}`", entity.to_token_stream().to_string().replace(' ', ""));
            quote_spanned! {of.span()=>
                match #found {
                    ::core::option::Option::Some(found) => found,
                    ::core::option::Option::None => ::core::panic!(#missing),
                }
            }
        };
        let collection = match &self.rows {
            None => quote!(::core::option::Option::None),
            Some(rows) => {
                let name = names::kebab(&rows.to_string());
                let position = found(rows, "collection", quote!(#spec.collection_named(#name)));
                quote!(::core::option::Option::Some(#position))
            }
        };
        let sources = fields.iter().map(|field| {
            let of = match &field.source {
                Some(Source::RecordKey) => return quote!(ViewSource::RecordKey),
                Some(Source::RowId) => {
                    if self.rows.is_none() {
                        mistakes.add(&field.ident, "a view without `rows = collection` has no rows' ids");
                    }
                    return quote!(ViewSource::RowId);
                }
                Some(Source::Field(of)) => of,
                None => &field.ident,
            };
            let name = names::kebab(&of.to_string());
            let path = found(of, "field", quote!(#spec.field_named(COLLECTION, #name)));
            quote!(ViewSource::Field(#path))
        });
        let sources: Vec<_> = sources.collect();
        quote! {
            ::lockstep_sdk::__private::Maybe::Some({
                use ::lockstep_sdk::__private::{ViewSource};

                const COLLECTION: ::core::option::Option<u16> = #collection;
                const SOURCES: &[ViewSource] = &[#(#sources),*];
                ::lockstep_sdk::__private::ViewSpec {
                    entity: <#entity as ::lockstep_sdk::__private::Listed>::INDEX,
                    collection: match COLLECTION {
                        ::core::option::Option::Some(collection) => ::lockstep_sdk::__private::Maybe::Some(collection),
                        ::core::option::Option::None => ::lockstep_sdk::__private::Maybe::None,
                    },
                    sources: ::lockstep_sdk::__private::List::of(SOURCES),
                }
            })
        }
    }
}

/// The mistakes, and an implementation that never runs: what uses the table should not be reported as mistaken as well.
fn stand_in(ident: &syn::Ident, mistakes: Mistakes) -> TokenStream {
    let mistakes = mistakes.into_compile_error();
    quote! {
        #mistakes

        const _: () = {
            use ::lockstep_sdk::__private::{RecordSet, Reference, TableSpec};

            impl Reference for #ident {
                const SPEC: TableSpec = TableSpec {
                    name: ::lockstep_sdk::__private::Str::of(""),
                    label: ::lockstep_sdk::__private::Str::of(""),
                    fields: ::lockstep_sdk::__private::List::of(&[]),
                    key: ::lockstep_sdk::__private::List::of(&[]),
                    view: ::lockstep_sdk::__private::Maybe::None,
                };

                const NAME: &'static str = "";

                fn read(_: &RecordSet, _: usize) -> Self {
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
