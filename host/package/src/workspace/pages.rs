//! Pages: what they show, where they lead, and that every action can be reached from one.

use lockstep_model::{
    is_kebab_case,
    schema::{Entity, FieldType},
};

use super::{Content, Detail, Filter, Link, List, Name, Page, PageSection, check::Check};

/// The actions that every entity has unless it says otherwise.
pub(super) const CREATE: &str = "create";
pub(super) const UPDATE: &str = "update";
const DELETE: &str = "delete";

impl<'a> Check<'a> {
    pub(super) fn pages(&mut self) {
        let pages = &self.workspace.pages;
        let named = pages.iter().filter(|page| !page.name.is_missing());
        self.once(named.map(|page| (format!("the page `{}`", page.name), page.name.at())));
        for page in pages {
            self.page(page);
        }
        for entity in &self.descriptor.entities {
            self.reachable(entity);
        }
    }

    fn page(&mut self, page: &'a Page) {
        if !page.name.is_missing() && !is_kebab_case(&page.name) {
            let says = format!("`{}` is no name of a page: write it in kebab-case", page.name);
            self.mistake(page.name.at(), says);
        }
        self.text(&page.title);
        self.roles(&page.roles);
        // A page's title and links are looked at even where its entity is not known.
        let entity = self.entity(&page.entity);
        if let Some(entity) = entity {
            self.page_actions(page, entity);
        }
        match &page.content {
            Content::List(list) => self.list(page, list, entity),
            Content::Detail(detail) => self.detail(detail, entity),
        }
    }

    fn page_actions(&mut self, page: &Page, entity: &'a Entity) {
        for name in &page.actions {
            let found = entity.action(name);
            let all = entity.actions.iter().map(|action| &*action.name);
            let known = self.known(name, found, || format!("`{}` has no action", entity.name), all).is_some();
            if known && !self.is_offered(entity, name) {
                let says = format!("the page shows `{name}` of `{}`: add an [[action]] for it", entity.name);
                self.mistake(name.at(), says);
            }
        }
    }

    fn list(&mut self, page: &Page, list: &'a List, entity: Option<&'a Entity>) {
        if let Some(opens) = &list.opens {
            self.opens(page, opens);
        }
        let Some(entity) = entity else { return };
        for names in [&list.columns, &list.filters, &list.search] {
            self.fields(entity, names);
        }
        for sort in &list.sort {
            self.field(entity, &sort.field);
        }
        for filter in &list.filter {
            self.filter(entity, filter);
        }
    }

    /// A list's rows open a detail page of the same entity.
    fn opens(&mut self, page: &Page, opens: &Name) {
        let Some(opened) = self.page_named(opens) else { return };
        if !matches!(opened.content, Content::Detail(_)) {
            self.mistake(opens.at(), format!("`{opens}` is a list: a row opens a detail page"));
        } else if opened.entity != page.entity && self.is_entity(&opened.entity) && self.is_entity(&page.entity) {
            let says = format!(
                "`{opens}` shows `{}`, and a row here is of `{}`: name a detail page of the same entity",
                opened.entity, page.entity
            );
            self.mistake(opens.at(), says);
        }
    }

    fn page_named(&mut self, name: &Name) -> Option<&'a Page> {
        let workspace = self.workspace;
        let all = workspace.pages.iter().map(|page| &*page.name).filter(|name| !name.is_empty());
        self.known(name, workspace.page(name), || "there is no page".to_owned(), all)
    }

    fn filter(&mut self, entity: &'a Entity, filter: &Filter) {
        let Some(field) = self.field(entity, &filter.field) else { return };
        if filter.user && !matches!(field.of, FieldType::Text(_)) {
            self.mistake(
                filter.field.at(),
                format!("`{}` is no text, so that it names no user: take another", field.name),
            );
        }
        for value in &filter.values {
            if let Err(error) = field.of.parse(value) {
                self.mistake(value.at(), format!("`{}` cannot have this value: {error}", field.name));
            }
        }
    }

    fn detail(&mut self, detail: &'a Detail, entity: Option<&'a Entity>) {
        for section in &detail.sections {
            self.text(&section.title);
            if let Some(entity) = entity {
                self.section(section, entity);
            }
        }
        for link in &detail.links {
            self.link(link, entity);
        }
    }

    fn section(&mut self, section: &'a PageSection, entity: &'a Entity) {
        let Some(name) = &section.collection else {
            self.fields(entity, &section.fields);
            return self.section_form(entity, None, section);
        };
        let found = entity.collections.iter().find(|collection| *collection.name == **name);
        let all = entity.collections.iter().map(|collection| &*collection.name);
        let Some(collection) = self.known(name, found, || format!("`{}` has no collection", entity.name), all) else {
            return;
        };
        for field in section.columns.iter().chain(&section.fields) {
            let nothing = || format!("the rows of `{}.{}` have no field", entity.name, collection.name);
            self.field_among(&collection.fields, field, nothing);
        }
        self.section_form(entity, Some(collection), section);
    }

    fn link(&mut self, link: &'a Link, entity: Option<&'a Entity>) {
        self.text(&link.title);
        let Some(page) = self.page_named(&link.page) else { return };
        // That a page's entity is not known is said at the page.
        let there = self.descriptor.entity(&page.entity).map(|(_, entity)| entity);
        for filter in &link.filter {
            let field = there.and_then(|entity| self.field(entity, &filter.field));
            let equals = entity.and_then(|entity| self.field(entity, &filter.equals));
            if let (Some(field), Some(equals)) = (field, equals) {
                self.same_type(&filter.equals, field, equals);
            }
        }
    }

    /// Users reach the entity's own actions from a page. Where they have a list of its records they can also create
    /// one, and change those that are there: by the action on a page, or on a detail page.
    fn reachable(&mut self, entity: &'a Entity) {
        let pages: Vec<_> = self.pages_of(entity).collect();
        let has_list = pages.iter().any(|page| matches!(page.content, Content::List(_)));
        let has_detail = pages.iter().any(|page| matches!(page.content, Content::Detail(_)));
        let at = pages.first().map_or(self.workspace.title.at(), |page| page.name.at());
        for action in &entity.actions {
            let is_wanted = match &*action.name {
                DELETE => false,
                CREATE => has_list,
                UPDATE => has_list && !has_detail,
                _ => true,
            };
            // Of one that the workspace offers it is said there.
            let is_offered = self.workspace.action(&entity.name, &action.name).is_some();
            if is_wanted && !is_offered && !self.is_shown(entity, &action.name) {
                let says = format!(
                    "no page shows the action `{}` of `{}`: add it to the actions of a page of this entity",
                    action.name, entity.name
                );
                self.mistake(at, says);
            }
        }
    }

    fn pages_of(&self, entity: &'a Entity) -> impl Iterator<Item = &'a Page> + use<'a> {
        self.workspace.pages.iter().filter(|page| *page.entity == *entity.name)
    }

    /// Whether a page shows the action. Where a page's entity or action is not known, that was said, and the page may
    /// be meant to.
    pub(super) fn is_shown(&self, entity: &'a Entity, action: &str) -> bool {
        let is_meant = |name: &Name| **name == *action || entity.action(name).is_none();
        self.pages_of(entity).any(|page| page.actions.iter().any(is_meant))
            || self.workspace.pages.iter().any(|page| !self.is_entity(&page.entity))
    }
}
