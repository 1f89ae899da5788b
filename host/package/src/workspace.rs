//! The workspace: through which pages and actions people use a plugin.
//!
//! Its author writes it in `workspace.toml` beside the crate's manifest. [`Draft`] reads that file and checks it against
//! the plugin's descriptor and messages; all that is wrong is said at once, with its place. What passes is a
//! [`Workspace`], kept as JSON in the section [`SECTION`]: keys stand in one order, and what is absent is left out, so
//! that the same workspace has the same bytes. Keys that this version does not know are passed over.
//!
//! Every title is a message's id; entities, fields, collections, actions and tables go by their names.

mod check;
mod forms;
mod pages;
mod read;
mod value_help;

use lockstep_model::schema;
use serde::{Deserialize, Serialize};

pub use read::Draft;

pub use crate::file::{Mistake, Name, Position};
use crate::sections::{self, SectionError, Sections};

/// The section's name.
pub const SECTION: &str = "lockstep:workspace";

/// The file's name, in the folder of the plugin's crate.
pub const FILE: &str = "workspace.toml";

/// Through which pages and actions people use a plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Workspace {
    /// What its tile says.
    pub title: Name,
    /// The tile's icon: a name of the Fluent UI icon set in kebab-case.
    pub icon: Name,
    /// The tile's colour, as `#rrggbb`.
    pub color: Name,
    /// Who has it at all.
    pub roles: Vec<Name>,
    /// In the order in which they are listed.
    pub pages: Vec<Page>,
    /// The actions that pages show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// How keys of reference tables are picked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub value_helps: Vec<ValueHelp>,
}

/// A page on records of one entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Page {
    /// In kebab-case, unique.
    pub name: Name,
    /// What stands above it.
    pub title: Name,
    /// Whose records it shows.
    pub entity: Name,
    /// Who has it; none: all who have the workspace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Name>,
    /// The entity's actions that it shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Name>,
    /// What it shows of the records.
    #[serde(flatten)]
    pub content: Content,
}

/// What a page shows of its entity's records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Content {
    /// Many records.
    List(List),
    /// One record.
    Detail(Detail),
}

/// Many records, a row each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct List {
    /// The header's fields that it shows.
    pub columns: Vec<Name>,
    /// With which records it starts; none: with all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filter: Vec<Filter>,
    /// The header's fields that users may filter by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Name>,
    /// By what it is sorted at first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<Sort>,
    /// The header's fields that the search box looks into.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub search: Vec<Name>,
    /// The detail page that a row opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<Name>,
}

/// Records whose field has one of these values, or the user's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Filter {
    /// A field of the header.
    pub field: Name,
    /// As the field's type writes them; none where the user is meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Name>,
    /// Records whose field, a text, names the user who looks at the page.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub user: bool,
}

/// By one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sort {
    /// A field of the header.
    pub field: Name,
    /// From the greatest to the least.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub descending: bool,
}

/// One record, in sections.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Detail {
    /// In the order in which they are shown.
    pub sections: Vec<PageSection>,
    /// To other pages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// Fields of the header, or a collection's rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PageSection {
    /// What stands above it.
    pub title: Name,
    /// Whose rows it shows; none: it shows fields of the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collection: Option<Name>,
    /// The fields in the table of rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// The header's fields, or those in a row's form; for a form none means: the columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Name>,
}

/// A way to another page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Link {
    /// What it says.
    pub title: Name,
    /// The page's name.
    pub page: Name,
    /// Which of the page's records are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filter: Vec<LinkFilter>,
}

/// Records whose field has the value that a field of the record before has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LinkFilter {
    /// A header's field of the entity of the page that is linked to.
    pub field: Name,
    /// A header's field of the entity of the page with the link.
    pub equals: Name,
}

/// How pages offer an action of an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Action {
    /// Whose.
    pub entity: Name,
    /// Which.
    pub name: Name,
    /// Who has it; none: all who have the workspace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Name>,
    /// What is asked for, in order: arguments; for `create` and `update` the header's fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Vec<Name>>,
    /// What the user is asked before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<Name>,
}

/// How a key of a reference table is picked: by a field that names the table, or by one that takes the last open part
/// of a longer key, whose other parts the filter fixes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ValueHelp {
    /// Whose field.
    pub entity: Name,
    /// `FIELD` of the header, `COLLECTION.FIELD`, or `ACTION.ARGUMENT`.
    pub field: Name,
    /// The table.
    pub table: Name,
    /// Its columns that are shown beside the key.
    pub show: Vec<Name>,
    /// Which of its rows can be picked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filter: Vec<ColumnFilter>,
}

/// Rows whose column has the value of another field: the same row's or arguments', else the header's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ColumnFilter {
    /// A column of the table.
    pub column: Name,
    /// The document's field.
    pub equals: Name,
}

/// Why a workspace could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// The file's sections could not be read.
    #[error(transparent)]
    Section(#[from] SectionError),
    /// It is not what a workspace should be.
    #[error("the package's workspace cannot be read: {0}")]
    Malformed(#[source] serde_json::Error),
}

impl Workspace {
    /// Reads a package's workspace; a package without one holds rules that others use.
    ///
    /// # Errors
    /// When there is one that cannot be read.
    pub fn read(package: &Sections<'_>) -> Result<Option<Self>, WorkspaceError> {
        let json = package.read(SECTION)?;
        json.map(|json| serde_json::from_slice(json).map_err(WorkspaceError::Malformed)).transpose()
    }

    /// Appends it to a component.
    ///
    /// # Errors
    /// When the bytes are not a whole WebAssembly file, or have a workspace already.
    pub fn append_to(&self, component: &mut Vec<u8>) -> Result<(), WorkspaceError> {
        let json = serde_json::to_vec(self).map_err(WorkspaceError::Malformed)?;
        Ok(sections::append(component, SECTION, &json)?)
    }

    /// The page with this name.
    pub fn page(&self, name: &str) -> Option<&Page> {
        self.pages.iter().find(|page| *page.name == *name)
    }

    /// How an entity's action is offered.
    pub fn action(&self, entity: &str, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| *action.entity == *entity && *action.name == *name)
    }

    /// How the key in an entity's field is picked; `field` is as in [`ValueHelp::field`].
    pub fn value_help(&self, entity: &str, field: &str) -> Option<&ValueHelp> {
        self.value_helps.iter().find(|help| *help.entity == *entity && *help.field == *field)
    }
}

impl Page {
    /// Who has it in this workspace.
    pub fn roles_in<'a>(&'a self, workspace: &'a Workspace) -> &'a [Name] {
        if self.roles.is_empty() { &workspace.roles } else { &self.roles }
    }
}

impl PageSection {
    /// The fields of the header that it shows, or those of a row's form.
    pub fn form(&self) -> &[Name] {
        if self.fields.is_empty() { &self.columns } else { &self.fields }
    }
}

impl Action {
    /// Who has it in this workspace.
    pub fn roles_in<'a>(&'a self, workspace: &'a Workspace) -> &'a [Name] {
        if self.roles.is_empty() { &workspace.roles } else { &self.roles }
    }

    /// The names that its form asks for: those listed, else all arguments of the action.
    pub fn asks_for<'a>(&'a self, action: &'a schema::Action) -> Vec<&'a str> {
        match &self.form {
            Some(form) => form.iter().map(|name| &**name).collect(),
            None => action.arguments.iter().map(|argument| &*argument.name).collect(),
        }
    }
}
