//! `#[derive(Issues)]`: the variants of an enum as kinds of issue, checked against the message files.

use std::path::PathBuf;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields, Variant};

use crate::{
    field::{check_type, text_of},
    folder,
    messages::{self, MessageFile},
    mistakes::Mistakes,
    names,
};

/// One kind of issue.
struct Kind<'a> {
    variant: &'a Ident,
    code: String,
    severity: Ident,
    fields: Vec<&'a Ident>,
    arguments: Vec<String>,
}

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "issues are an enum: a variant is a kind of issue"));
    };
    let kinds: Vec<_> = data.variants.iter().filter_map(|variant| mistakes.take(read(variant))).collect();
    let folder = mistakes.take(messages_folder(input)).unwrap_or_default();
    let files = match messages::read(&folder) {
        Ok(files) => files,
        Err(sentence) => {
            mistakes.add(&input.ident, sentence);
            Vec::new()
        }
    };
    for file in &files {
        check(&kinds, file, &mut mistakes);
    }
    // The compiler then watches the files.
    let paths = files.iter().map(|file| file.path.display().to_string());
    let ident = &input.ident;
    let specs = kinds.iter().map(|Kind { code, severity, arguments, .. }| {
        quote! {
            IssueSpec {
                code: ::lockstep_sdk::__private::Str::of(#code),
                severity: Severity::#severity,
                arguments: ::lockstep_sdk::__private::List::of(&[#(::lockstep_sdk::__private::Str::of(#arguments)),*]),
            }
        }
    });
    let arms = kinds.iter().enumerate().map(|(kind, Kind { variant, fields, .. })| {
        quote!(#ident::#variant { #(#fields),* } => Issue::of(&<#ident as Issues>::KINDS[#kind], &[#(&#fields),*]))
    });
    // Those that are mistaken have no arm, and an enum without variants needs one.
    let others = (kinds.is_empty() || kinds.len() < data.variants.len()).then(|| quote!(_ => ::core::unreachable!()));
    let arms = quote!(#(#arms,)* #others);
    let code = quote! {
        const _: () = {
            use ::lockstep_sdk::__private::{Issue, IssueSpec, Issues, Severity};

            const _: &[&str] = &[#(::core::include_str!(#paths)),*];

            impl Issues for #ident {
                const KINDS: &'static [IssueSpec] = &[#(#specs),*];
            }

            impl ::core::convert::From<#ident> for Issue {
                fn from(issue: #ident) -> Self {
                    match issue { #arms }
                }
            }
        };
    };
    // Rules that return these issues should not be reported as mistaken as well.
    let mistakes = mistakes.into_compile_error();
    Ok(quote!(#code #mistakes))
}

/// The folder of the message files, below the crate's own.
fn messages_folder(input: &DeriveInput) -> syn::Result<PathBuf> {
    let mut name = "messages".to_owned();
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("issues")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("messages") {
                return Err(meta.error("issues may say `messages = \"folder\"`"));
            }
            name = text_of(&meta)?;
            Ok(())
        })?;
    }
    Ok(folder::of_crate().join(name))
}

fn read(variant: &Variant) -> syn::Result<Kind<'_>> {
    let mut severities = variant.attrs.iter().filter_map(|attribute| {
        let name = attribute.path().get_ident()?;
        ["error", "warning", "information", "justification"].iter().any(|known| name == known).then_some(name)
    });
    let severity = severities.next().ok_or_else(|| {
        let what = "say how grave it is: `#[error]`, `#[warning]`, `#[information]` or `#[justification]`";
        syn::Error::new_spanned(variant, what)
    })?;
    if let Some(second) = severities.next() {
        return Err(syn::Error::new_spanned(second, "an issue has one severity"));
    }
    variant.fields.iter().try_for_each(|field| check_type(&field.ty))?;
    let fields: Vec<_> = match &variant.fields {
        Fields::Named(named) => named.named.iter().filter_map(|field| field.ident.as_ref()).collect(),
        Fields::Unit => Vec::new(),
        Fields::Unnamed(unnamed) => {
            return Err(syn::Error::new_spanned(unnamed, "a message's arguments have names: `{ minimum: Decimal }`"));
        }
    };
    Ok(Kind {
        variant: &variant.ident,
        code: names::kebab(&variant.ident.to_string()),
        severity: Ident::new(&names::camel(&severity.to_string()), severity.span()),
        arguments: fields.iter().map(|field| names::kebab(&field.to_string())).collect(),
        fields,
    })
}

fn check(kinds: &[Kind<'_>], file: &MessageFile, mistakes: &mut Mistakes) {
    let name = file.path.file_name().unwrap_or_default().display();
    for kind in kinds {
        let Some(used) = file.messages.get(&kind.code) else {
            mistakes.add(kind.variant, format!("messages/{name} has no message `{}`", kind.code));
            continue;
        };
        for argument in used.iter().filter(|argument| !kind.arguments.contains(argument)) {
            let has = if kind.arguments.is_empty() {
                "none".to_owned()
            } else {
                kind.arguments.iter().map(|argument| format!("${argument}")).collect::<Vec<_>>().join(", ")
            };
            let what = format!("messages/{name}: `{}` uses ${argument}, and the issue has {has}", kind.code);
            mistakes.add(kind.variant, what);
        }
    }
}
