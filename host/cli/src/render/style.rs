//! Styles, headings and tables: how all results look.

use std::fmt::Display;

use anstyle::{AnsiColor, Effects, Style};
use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, Table, presets};
use lockstep_model::schema::Severity;

/// What a piece of text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// No more than what it says.
    Plain,
    /// A title.
    Strong,
    /// Beside the point.
    Faint,
    /// All is well.
    Good,
    /// Something is refused or differs.
    Bad,
    /// Something to look at.
    Doubtful,
    /// Something to know.
    Known,
}

impl Tone {
    /// How grave an issue is.
    pub(crate) fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Bad,
            Severity::Warning | Severity::Justification => Self::Doubtful,
            Severity::Information => Self::Known,
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().effects(Effects::BOLD),
            Self::Faint => Style::new().effects(Effects::DIMMED),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Bad => AnsiColor::Red.on_default(),
            Self::Doubtful => AnsiColor::Yellow.on_default(),
            Self::Known => AnsiColor::Cyan.on_default(),
        }
    }

    /// The text in this tone.
    pub(crate) fn paint(self, text: impl Display) -> String {
        let style = self.style();
        format!("{style}{text}{style:#}")
    }

    /// A table's cell in this tone.
    pub(crate) fn cell(self, text: impl ToString) -> Cell {
        let cell = Cell::new(text);
        match self {
            Self::Plain => cell,
            Self::Strong => cell.add_attribute(Attribute::Bold),
            Self::Faint => cell.add_attribute(Attribute::Dim),
            Self::Good => cell.fg(Color::DarkGreen),
            Self::Bad => cell.fg(Color::DarkRed),
            Self::Doubtful => cell.fg(Color::DarkYellow),
            Self::Known => cell.fg(Color::DarkCyan),
        }
    }
}

/// A part's title on a line of its own, after an empty one.
pub(crate) fn heading(title: impl Display) -> String {
    format!("\n{}\n", Tone::Strong.paint(title))
}

/// A line of text, indented as tables are.
pub(crate) fn line(text: impl Display) -> String {
    format!("  {text}\n")
}

/// Columns side by side, without lines; it wraps to the width where there is one.
pub(crate) struct Grid {
    table: Table,
}

impl Grid {
    /// A table with these column titles; with none, only rows.
    pub(crate) fn new(width: Option<u16>, titles: &[&str]) -> Self {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).enforce_styling();
        match width {
            Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
            None => table.set_content_arrangement(ContentArrangement::Disabled),
        };
        if !titles.is_empty() {
            table.set_header(titles.iter().map(|title| Tone::Faint.cell(title)));
        }
        Self { table }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.table.add_row(cells.into_iter().collect::<Vec<_>>());
    }

    /// The table as lines, with numbers to the right in the columns named.
    pub(crate) fn finish(mut self, right: &[usize]) -> String {
        for column in self.table.column_iter_mut() {
            column.set_padding((1, 1));
            if right.contains(&column.index) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let lines = self.table.lines().map(|line| format!(" {}\n", without_trailing_space(&line)));
        lines.collect()
    }
}

/// The line without the space at its end, which may stand before the marks that end a style.
fn without_trailing_space(line: &str) -> String {
    let line = line.trim_end();
    let is_mark = |it: &char| *it == '\u{1b}' || "[0123456789;m".contains(*it);
    let tail: usize = line.chars().rev().take_while(is_mark).map(char::len_utf8).sum();
    let tail_begin = line.len() - tail;
    let marks_begin = line[tail_begin..].find('\u{1b}').map_or(line.len(), |at| tail_begin + at);
    let (text, marks) = line.split_at(marks_begin);
    format!("{}{marks}", text.trim_end())
}

/// A number with its thousands apart.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn space_at_a_lines_end_goes_also_within_a_style() {
        for (line, expected) in
            [("a…  ", "a…"), ("a…12m", "a…12m"), ("\u{1b}[2ma… \u{1b}[0m ", "\u{1b}[2ma…\u{1b}[0m"), (" ", "")]
        {
            assert_eq!(without_trailing_space(line), expected);
        }
    }

    #[test]
    fn columns_stand_below_each_other() {
        let mut grid = Grid::new(None, &["field", "value"]);
        grid.row([Tone::Plain.cell("total"), Tone::Plain.cell("9.90")]);
        grid.row([Tone::Plain.cell("discount-amount"), Tone::Plain.cell("10.00")]);
        let text = anstream::adapter::strip_str(&grid.finish(&[1])).to_string();
        assert_eq!(text, "  field            value\n  total             9.90\n  discount-amount  10.00\n");
    }
}
