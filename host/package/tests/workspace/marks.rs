//! Mistakes in changed workspaces, with their places.

use crate::sample::{GOOD, checked};

/// Stands where the mistake is to be found.
const MARK: char = '»';

/// A text with a mark has this one mistake there.
#[track_caller]
pub(crate) fn says(text: &str, sentence: &str) {
    let (before, _) = text.split_once(MARK).expect("a mark");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let found = checked(&text.replacen(MARK, "", 1)).expect_err("it passes");
    assert_eq!(found, [format!("{line}:{column}: {sentence}")], "{text}");
}

pub(crate) fn changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(GOOD.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

/// With one change to the good workspace there is this one mistake, at the mark.
#[track_caller]
pub(crate) fn check(from: &str, to: &str, sentence: &str) {
    says(&changed(&[(from, to)]), sentence);
}

/// With more at its end there is this one mistake, at the mark.
#[track_caller]
pub(crate) fn check_more(more: &str, sentence: &str) {
    says(&format!("{GOOD}\n{more}\n"), sentence);
}
