//! One evaluation in a few lines: what became of the document, and why.

use lockstep_model::{
    Issue, Place, ResolvedDocument, Value,
    schema::{Entity, Severity},
};
use lockstep_package::{
    Wording, Workspace,
    messages::Subject,
    workspace::{Content, Name},
};

use super::{
    receipts::short,
    schema::severity,
    style::{Tone, line},
};
use crate::evaluation::{Evaluation, disagreement};

/// Issues that are shown; the others are counted.
const ISSUES_SHOWN: usize = 4;

/// For a screen that is not wider, and where none shows it.
const WIDTH: u16 = 100;

/// An evaluation, and the words for it.
pub(crate) struct Brief<'a> {
    /// Through which pages the document is seen, if the package says so.
    pub(crate) workspace: Option<&'a Workspace>,
    /// The words.
    pub(crate) wording: &'a Wording<'a>,
    /// What issues speak of.
    pub(crate) subject: &'a Subject<'a>,
    /// The document with what was derived.
    pub(crate) resolved: &'a ResolvedDocument<'a>,
    /// The action's label.
    pub(crate) action: String,
    /// Whether it goes through.
    pub(crate) is_allowed: bool,
    /// What the validations found, in words.
    pub(crate) issues: Vec<(&'a Issue, &'a str)>,
    /// On each engine.
    pub(crate) evaluations: &'a [Evaluation],
    /// Where a terminal shows it.
    pub(crate) width: Option<u16>,
}

impl Brief<'_> {
    /// The workspace and the action, the header's values, the gravest issues, and what the engines say.
    pub(crate) fn text(&self) -> String {
        let entity = self.resolved.entity();
        let title = self.workspace.map(|workspace| self.wording.text(&workspace.title));
        let title = Tone::Strong.paint(title.unwrap_or_else(|| self.wording.entity(entity)));
        let outcome = if self.is_allowed { Tone::Good.paint("accepted") } else { Tone::Bad.paint("refused") };
        let mut text = format!("{title}: {} {outcome}\n", self.action);
        let values = self.values(entity);
        if !values.is_empty() {
            text += &line(values);
        }
        text + &self.issues() + &line(self.engines())
    }

    fn width(&self) -> usize {
        usize::from(self.width.unwrap_or(WIDTH))
    }

    /// As many of the first columns of the entity's list as there is room for; without a list what is calculated.
    fn values(&self, entity: &Entity) -> String {
        let derived =
            || entity.fields.iter().filter(|field| field.kind.is_derived()).map(|field| &*field.name).collect();
        let names: Vec<&str> =
            self.columns(entity).map_or_else(derived, |columns| columns.iter().map(|it| &**it).collect());
        let mut text = String::new();
        for name in names {
            let Some(position) = entity.fields.iter().position(|field| field.name == name) else { continue };
            let Some(value) = self.resolved.header(position as u16) else { continue };
            let between = if text.is_empty() { "" } else { " · " };
            let value = self.shown(Place::Field(position as u16), &value);
            let part = format!("{between}{} {value}", self.wording.field(entity, &entity.fields[position]));
            if INDENT + text.chars().count() + part.chars().count() <= self.width() {
                text += &part;
            }
        }
        text
    }

    fn columns(&self, entity: &Entity) -> Option<&[Name]> {
        let mut pages = self.workspace?.pages.iter().filter(|page| *page.entity == *entity.name);
        pages.find_map(|page| match &page.content {
            Content::List(list) => Some(&*list.columns),
            Content::Detail(_) => None,
        })
    }

    fn shown(&self, place: Place, value: &Value) -> String {
        self.wording.value_at(place, value, self.subject)
    }

    /// The gravest first, a line each.
    fn issues(&self) -> String {
        let mut issues = self.issues.clone();
        issues.sort_by_key(|(issue, _)| rank(issue.severity));
        issues.truncate(ISSUES_SHOWN);
        let widest = issues.iter().map(|(issue, _)| severity(issue.severity).len()).max().unwrap_or_default();
        issues.into_iter().map(|(issue, words)| self.issue(issue, words, widest)).collect()
    }

    fn issue(&self, issue: &Issue, words: &str, widest: usize) -> String {
        let place = self.wording.place(issue.place, self.subject);
        let said = match named_in(&place, words) {
            "" => words.to_owned(),
            place => format!("{place}: {words}"),
        };
        let offer = issue.offer.as_ref().map(|offer| format!(" Offered: {}", self.shown(issue.place, offer)));
        let offer = offer.unwrap_or_default();
        let room = self.width().saturating_sub(INDENT + widest + GAP + offer.chars().count());
        let grave = Tone::of(issue.severity).paint(format!("{:widest$}", severity(issue.severity)));
        line(format!("{grave}{:GAP$}{}{}", "", cut(&said.replace('\n', " "), room), Tone::Known.paint(offer)))
    }

    fn engines(&self) -> String {
        let more = match self.issues.len().saturating_sub(ISSUES_SHOWN) {
            0 => String::new(),
            more => format!("and {more} more; "),
        };
        let Some(first) = self.evaluations.first() else { return more };
        let agree = match (disagreement(self.evaluations), self.evaluations.len()) {
            (Some(what), _) => Tone::Bad.paint(format!("the engines differ: {what}")),
            (None, 1) => format!("on the {} engine", first.profile.name()),
            (None, _) => Tone::Good.paint("the same on both engines"),
        };
        format!("{}{agree}", Tone::Faint.paint(format!("{more}outcome {}, ", short(first.receipt.outcome))))
    }
}

/// Before each line but the first.
const INDENT: usize = 2;

/// Between how grave an issue is and its words.
const GAP: usize = 2;

/// The place, without the field at its end where the words begin with it.
fn named_in<'p>(place: &'p str, words: &str) -> &'p str {
    let (row, field) = place.rsplit_once(", ").unwrap_or(("", place));
    if words.starts_with(field) { row } else { place }
}

/// The gravest is the least.
fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 0,
        Severity::Justification => 1,
        Severity::Warning => 2,
        Severity::Information => 3,
    }
}

/// So many characters of a text, the last a dot for what was left out.
fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::{cut, named_in};

    #[test]
    fn a_field_is_named_once() {
        assert_eq!(named_in("Lines 4, Item", "Item is required."), "Lines 4");
        assert_eq!(named_in("Lines 4, Item", "It is required."), "Lines 4, Item");
        assert_eq!(named_in("Customer", "Customer C-1 is blocked."), "");
        assert_eq!(named_in("", "There are no lines."), "");
    }

    #[test]
    fn what_is_too_long_ends_in_dots() {
        assert_eq!(cut("It is late.", 11), "It is late.");
        assert_eq!(cut("It is very late.", 11), "It is very…");
        assert_eq!(cut("Überfällig", 5), "Über…");
        assert_eq!(cut("It", 0), "…");
    }
}
