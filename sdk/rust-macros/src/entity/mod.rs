//! `#[entity]`: a module with a header, its collections and their rules, as one entity.
//!
//! Stages: the module is read (`declaration`, `rule`), its rules are bound to the fields that they name (`binding`)
//! and ordered by what they read (`order`), and code is written (`generate`, `describe`).

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Item, ItemMod};

use crate::mistakes::Mistakes;

mod binding;
mod declaration;
mod describe;
mod generate;
mod order;
mod rule;

pub(crate) fn expand(mut module: ItemMod) -> syn::Result<TokenStream> {
    let Some((_, items)) = &mut module.content else {
        return Err(syn::Error::new_spanned(&module, "an entity's module stands in the same file: `mod order { … }`"));
    };
    let mut mistakes = Mistakes::default();
    let declaration = declaration::read(items, &mut mistakes);
    let generated = declaration.and_then(|declaration| {
        let rules = rule::read(items, &declaration, &mut mistakes);
        let rules = order::sort(rules, &declaration, &mut mistakes);
        mistakes.is_empty().then(|| generate::entity(&declaration, &rules))
    });
    if let Some(generated) = generated {
        items.push(Item::Verbatim(generated));
    }
    let mistakes = mistakes.into_compile_error();
    Ok(quote!(#module #mistakes))
}
