//! From `workspace.toml` to a workspace that is yet to be checked.

use lockstep_model::schema::Descriptor;

use super::{
    Action, ColumnFilter, Content, Detail, Filter, Link, LinkFilter, List, Mistake, Page, PageSection, Sort, ValueHelp,
    Workspace,
};
use crate::{
    Messages,
    file::{self, Keys, hint},
};

/// A workspace as its file has it: what could be read of it, and what is wrong so far.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// None where the file is no TOML, so that nothing in it can be relied on.
    workspace: Option<Workspace>,
    mistakes: Vec<Mistake>,
}

impl Draft {
    /// Reads a `workspace.toml`. What is wrong with it is kept, and said when the draft is checked.
    pub fn parse(text: &str) -> Self {
        let (workspace, mistakes) = file::read(text, "the workspace", workspace);
        Self { workspace, mistakes }
    }

    /// The workspace, if it fits the plugin's descriptor and messages.
    ///
    /// # Errors
    /// All that is wrong with it, in the order of the file.
    pub fn check(self, descriptor: &Descriptor, messages: &Messages) -> Result<Workspace, Vec<Mistake>> {
        let Self { workspace: Some(workspace), mut mistakes } = self else { return Err(self.mistakes) };
        mistakes.extend(workspace.mistakes(descriptor, messages));
        finished(workspace, mistakes)
    }

    /// The workspace, if its file is in order; whether it fits the plugin is not known.
    ///
    /// # Errors
    /// All that is wrong with the file, in its order.
    pub fn unchecked(self) -> Result<Workspace, Vec<Mistake>> {
        let Self { workspace: Some(workspace), mistakes } = self else { return Err(self.mistakes) };
        finished(workspace, mistakes)
    }
}

fn finished(workspace: Workspace, mut mistakes: Vec<Mistake>) -> Result<Workspace, Vec<Mistake>> {
    mistakes.sort();
    mistakes.dedup();
    if mistakes.is_empty() { Ok(workspace) } else { Err(mistakes) }
}

fn workspace(mut keys: Keys<'_>) -> Workspace {
    let workspace = Workspace {
        title: keys.name("title"),
        icon: keys.name("icon"),
        color: keys.name("color"),
        roles: keys.some_names("roles"),
        pages: keys.tables("page", "a page").into_iter().map(page).collect(),
        actions: keys.tables("action", "an action").into_iter().map(action).collect(),
        value_helps: keys.tables("value-help", "a value help").into_iter().map(value_help).collect(),
    };
    if workspace.pages.is_empty() {
        keys.mistake(keys.at(), "the workspace has no page: add a [[page]]".to_owned());
    }
    keys.finish();
    workspace
}

fn page(mut keys: Keys<'_>) -> Page {
    let (name, title, entity) = (keys.name("name"), keys.name("title"), keys.name("entity"));
    let (roles, actions) = (keys.names("roles"), keys.names("actions"));
    let kind = keys.name("kind");
    let content = match &*kind {
        "list" => Content::List(list(&mut keys)),
        "detail" => Content::Detail(detail(&mut keys)),
        _ => {
            if !kind.is_missing() {
                let hint = hint(&kind, ["list", "detail"]);
                keys.mistake(kind.at(), format!("there is no kind of page `{kind}`{hint}"));
            }
            // Which keys it may have is not known.
            return Page { name, title, entity, roles, actions, content: Content::List(List::default()) };
        }
    };
    keys.finish();
    Page { name, title, entity, roles, actions, content }
}

fn list(keys: &mut Keys<'_>) -> List {
    keys.call("a list");
    List {
        columns: keys.some_names("columns"),
        filter: keys.tables("filter", "a filter").into_iter().map(filter).collect(),
        filters: keys.names("filters"),
        sort: keys.tables("sort", "an order").into_iter().map(sort).collect(),
        search: keys.names("search"),
        opens: keys.optional_name("opens"),
    }
}

fn filter(mut keys: Keys<'_>) -> Filter {
    let field = keys.name("field");
    let user = keys.flag("user");
    // With the user there is nothing to choose: `values` is then an unknown key.
    let values = if user { Vec::new() } else { keys.values("values") };
    keys.finish();
    Filter { field, values, user }
}

fn sort(mut keys: Keys<'_>) -> Sort {
    let sort = Sort { field: keys.name("field"), descending: keys.flag("descending") };
    keys.finish();
    sort
}

fn detail(keys: &mut Keys<'_>) -> Detail {
    keys.call("a detail page");
    let sections: Vec<_> = keys.tables("section", "a section").into_iter().map(section).collect();
    if sections.is_empty() {
        keys.mistake(keys.at(), "the page shows nothing: add a [[page.section]]".to_owned());
    }
    Detail { sections, links: keys.tables("links", "a link").into_iter().map(link).collect() }
}

fn section(mut keys: Keys<'_>) -> PageSection {
    let title = keys.name("title");
    let collection = keys.optional_name("collection");
    let section = if collection.is_some() {
        keys.call("a section of rows");
        PageSection { title, collection, columns: keys.some_names("columns"), fields: keys.names("fields") }
    } else {
        keys.call("a section of the header's fields");
        PageSection { title, collection, columns: Vec::new(), fields: keys.some_names("fields") }
    };
    keys.finish();
    section
}

fn link(mut keys: Keys<'_>) -> Link {
    let (title, page) = (keys.name("title"), keys.name("page"));
    let filter = keys.tables("filter", "a link's filter").into_iter().map(|mut keys| {
        let filter = LinkFilter { field: keys.name("field"), equals: keys.name("equals") };
        keys.finish();
        filter
    });
    let link = Link { title, page, filter: filter.collect() };
    keys.finish();
    link
}

fn action(mut keys: Keys<'_>) -> Action {
    let action = Action {
        entity: keys.name("entity"),
        name: keys.name("name"),
        roles: keys.names("roles"),
        form: keys.optional_names("form"),
        confirm: keys.optional_name("confirm"),
    };
    keys.finish();
    action
}

fn value_help(mut keys: Keys<'_>) -> ValueHelp {
    let (entity, field, table) = (keys.name("entity"), keys.name("field"), keys.name("table"));
    let show = keys.required_names("show");
    let filter = keys.tables("filter", "a value help's filter").into_iter().map(|mut keys| {
        let filter = ColumnFilter { column: keys.name("column"), equals: keys.name("equals") };
        keys.finish();
        filter
    });
    let help = ValueHelp { entity, field, table, show, filter: filter.collect() };
    keys.finish();
    help
}
