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
                ActionArguments, Arguments, Cells, Effects, Entity, EntitySpec, FieldSpec, Given, IntoEffects, Issue, Record, RecordSet, Run, logic,
            };

            impl Record for #header {
                const FIELDS: &'static [FieldSpec] = &[];

                fn read(_: &Cells, _: ::core::option::Option<&Cells>, _: usize) -> Self {
                    ::core::unreachable!()
                }

                fn derived(_: &[Self], _: &Cells) -> RecordSet {
                    ::core::unreachable!()
                }

                fn given(_: &[Self]) -> RecordSet {
                    ::core::unreachable!()
                }
            }

            impl Entity for #header {
                type Field = #fields;
                type Collection = #collections;

                const SPEC: EntitySpec = EntitySpec {
                    name: "",
                    label: "",
                    fields: &[],
                    collections: &[],
                    actions: &[],
                    rules: &[],
                    status: ::core::option::Option::None,
                    frozen: &[],
                    last_writer: false,
                };

                fn read_document(_: &Given) -> Self {
                    ::core::unreachable!()
                }

                fn derived_columns(&self, _: &Given) -> logic::Derived {
                    ::core::unreachable!()
                }

                fn patch_columns(&self) -> (RecordSet, ::std::vec::Vec<RecordSet>) {
                    ::core::unreachable!()
                }

                fn clear_calculated(&mut self) {
                    ::core::unreachable!()
                }

                fn is_frozen(&self) -> bool {
                    ::core::unreachable!()
                }

                fn run(&mut self, _: &Arguments<'_>, _: &mut Run<'_>) {
                    ::core::unreachable!()
                }
            }

            impl IntoEffects for #header {
                fn into_effects(self) -> ::core::result::Result<Effects, Issue> {
                    ::core::unreachable!()
                }
            }

            #(
                impl ActionArguments for #arguments {
                    const FIELDS: &'static [FieldSpec] = &[];

                    fn read(_: &Cells) -> Self {
                        ::core::unreachable!()
                    }
                }
            )*
        };
    }
}
