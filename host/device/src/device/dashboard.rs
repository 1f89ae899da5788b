//! The dashboard: what a user finds when he opens the device.

use lockstep_package::{
    file::Name,
    workspace::{Content, Page, Workspace},
};

use super::{Device, Result, error::no_such};
use crate::logic::Package;

/// A workspace on the dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The plugin's name.
    pub name: String,
    /// In the user's language.
    pub title: String,
    /// A name of the Fluent UI icon set in kebab-case.
    pub icon: String,
    /// As `#rrggbb`.
    pub color: String,
    /// Why it cannot be used; its title is then its name.
    pub trouble: Option<String>,
}

/// A workspace's pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceView {
    /// The plugin's name.
    pub name: String,
    /// The package's version.
    pub version: String,
    /// In the user's language.
    pub title: String,
    /// Those that the user has.
    pub pages: Vec<PageTile>,
}

/// A page in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageTile {
    /// Its name.
    pub name: String,
    /// In the user's language.
    pub title: String,
    /// The entity whose records it shows.
    pub entity: String,
    /// It shows many records; otherwise one.
    pub is_list: bool,
}

/// A column of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnHead {
    /// The field's name.
    pub name: String,
    /// In the user's language.
    pub label: String,
}

/// An action that a page offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionTile {
    /// Its name.
    pub name: String,
    /// In the user's language.
    pub label: String,
    /// What the user is asked before, in his language.
    pub confirm: Option<String>,
    /// What is asked for, in order: arguments; for `create` and `update` the header's fields.
    pub form: Vec<String>,
}

impl Device {
    /// The workspaces that the user has.
    ///
    /// # Errors
    /// When nobody has signed in.
    pub fn dashboard(&self) -> Result<Vec<Tile>> {
        let mut tiles = Vec::new();
        for name in self.packages.names() {
            match self.packages.current(&name) {
                Ok(Some(package)) => tiles.extend(self.tile(&package)?),
                Ok(None) => {}
                Err(fault) => tiles.push(Tile {
                    title: name.clone(),
                    name,
                    icon: String::new(),
                    color: String::new(),
                    trouble: Some(fault.sentence),
                }),
            }
        }
        Ok(tiles)
    }

    fn tile(&self, package: &Package) -> Result<Option<Tile>> {
        let Some(workspace) = &package.workspace else { return Ok(None) };
        let wording = package.messages.for_locale(&self.settings.locale);
        let shown = Tile {
            name: package.name.clone(),
            title: wording.text(&workspace.title),
            icon: workspace.icon.to_string(),
            color: workspace.color.to_string(),
            trouble: None,
        };
        Ok(self.has(&workspace.roles)?.then_some(shown))
    }

    /// A workspace's pages, as far as the user has them.
    ///
    /// # Errors
    /// When there is none of this name for the user.
    pub fn workspace(&self, name: &str) -> Result<WorkspaceView> {
        let package = self.package(name)?;
        let workspace = self.workspace_of(&package)?;
        let wording = package.messages.for_locale(&self.settings.locale);
        let mut pages = Vec::new();
        for page in &workspace.pages {
            if self.has(page.roles_in(workspace))? {
                pages.push(PageTile {
                    name: page.name.to_string(),
                    title: wording.text(&page.title),
                    entity: page.entity.to_string(),
                    is_list: matches!(page.content, Content::List(_)),
                });
            }
        }
        let title = wording.text(&workspace.title);
        Ok(WorkspaceView { name: package.name.clone(), version: package.version.clone(), title, pages })
    }

    pub(super) fn workspace_of<'p>(&self, package: &'p Package) -> Result<&'p Workspace> {
        let workspace = package.workspace.as_ref().ok_or_else(|| no_such("workspace", &package.name))?;
        if self.has(&workspace.roles)? { Ok(workspace) } else { Err(no_such("workspace", &package.name)) }
    }

    pub(super) fn page_of<'w>(&self, workspace: &'w Workspace, name: &str) -> Result<&'w Page> {
        let page = workspace.page(name).ok_or_else(|| no_such("page", name))?;
        if self.has(page.roles_in(workspace))? { Ok(page) } else { Err(no_such("page", name)) }
    }

    /// The actions that a page offers the user.
    pub(super) fn actions_of(&self, package: &Package, workspace: &Workspace, page: &Page) -> Result<Vec<ActionTile>> {
        let wording = package.messages.for_locale(&self.settings.locale);
        let Some((_, entity)) = package.descriptor.entity(&page.entity) else { return Ok(Vec::new()) };
        let mut tiles = Vec::new();
        for name in &page.actions {
            let Some((_, action)) = entity.action(name) else { continue };
            let offered = workspace.action(&page.entity, name);
            if !self.has(offered.map_or(&workspace.roles[..], |offered| offered.roles_in(workspace)))? {
                continue;
            }
            let form = offered.map(|offered| offered.asks_for(action)).unwrap_or_default();
            tiles.push(ActionTile {
                name: name.to_string(),
                label: wording.action(entity, action),
                confirm: offered.and_then(|offered| offered.confirm.as_ref()).map(|id| wording.text(id)),
                form: form.into_iter().map(str::to_owned).collect(),
            });
        }
        Ok(tiles)
    }

    /// Whether the user has one of these roles; where none is asked for, everybody may.
    pub(super) fn has(&self, roles: &[Name]) -> Result<bool> {
        let own = &self.signed_in()?.roles;
        Ok(roles.is_empty() || roles.iter().any(|role| own.iter().any(|own| **own == **role)))
    }
}
