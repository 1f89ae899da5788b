//! Texts as PostgreSQL can keep them: it takes every character but U+0000.

use std::borrow::Cow;

const ESCAPE: char = '\u{1}';

/// A text as it is kept. Texts that differ are kept differently, and in the same order.
pub(super) fn kept(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', ESCAPE]) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\0' => kept.extend([ESCAPE, '\u{1}']),
            ESCAPE => kept.extend([ESCAPE, '\u{2}']),
            other => kept.push(other),
        }
    }
    Cow::Owned(kept)
}

/// The text that was kept.
pub(super) fn read(kept: String) -> String {
    if !kept.contains(ESCAPE) {
        return kept;
    }
    let (mut text, mut characters) = (String::with_capacity(kept.len()), kept.chars());
    while let Some(character) = characters.next() {
        text.push(match character {
            ESCAPE if characters.next() == Some('\u{1}') => '\0',
            other => other,
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts() -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(vec!["\0", "\u{1}", "\u{2}", "\u{1f}", "a", "ä"]), 0..6)
            .prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn texts_come_back_and_keep_their_order(one in texts(), other in texts()) {
            prop_assert!(!kept(&one).contains('\0'));
            prop_assert_eq!(&read(kept(&one).into_owned()), &one);
            prop_assert_eq!(kept(&one).cmp(&kept(&other)), one.cmp(&other));
            prop_assert_eq!(kept(&one).starts_with(&*kept(&other)), one.starts_with(&other));
        }
    }
}
