//! `dec!`: a decimal known when the plugin is compiled.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Lit, Token,
    parse::{Parse, ParseStream},
};

/// The largest coefficient: 96 bits.
const COEFFICIENT_MAX: u128 = (1 << 96) - 1;

/// The most decimals.
const SCALE_MAX: usize = 28;

/// A number with an optional sign.
pub(crate) struct Number {
    is_negative: bool,
    literal: Lit,
}

impl Parse for Number {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let is_negative = input.parse::<Option<Token![-]>>()?.is_some();
        Ok(Self { is_negative, literal: input.parse()? })
    }
}

pub(crate) fn expand(number: &Number) -> syn::Result<TokenStream> {
    let mistake = |what| syn::Error::new_spanned(&number.literal, what);
    let digits = match &number.literal {
        Lit::Int(literal) if literal.suffix().is_empty() => literal.base10_digits().to_owned(),
        Lit::Float(literal) if literal.suffix().is_empty() => literal.base10_digits().to_owned(),
        _ => return Err(mistake("a decimal is written with digits and a point: `dec!(12.50)`")),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    if fraction.len() > SCALE_MAX {
        return Err(mistake("a decimal has 28 decimals at most"));
    }
    let coefficient = format!("{whole}{fraction}").parse::<u128>().ok().filter(|all| *all <= COEFFICIENT_MAX);
    let coefficient = coefficient.ok_or_else(|| mistake("a decimal has 96 bits, and no exponent"))?;
    let (low, middle, high) = (coefficient as u32, (coefficient >> 32) as u32, (coefficient >> 64) as u32);
    let (is_negative, scale) = (number.is_negative && coefficient != 0, fraction.len() as u32);
    Ok(quote!(::lockstep_sdk::Decimal::from_parts(#low, #middle, #high, #is_negative, #scale)))
}
