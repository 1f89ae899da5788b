//! Trees: a line for each node, below the one that it belongs to.

/// A line, and those below it.
pub(crate) struct Tree {
    line: String,
    below: Vec<Tree>,
}

impl Tree {
    /// A line with nothing below it.
    pub(crate) fn leaf(line: impl Into<String>) -> Self {
        Self { line: line.into(), below: Vec::new() }
    }

    /// A line with others below it.
    pub(crate) fn new(line: impl Into<String>, below: Vec<Self>) -> Self {
        Self { line: line.into(), below }
    }

    /// What is below the root, which is left out; wrapped to the width where there is one.
    pub(crate) fn text(&self, width: Option<u16>) -> String {
        let mut text = String::new();
        self.write("  ", width.map(usize::from), &mut text);
        text
    }

    fn write(&self, indent: &str, width: Option<usize>, text: &mut String) {
        for (position, node) in self.below.iter().enumerate() {
            let is_last = position + 1 == self.below.len();
            let (branch, rest) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            let room = width.map(|width| width.saturating_sub(indent.chars().count() + rest.chars().count()));
            let rest = format!("{indent}{rest}");
            // Later lines stand under the text, and beside the branch that leads on to what is below.
            let later = format!("{rest}{}", if node.below.is_empty() { "  " } else { "│ " });
            for (position, line) in wrapped(&node.line, room).into_iter().enumerate() {
                let first = [indent, branch, &line, "\n"].concat();
                *text += &if position == 0 { first } else { [&later, &*line, "\n"].concat() };
            }
            node.write(&rest, width, text);
        }
    }
}

/// The text in lines of at most so many characters; a longer word stands alone.
fn wrapped(text: &str, room: Option<usize>) -> Vec<String> {
    let Some(room) = room else { return vec![text.to_owned()] };
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        // Later lines are indented by two more.
        let room = if lines.is_empty() { room } else { room.saturating_sub(2) };
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let first = Tree::new("one and a few words more", vec![Tree::leaf("below it"), Tree::leaf("last")]);
        Tree::new("root", vec![first, Tree::leaf("two, which is long too")])
    }

    #[test]
    fn without_a_width_every_node_has_one_line() {
        assert_eq!(
            tree().text(None),
            "  ├─ one and a few words more\n  │  ├─ below it\n  │  └─ last\n  └─ two, which is long too\n"
        );
    }

    #[test]
    fn long_lines_are_wrapped_beside_their_branches() {
        assert_eq!(
            tree().text(Some(20)),
            "  ├─ one and a few\n  │  │ words more\n  │  ├─ below it\n  │  └─ last\n  └─ two, which is\n       long too\n"
        );
    }
}
