//! `#[derive(Enumeration)]`: an enum without fields as a field type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields};

use crate::{mistakes::Mistakes, names};

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "an enumeration is an enum"));
    };
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            mistakes.add(variant, "an enumeration's values have no fields");
        }
    }
    let ident = &input.ident;
    let plain = data.variants.iter().filter(|variant| matches!(variant.fields, Fields::Unit));
    let variants: Vec<_> = plain.map(|variant| &variant.ident).collect();
    let others = (!mistakes.is_empty() || variants.is_empty()).then(|| quote!(_ => ::core::unreachable!(),));
    let names: Vec<_> = variants.iter().map(|variant| names::kebab(&variant.to_string())).collect();
    let const_names = &names;
    let positions = 0..variants.len();
    let positions_back = 0..variants.len();
    let code = quote! {
        const _: () = {
            use ::lockstep_sdk::__private::{Enumeration, FieldValue, IntoValue, Pool, RecordSet, Str, TypeSpec, Value, Writer};

            impl #ident {
                /// Its name, where a constant is wanted.
                #[doc(hidden)]
                pub const fn __name(self) -> &'static str {
                    match self {
                        #(Self::#variants => #const_names,)*
                        #others
                    }
                }
            }

            impl Enumeration for #ident {
                const NAMES: &'static [&'static str] = &[#(#names),*];

                fn from_position(position: usize) -> ::core::option::Option<Self> {
                    match position {
                        #(#positions => ::core::option::Option::Some(Self::#variants),)*
                        _ => ::core::option::Option::None,
                    }
                }

                fn position(self) -> usize {
                    match self {
                        #(Self::#variants => #positions_back,)*
                        #others
                    }
                }
            }

            impl FieldValue for #ident {
                const POOL: Pool = Pool::Integers;
                const TYPE: TypeSpec = TypeSpec::Enumeration(::lockstep_sdk::__private::List::of(&[#(::lockstep_sdk::__private::Str::of(#names)),*]));

                #[inline]
                fn read(cells: &RecordSet, position: usize) -> Self {
                    <Self as Enumeration>::from_position(cells.integer(position) as usize)
                        .expect("the host gives one of the enumeration's values")
                }

                #[inline]
                fn write(&self, to: &mut Writer) {
                    to.integer(<Self as Enumeration>::position(*self) as i64);
                }

                fn to_value(&self) -> Value {
                    Value::Enumeration(Str::of(<Self as Enumeration>::name(*self)))
                }

                fn write_key(&self, key: &mut ::std::string::String) {
                    key.push_str(<Self as Enumeration>::name(*self));
                }
            }

            impl IntoValue<#ident> for #ident {
                #[inline]
                fn into_value(self) -> ::core::option::Option<#ident> {
                    ::core::option::Option::Some(self)
                }
            }

            impl ::lockstep_sdk::KeyPart for #ident {
                fn write_part(&self, key: &mut ::std::string::String) {
                    FieldValue::write_key(self, key);
                }
            }

            impl ::lockstep_sdk::IntoKey for #ident {
                fn key(&self) -> ::std::borrow::Cow<'_, str> {
                    ::std::borrow::Cow::Borrowed(<Self as Enumeration>::name(*self))
                }

                fn is_possible(&self) -> bool {
                    true
                }
            }
        };
    };
    // What uses the type should not be reported as mistaken as well.
    let mistakes = mistakes.into_compile_error();
    Ok(quote!(#code #mistakes))
}
