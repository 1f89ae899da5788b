//! Function names as people read them, the same from every compiler.
//!
//! A trap names its rule by the name section. What compilers write there depends on how they mangle and on where a
//! crate lies on the disk; the plain path of a function does not. The functions of the libraries that every plugin is
//! made with say nothing to its author and have no names, except those that a panic is known by.

use lockstep_package::sections::{SectionError, Sections};
use wasm_encoder::{NameMap, NameSection, Section as _};
use wasmparser::{BinaryReader, Name, NameSectionReader};

const NAME_SECTION: &str = "name";

/// What `wit-bindgen` says of the contract, for the encoder.
const TYPE_SECTION_PREFIX: &str = "component-type";

/// Libraries under every plugin.
const LIBRARIES: [&str; 8] =
    ["lockstep_sdk", "rust_decimal", "core", "alloc", "std", "compiler_builtins", "wit_bindgen", "__rustc"];

/// What a panic is known by, in parts of names.
const PANIC: [&str; 5] = ["panicking::", "rust_panic", "rust_begin_unwind", "unwrap_failed", "expect_failed"];

/// The module with plain function names and no other custom sections than the encoder needs.
pub(crate) fn with_plain_names(module: &[u8]) -> Result<Vec<u8>, SectionError> {
    let sections = Sections::parse(module)?;
    let names = sections.read(NAME_SECTION)?.map(function_names).unwrap_or_default();
    let mut plain = sections.retain(|name| name.starts_with(TYPE_SECTION_PREFIX));
    let mut map = NameMap::new();
    for (function, name) in names.iter().filter(|(_, name)| is_telling(name)) {
        map.append(*function, name);
    }
    let mut section = NameSection::new();
    section.functions(&map);
    section.append_to(&mut plain);
    Ok(plain)
}

/// Names that cannot be read are none: they are for people alone.
fn function_names(section: &[u8]) -> Vec<(u32, String)> {
    let names = NameSectionReader::new(BinaryReader::new(section, 0));
    let maps = names.into_iter().flatten().filter_map(|name| match name {
        Name::Function(map) => Some(map),
        _ => None,
    });
    maps.flat_map(|map| map.into_iter().flatten()).map(|naming| (naming.index, plain(naming.name))).collect()
}

/// Whether a name is of the plugin itself, or of a panic. A closure is told by the function that it stands in.
fn is_telling(name: &str) -> bool {
    if name.contains("::{closure") {
        return false;
    }
    let path = name.trim_start_matches(['<', '&', '[']);
    let library = path.split(|character: char| character != '_' && !character.is_alphanumeric()).next();
    !library.is_some_and(|library| LIBRARIES.contains(&library)) || PANIC.iter().any(|part| name.contains(part))
}

/// A function's path: `orders::order::Line::net_amount`, however the compiler writes it.
fn plain(name: &str) -> String {
    let path = format!("{:#}", rustc_demangle::demangle(name));
    match path.strip_prefix('<').and_then(|rest| rest.split_once(">::")) {
        Some((of, function)) if !of.contains(['<', ' ']) => format!("{of}::{function}"),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_telling, plain};

    #[test]
    fn a_method_has_the_same_name_in_both_manglings() {
        let name = "orders::order::Line::net_amount";
        assert_eq!(plain("_ZN6orders5order4Line10net_amount17h0123456789abcdefE"), name);
        assert_eq!(plain("_RNvMNtCs1234_6orders5orderNtB2_4Line10net_amount"), name);
    }

    #[test]
    fn names_of_libraries_are_left_out() {
        let telling = ["orders::order::Line::net_amount", "<orders::Line as lockstep_sdk::Record>::read", "evaluate"];
        assert!(telling.into_iter().all(is_telling));
        assert!(["core::panicking::panic_fmt", "core::option::expect_failed"].into_iter().all(is_telling));
        let others = [
            "orders::Line::check::{closure#0}",
            "core::slice::sort::sort",
            "<[lockstep_sdk::Issue]>::sort",
            "<&rust_decimal::Decimal as X>::div",
        ];
        assert!(!others.into_iter().any(is_telling));
    }

    #[test]
    fn other_names_stay_as_they_are() {
        assert_eq!(plain("cabi_realloc"), "cabi_realloc");
        assert_eq!(plain("<a::B as c::D>::e"), "<a::B as c::D>::e");
        assert_eq!(plain("<a::B<c::D>>::e"), "<a::B<c::D>>::e");
    }
}
