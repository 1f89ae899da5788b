//! What stands in for a mistaken entity's code: implementations that never run, so that what uses the entity (the
//! plugin's list, patches, tests) is not reported as mistaken as well.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{declaration::Declaration, generate};

pub(crate) fn entity(declaration: &Declaration) -> TokenStream {
    let header = &declaration.header.ident;
    let (fields, collections) = (format_ident!("{header}Field"), format_ident!("{header}Collection"));
    let names = generate::field_names(declaration);
    let arguments = declaration.arguments.iter().map(|arguments| &arguments.ident);
    quote! {
        #names

        const _: () = {
            use ::lockstep_sdk::__private::{
                ActionArguments, Cell, Document, Effects, Entity, EntitySpec, FieldSpec, Ids, IntoEffects, Issue, Record, Rows, RowsMut, Run,
            };

            impl Record for #header {
                const FIELDS: &'static [FieldSpec] = &[];
                const CELLS: &'static [Cell] = &[];
                const CHECKED: &'static [u16] = &[];
                const IDS: Ids = Ids::None;
                const ID: ::core::option::Option<usize> = ::core::option::Option::None;
            }

            impl Entity for #header {
                type Field = #fields;
                type Collection = #collections;

                const SPEC: EntitySpec = EntitySpec {
                    name: ::lockstep_sdk::__private::Str::of(""),
                    label: ::lockstep_sdk::__private::Str::of(""),
                    fields: ::lockstep_sdk::__private::List::of(&[]),
                    collections: ::lockstep_sdk::__private::List::of(&[]),
                    actions: ::lockstep_sdk::__private::List::of(&[]),
                    rules: ::lockstep_sdk::__private::List::of(&[]),
                    status: ::lockstep_sdk::__private::Maybe::None,
                    frozen: ::lockstep_sdk::__private::List::of(&[]),
                    last_writer: false,
                };
                const DOES: &'static [::lockstep_sdk::__private::Does] = &[];
                const TURNS: ::lockstep_sdk::__private::Turns =
                    ::lockstep_sdk::__private::Turns { values: &[], conditions: &[] };
                const ACTS: &'static [::lockstep_sdk::__private::Acts] = &[];
            }

            impl Document for #header {
                fn rows(&self, _: usize) -> Rows<'_> {
                    ::core::unreachable!()
                }

                fn rows_mut(&mut self, _: usize) -> RowsMut<'_> {
                    ::core::unreachable!()
                }

                fn resize(&mut self, _: usize, _: usize) {
                    ::core::unreachable!()
                }

                fn set_key(&mut self, _: ::lockstep_sdk::Text) {
                    ::core::unreachable!()
                }

                fn is_frozen(&self) -> bool {
                    ::core::unreachable!()
                }

                fn status(&self) -> &'static str {
                    ::core::unreachable!()
                }

                fn turn(&mut self, _: usize, _: usize, _: &mut Run<'_>) -> bool {
                    ::core::unreachable!()
                }

                fn check_arguments(&self, _: &mut Run<'_>) {
                    ::core::unreachable!()
                }
            }

            impl IntoEffects for #header {
                fn into_effects(self) -> ::core::result::Result<Effects, Issue> {
                    ::core::unreachable!()
                }
            }

            #(
                impl Record for #arguments {
                    const FIELDS: &'static [FieldSpec] = &[];
                    const CELLS: &'static [Cell] = &[];
                    const CHECKED: &'static [u16] = &[];
                    const IDS: Ids = Ids::None;
                    const ID: ::core::option::Option<usize> = ::core::option::Option::None;
                }

                impl ActionArguments for #arguments {}
            )*
        };
    }
}
