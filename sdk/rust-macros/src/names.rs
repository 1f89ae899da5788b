//! Names: kebab-case for the contract, words for people.

/// `UnitPrice` or `unit_price` as `unit-price`.
pub(crate) fn kebab(ident: &str) -> String {
    let ident = ident.trim_start_matches("r#");
    let mut name = String::new();
    for (position, letter) in ident.chars().enumerate() {
        if letter == '_' {
            name.push('-');
        } else if letter.is_uppercase() {
            if position > 0 && !name.ends_with('-') {
                name.push('-');
            }
            name.extend(letter.to_lowercase());
        } else {
            name.push(letter);
        }
    }
    name
}

/// `unit-price` as `UnitPrice`.
pub(crate) fn camel(name: &str) -> String {
    name.split('-').map(capitalised).collect()
}

/// `unit-price` as `Unit price`.
pub(crate) fn words(name: &str) -> String {
    capitalised(&name.replace('-', " "))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_their_case() {
        assert_eq!(kebab("UnitPrice"), "unit-price");
        assert_eq!(kebab("unit_price"), "unit-price");
        assert_eq!(kebab("r#type"), "type");
        assert_eq!(camel("unit-price"), "UnitPrice");
        assert_eq!(words("unit-price"), "Unit price");
    }
}
