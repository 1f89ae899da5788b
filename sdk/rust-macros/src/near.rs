//! Names that are nearly another: what the author probably meant.

/// `; did you mean …?` if one of the candidates is nearly the word, else nothing.
pub(crate) fn suggestion(word: &str, candidates: impl IntoIterator<Item = impl ToString>) -> String {
    let most = (word.chars().count() / 4).clamp(1, 3);
    let candidates = candidates.into_iter().map(|candidate| candidate.to_string());
    let near = candidates.map(|candidate| (distance(word, &candidate), candidate));
    let nearest = near.filter(|(distance, _)| (1..=most).contains(distance)).min_by_key(|(distance, _)| *distance);
    nearest.map(|(_, candidate)| format!("; did you mean `{candidate}`?")).unwrap_or_default()
}

/// How many letters are to be added, taken away, replaced, or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<_>, Vec<_>) = (one.chars().collect(), other.chars().collect());
    let mut older = Vec::new();
    let mut last: Vec<_> = (0..=other.len()).collect();
    for row in 1..=one.len() {
        let mut next = vec![row];
        for column in 1..=other.len() {
            let is_same = one[row - 1] == other[column - 1];
            let mut fewest = (last[column - 1] + usize::from(!is_same)).min(last[column] + 1).min(next[column - 1] + 1);
            let is_swapped =
                row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1];
            if is_swapped {
                fewest = fewest.min(older[column - 2] + 1);
            }
            next.push(fewest);
        }
        older = std::mem::replace(&mut last, next);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearly_a_name_is_suggested() {
        let meant = |word| suggestion(word, ["customer", "quantity", "lines", "unit"]);
        assert_eq!(meant("costumer"), "; did you mean `customer`?");
        assert_eq!(meant("quantty"), "; did you mean `quantity`?");
        assert_eq!(meant("line"), "; did you mean `lines`?");
        assert_eq!(meant("utin"), "");
        assert_eq!(meant("colour"), "");
    }
}
