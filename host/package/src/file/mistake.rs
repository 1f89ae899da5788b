//! What is wrong with a file, in a sentence, and the name that was probably meant.

use std::fmt;

use super::name::Position;

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Where in the file.
    pub at: Position,
    /// What is wrong, and what to do.
    pub says: String,
}

/// `LINE:COLUMN: SENTENCE`; without a place, the sentence.
impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.at;
        if self.at.is_known() {
            write!(formatter, "{line}:{column}: {}", self.says)
        } else {
            formatter.write_str(&self.says)
        }
    }
}

/// ``; did you mean `…`?`` where a candidate is nearly the word, else all of them.
pub fn hint<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    let candidates: Vec<_> = candidates.into_iter().collect();
    let most = (word.chars().count() / 4).clamp(1, 3);
    let near = candidates.iter().map(|candidate| (strsim::osa_distance(word, candidate), candidate));
    let nearest = near.filter(|(distance, _)| (1..=most).contains(distance)).min_by_key(|(distance, _)| *distance);
    match nearest {
        Some((_, candidate)) => format!("; did you mean `{candidate}`?"),
        None if candidates.is_empty() => ": there is none".to_owned(),
        None => format!(": choose {}", listed(candidates, "or")),
    }
}

/// `` `a`, `b` or `c` ``
pub fn listed(names: impl IntoIterator<Item = impl fmt::Display>, word: &str) -> String {
    let mut names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} {word} {last}", names.join(", ")) }
}
