//! The macros of the Lockstep SDK: what an author writes down once, checked and turned into code.
//!
//! Every macro reports all mistakes it finds, each where it stands. See `lockstep-sdk` for how they are used.

#![forbid(unsafe_code)]

use proc_macro::TokenStream;

mod decimal;
mod entity;
mod enumeration;
mod excerpt;
mod field;
mod folder;
mod issues;
mod messages;
mod mistakes;
mod names;
mod near;
mod record;
mod reference;

/// Makes an enum without fields a field type. Its names are the variants' in kebab-case.
#[proc_macro_derive(Enumeration)]
pub fn enumeration(item: TokenStream) -> TokenStream {
    expand(item, |item| enumeration::expand(&item))
}

/// Makes a struct the row of a reference table.
///
/// `#[reference(name = "…", label = "…")]` on the struct; `#[field(key, scale = …, max_length = …, table = …,
/// label = "…")]` on its fields. A field that may be absent is an `Option`.
#[proc_macro_derive(Reference, attributes(reference, field))]
pub fn reference(item: TokenStream) -> TokenStream {
    expand(item, |item| Ok(reference::expand(&item)))
}

/// Makes the variants of an enum kinds of issue, and their fields the arguments of its messages.
///
/// Each variant says how grave it is: `#[error]`, `#[warning]`, `#[information]` or `#[justification]`. Each must
/// have a message in every file of the crate's `messages` folder (`#[issues(messages = "…")]` names another one), and
/// no message may use other arguments.
#[proc_macro_derive(Issues, attributes(issues, error, warning, information, justification))]
pub fn issues(item: TokenStream) -> TokenStream {
    expand(item, |item| issues::expand(&item))
}

/// A decimal known when the plugin is compiled: `dec!(12.50)`, exact, with its decimals.
#[proc_macro]
pub fn dec(number: TokenStream) -> TokenStream {
    expand(number, |number| decimal::expand(&number))
}

/// Items of a source file as they stand there, as a fenced block of documentation: what a page shows is then the code
/// that is compiled and tested, and an item that is gone or has another name is an error.
///
/// ```text
/// #[doc = excerpt!("plugins/sales-orders/src/order.rs", "fn subtotal", "impl OrderLine > fn unit")]
/// ```
///
/// The file's path begins two folders above the crate's. An item is named by the words that its line begins with, behind
/// `pub`, and by what it stands in where several lines begin so. Its documentation and its attributes come with it. What
/// stands in an `impl`, a struct or an enum is shown within it.
#[doc(hidden)]
#[proc_macro]
pub fn excerpt(items: TokenStream) -> TokenStream {
    expand(items, |items| excerpt::expand(&items))
}

/// Makes a module an entity: its header, its collections, and their rules.
#[proc_macro_attribute]
pub fn entity(_: TokenStream, item: TokenStream) -> TokenStream {
    expand(item, entity::expand)
}

fn expand<T: syn::parse::Parse>(
    item: TokenStream,
    expand: impl FnOnce(T) -> syn::Result<proc_macro2::TokenStream>,
) -> TokenStream {
    syn::parse(item).and_then(expand).unwrap_or_else(syn::Error::into_compile_error).into()
}
