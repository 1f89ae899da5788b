//! Languages that are asked for.

use lockstep_package::Messages;

use crate::output;

/// Says so once where a package has no words in the language that is asked for. English needs no words of its own.
pub(crate) fn check(messages: &Messages, asked: &str) {
    if let Some(sentence) = missing(&messages.locales(), asked) {
        output::note(&sentence);
    }
}

fn missing(locales: &[String], asked: &str) -> Option<String> {
    let language = |locale: &str| locale.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let wanted = language(asked);
    if wanted == "en" || locales.is_empty() || locales.iter().any(|locale| language(locale) == wanted) {
        return None;
    }
    Some(format!(
        "there are no words in `{asked}`, and it is told in English: choose one of `{}`",
        locales.join("`, `")
    ))
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn a_language_that_is_not_there_is_said() {
        let locales = ["de".to_owned(), "en".to_owned()];
        for known in ["en", "en-GB", "de", "DE", "de-AT", "de_CH"] {
            assert_eq!(missing(&locales, known), None, "{known}");
        }
        let said = missing(&locales, "xx").unwrap();
        assert!(said.contains("`xx`") && said.contains("`de`, `en`"), "{said}");
        assert_eq!(missing(&[], "xx"), None, "a package without words has none in English either");
    }
}
