//! `#[entity]`: a module with a header, its collections and their rules, as one entity.
//!
//! Stages: the module is read (`declaration`, `rule`), its rules are bound to the fields that they name (`binding`)
//! and ordered by what they read (`order`), and code is written (`generate`, `describe`).

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Item, ItemMod};

use crate::mistakes::Mistakes;

mod binding;
mod check;
mod condition;
mod declaration;
mod derived;
mod describe;
mod generate;
mod order;
mod rule;
mod stand_in;
mod value;

pub(crate) fn expand(mut module: ItemMod) -> syn::Result<TokenStream> {
    let Some((_, items)) = &mut module.content else {
        return Err(syn::Error::new_spanned(&module, "an entity's module stands in the same file: `mod order { … }`"));
    };
    let mut mistakes = Mistakes::default();
    let declaration = declaration::read(items, &mut mistakes);
    if let Some(declaration) = declaration {
        let rules = rule::read(items, &declaration, &mut mistakes);
        let rules = order::sort(rules, &declaration, &mut mistakes);
        let is_sound = mistakes.is_empty();
        let code = if is_sound { generate::entity(&declaration, &rules) } else { stand_in::entity(&declaration) };
        items.push(Item::Verbatim(code));
    } else {
        rule::strip_all(items);
    }
    let mistakes = mistakes.into_compile_error();
    Ok(quote!(#module #mistakes))
}
