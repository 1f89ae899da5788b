//! `excerpt!`: items of a source file, as documentation shows them.
//!
//! Files are as rustfmt leaves them: an item ends where a line of its own indentation closes it.

use std::{fs, ops::Range};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    LitStr, Token,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

use crate::folder;

/// Paths begin so many folders above the crate's.
const FOLDERS_ABOVE: usize = 2;

/// Stands between an item and what it stands in.
const WITHIN: &str = " > ";

/// What an item may stand in, and is shown in.
const CONTAINERS: [&str; 4] = ["impl", "struct", "enum", "trait"];

/// A file and items of it.
pub(crate) struct Wanted {
    path: LitStr,
    items: Vec<LitStr>,
}

impl Parse for Wanted {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut texts = Punctuated::<LitStr, Token![,]>::parse_terminated(input)?.into_iter();
        let path = texts.next().ok_or_else(|| input.error("name a file, and items of it"))?;
        let items: Vec<_> = texts.collect();
        if items.is_empty() {
            return Err(syn::Error::new_spanned(&path, "name items of the file: `\"fn total\"`"));
        }
        Ok(Self { path, items })
    }
}

pub(crate) fn expand(wanted: &Wanted) -> syn::Result<TokenStream> {
    let path = wanted.path.value();
    let folder = folder::of_crate();
    let file = folder.ancestors().nth(FOLDERS_ABOVE).unwrap_or(&folder).join(&path);
    let unreadable = |error| syn::Error::new_spanned(&wanted.path, format!("cannot read {}: {error}", file.display()));
    let text = fs::read_to_string(&file).map_err(unreadable)?;
    let source = Source { lines: text.lines().collect() };
    let find = |item: &LitStr| {
        source.find(&item.value()).map_err(|what| syn::Error::new_spanned(item, format!("{path}: {what}")))
    };
    let items = wanted.items.iter().map(find).collect::<syn::Result<Vec<_>>>()?;
    let block = format!("\n````rust\n// {path}\n{}````\n", source.show(&items));
    Ok(LitStr::new(&block, wanted.path.span()).into_token_stream())
}

/// A file's lines.
struct Source<'a> {
    lines: Vec<&'a str>,
}

/// The lines of an item, with its documentation and its attributes, and the line that what it stands in begins with.
#[derive(Debug, PartialEq, Eq)]
struct Item {
    lines: Range<usize>,
    container: Option<usize>,
}

impl Source<'_> {
    /// The one item with these words; in words what is wrong with them.
    fn find(&self, item: &str) -> Result<Item, String> {
        let (mut within, mut first) = (0..self.lines.len(), 0);
        for words in item.split(WITHIN) {
            let mut found = within.filter(|line| begins_with(self.lines[*line], words));
            first = found.next().ok_or_else(|| format!("no item begins with `{words}`"))?;
            if let Some(second) = found.next() {
                let (first, second) = (first + 1, second + 1);
                let hint = "name what it stands in as well: `impl Line > fn total`";
                return Err(format!("items in lines {first} and {second} begin with `{words}`; {hint}"));
            }
            let end = self.end(first).ok_or_else(|| format!("`{words}` in line {} has no end", first + 1))?;
            within = first + 1..end;
        }
        Ok(Item { lines: self.top(first)..within.end, container: self.container(first) })
    }

    /// Behind the line that closes an item.
    fn end(&self, first: usize) -> Option<usize> {
        let indentation = indentation(self.lines[first]);
        let closes = |line: &&str| line.ends_with(['}', ';', ',']) && self::indentation(line) == indentation;
        self.lines[first..].iter().position(closes).map(|length| first + length + 1)
    }

    /// The first line of an item's documentation and attributes.
    fn top(&self, first: usize) -> usize {
        let indentation = indentation(self.lines[first]);
        let mut top = first;
        for (position, line) in self.lines[..first].iter().enumerate().rev() {
            let text = line.trim_start();
            if text.is_empty() || self::indentation(line) < indentation {
                break;
            }
            // What stands further in is an attribute's, if one begins above it.
            if self::indentation(line) > indentation {
                continue;
            }
            if text.starts_with("//") || text.starts_with("#[") {
                top = position;
            } else if !(text.starts_with([')', ']']) && text.ends_with(']')) {
                break;
            }
        }
        top
    }

    /// The line that what an item stands in begins with.
    fn container(&self, first: usize) -> Option<usize> {
        let indentation = indentation(self.lines[first]);
        let is_around = |line: &&str| !line.is_empty() && self::indentation(line) < indentation;
        let around = self.lines[..first].iter().rposition(is_around)?;
        CONTAINERS.iter().any(|words| begins_with(self.lines[around], words)).then_some(around)
    }

    /// The items' lines, without the indentation that they have in common; those of one container within it.
    fn show(&self, items: &[Item]) -> String {
        let groups = items.chunk_by(|one, next| one.container.is_some() && one.container == next.container);
        let groups: Vec<_> = groups.map(|group| self.show_group(group)).collect();
        groups.join("\n")
    }

    fn show_group(&self, items: &[Item]) -> String {
        let mut text = String::new();
        let [Item { lines, container }, ..] = items else { return text };
        let Some(container) = *container else {
            let indentation = indentation(self.lines[lines.start]);
            self.add(&mut text, lines.clone(), indentation);
            return text;
        };
        let indentation = indentation(self.lines[container]);
        let is_impl = begins_with(self.lines[container], "impl");
        let mut shown = container + 1;
        self.add(&mut text, self.top(container)..shown, indentation);
        for Item { lines, .. } in items {
            match (is_impl, shown == container + 1) {
                (true, true) => {}
                (true, false) => text.push('\n'),
                (false, _) if shown == lines.start => {}
                (false, _) => text.push_str("    // …\n"),
            }
            self.add(&mut text, lines.clone(), indentation);
            shown = lines.end;
        }
        let end = self.end(container).unwrap_or(shown);
        if !is_impl && shown + 1 < end {
            text.push_str("    // …\n");
        }
        self.add(&mut text, end - 1..end, indentation);
        text
    }

    fn add(&self, text: &mut String, lines: Range<usize>, indentation: usize) {
        for line in &self.lines[lines] {
            text.push_str(line.get(indentation..).unwrap_or_default());
            text.push('\n');
        }
    }
}

/// Whether a line begins with these words, behind a visibility.
fn begins_with(line: &str, words: &str) -> bool {
    let line = line.trim_start();
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ").map_or(line, |(_, rest)| rest),
        Some(rest) => rest.strip_prefix(' ').unwrap_or(line),
        None => line,
    };
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.strip_prefix(words).is_some_and(|rest| !rest.starts_with(is_word))
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r"//! Orders.

/// How much.
const MOST: usize = 3;

pub mod order {
    use super::*;

    /// An order.
    #[derive(Clone)]
    #[entity(
        status = status,
        frozen = [Confirmed]
    )]
    pub struct Order {
        /// Its number.
        pub number: Option<Text>,
        pub total: Option<Decimal>,
        /// Its lines.
        #[field(calculated)]
        pub lines: Vec<Line>,
    }

    impl Order {
        /// All of it.
        #[calculation]
        pub fn total(amount: Decimal) -> Decimal {
            if amount > MOST {

            }
            amount
        }
        /// Another.
        #[condition(hidden = [
            number, total
        ])]
        pub fn total_hidden(
            cx: &Context,
        ) -> bool {
            true
        }

        #[action]
        pub(crate) fn close() {}
    }

    impl Line {
        pub fn total() {}
    }

    fn helper() {}
}
";

    #[track_caller]
    fn check(items: &[&str], expected: &str) {
        let source = Source { lines: SOURCE.lines().collect() };
        let items: Vec<_> = items.iter().map(|item| source.find(item).expect("it is there")).collect();
        assert_eq!(source.show(&items), expected);
    }

    #[track_caller]
    fn check_mistake(item: &str, expected: &str) {
        let source = Source { lines: SOURCE.lines().collect() };
        assert_eq!(source.find(item).expect_err("it is wrong"), expected);
    }

    #[test]
    fn an_item_comes_with_its_documentation() {
        check(&["const MOST"], "/// How much.\nconst MOST: usize = 3;\n");
        check(&["fn helper"], "fn helper() {}\n");
    }

    #[test]
    fn what_stands_in_an_impl_is_shown_within() {
        let total = "    /// All of it.\n    #[calculation]\n    pub fn total(amount: Decimal) -> Decimal {\n        \
                     if amount > MOST {\n\n        }\n        amount\n    }\n";
        let close = "    #[action]\n    pub(crate) fn close() {}\n";
        check(&["impl Order > fn total", "fn close"], &format!("impl Order {{\n{total}\n{close}}}\n"));
        let of_line = "impl Line {\n    pub fn total() {}\n}\n";
        check(&["fn close", "impl Line > fn total"], &format!("impl Order {{\n{close}}}\n\n{of_line}"));
    }

    #[test]
    fn attributes_and_signatures_may_have_several_lines() {
        let hidden = "    /// Another.\n    #[condition(hidden = [\n        number, total\n    ])]\n    \
                      pub fn total_hidden(\n        cx: &Context,\n    ) -> bool {\n        true\n    }\n";
        check(&["fn total_hidden"], &format!("impl Order {{\n{hidden}}}\n"));
    }

    #[test]
    fn of_a_struct_the_other_fields_are_left_out() {
        let head = "/// An order.\n#[derive(Clone)]\n#[entity(\n    status = status,\n    frozen = [Confirmed]\n)]\n\
                    pub struct Order {\n";
        let (number, total) =
            ("    /// Its number.\n    pub number: Option<Text>,\n", "    pub total: Option<Decimal>,\n");
        let lines = "    /// Its lines.\n    #[field(calculated)]\n    pub lines: Vec<Line>,\n";
        check(&["struct Order > lines"], &format!("{head}    // …\n{lines}}}\n"));
        check(&["struct Order > number", "struct Order > lines"], &format!("{head}{number}    // …\n{lines}}}\n"));
        check(&["struct Order > number", "struct Order > total"], &format!("{head}{number}{total}    // …\n}}\n"));
    }

    #[test]
    fn an_item_that_is_not_there_or_there_twice_is_a_mistake() {
        check_mistake("fn tota", "no item begins with `fn tota`");
        check_mistake("impl Line > fn close", "no item begins with `fn close`");
        check_mistake("impl Header > fn total", "no item begins with `impl Header`");
        let hint = "name what it stands in as well: `impl Line > fn total`";
        check_mistake("fn total", &format!("items in lines 27 and 48 begin with `fn total`; {hint}"));
    }

    fn mistake(arguments: &str) -> String {
        let found = syn::parse_str(arguments).and_then(|wanted| expand(&wanted));
        found.map(|text| text.to_string()).expect_err("it is wrong").to_string()
    }

    #[test]
    fn a_chapter_that_shows_nothing_does_not_compile() {
        let path = "sdk/rust-macros/src/excerpt.rs";
        assert!(mistake("").ends_with("name a file, and items of it"));
        assert_eq!(mistake(&format!("{path:?}")), "name items of the file: `\"fn total\"`");
        assert_eq!(mistake(&format!("{path:?}, \"fn none\"")), format!("{path}: no item begins with `fn none`"));
        assert!(mistake("\"sdk/none.rs\", \"fn none\"").starts_with("cannot read "));
    }

    #[test]
    fn a_block_says_where_it_is_from() {
        let wanted = syn::parse_str("\"sdk/rust-macros/src/excerpt.rs\", \"const FOLDERS_ABOVE\"");
        let text: LitStr = syn::parse2(expand(&wanted.expect("it is right")).expect("it is there")).expect("a text");
        let code = "/// Paths begin so many folders above the crate's.\nconst FOLDERS_ABOVE: usize = 2;\n";
        assert_eq!(text.value(), format!("\n````rust\n// sdk/rust-macros/src/excerpt.rs\n{code}````\n"));
    }
}
