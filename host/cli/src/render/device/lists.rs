//! Packages, workspaces, pages, and the records of a page.

use lockstep_device::{Enrolment, Identity, PageView, Tile, WorkspaceView};
use lockstep_package::publication::PublishedPackage;

use crate::render::{
    server::short,
    style::{Grid, Tone, heading, line, thousands},
};

/// Whose device it is.
pub(crate) fn title(enrolment: &Enrolment, sequence: Option<u64>, identity: Option<&Identity>) -> String {
    let publication = match sequence {
        Some(sequence) => format!("publication {sequence}"),
        None => "not refreshed yet".to_owned(),
    };
    let user = match identity {
        Some(identity) if identity.company.is_empty() => format!(", used by {}", identity.user),
        Some(identity) => format!(", used by {} for {}", identity.user, identity.company),
        None => String::new(),
    };
    format!("{} of {}, {publication}{user}\n", enrolment.device, enrolment.environment)
}

/// The packages, with the workspaces that the user has.
pub(crate) fn packages(packages: &[PublishedPackage], tiles: &[Tile], width: Option<u16>) -> String {
    if packages.is_empty() {
        return line("nothing is published for it");
    }
    let mut grid = Grid::new(width, &["package", "version", "publisher", "digest", "workspace"]);
    for package in packages {
        let tile = tiles.iter().find(|tile| tile.name == package.name);
        let shown = match tile {
            Some(Tile { trouble: Some(trouble), .. }) => Tone::Bad.cell(trouble),
            Some(tile) => Tone::Plain.cell(&tile.title),
            None => Tone::Faint.cell(""),
        };
        grid.row([
            Tone::Strong.cell(&package.name),
            Tone::Plain.cell(&package.version),
            Tone::Plain.cell(&package.publisher),
            Tone::Faint.cell(short(&package.digest)),
            shown,
        ]);
    }
    grid.finish(&[])
}

/// A workspace's pages.
pub(crate) fn pages(view: &WorkspaceView, width: Option<u16>) -> String {
    let mut grid = Grid::new(width, &["page", "", "entity", "title"]);
    for page in &view.pages {
        grid.row([
            Tone::Strong.cell(&page.name),
            Tone::Faint.cell(if page.is_list { "list" } else { "detail" }),
            Tone::Plain.cell(&page.entity),
            Tone::Plain.cell(&page.title),
        ]);
    }
    format!("{}  {} {}\n", Tone::Strong.paint(&view.title), view.name, view.version) + &grid.finish(&[])
}

/// The records of a page; `offset` were passed over.
pub(crate) fn page(page: &PageView, offset: usize, width: Option<u16>) -> String {
    let mut text = format!("{}\n", Tone::Strong.paint(&page.title));
    if page.rows.is_empty() {
        text += &line("there are no records");
    } else {
        let mut titles = vec!["key"];
        titles.extend(page.columns.iter().map(|column| &*column.label));
        titles.push("");
        let mut grid = Grid::new(width, &titles);
        for row in &page.rows {
            let cells = row.texts.iter().map(|text| Tone::Plain.cell(text));
            let mark = Tone::Doubtful.cell(if row.is_pending { "pending" } else { "" });
            grid.row([Tone::Strong.cell(&row.key)].into_iter().chain(cells).chain([mark]));
        }
        text += &grid.finish(&[]);
        let last = offset + page.rows.len();
        if page.rows.len() < page.total {
            let (first, last, all) = (offset + 1, thousands(last as u64), thousands(page.total as u64));
            text += &line(Tone::Faint.paint(format!("{first} to {last} of {all}")));
        }
    }
    if page.actions.is_empty() {
        return text;
    }
    let mut grid = Grid::new(width, &[]);
    for action in &page.actions {
        grid.row([
            Tone::Strong.cell(&action.name),
            Tone::Plain.cell(&action.label),
            Tone::Faint.cell(action.form.join(", ")),
        ]);
    }
    text + &heading("Actions") + &grid.finish(&[])
}
