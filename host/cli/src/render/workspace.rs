//! A workspace as a tree: its tile, its pages with their actions, its value helps; in a language.

use lockstep_model::schema::{self, Collection, Descriptor, Entity, Field, FieldType};
use lockstep_package::{
    Wording, Workspace,
    workspace::{Content, Detail, Filter, Link, List, Name, Page, PageSection, ValueHelp},
};

use super::{
    style::{heading, line},
    tree::Tree,
};

/// The workspace, or that there is none.
pub(crate) fn workspace(
    workspace: Option<&Workspace>,
    descriptor: &Descriptor,
    wording: &Wording<'_>,
    width: Option<u16>,
) -> String {
    let Some(workspace) = workspace else {
        return heading("Workspace") + &line("none: this package has no pages, it holds rules that others use");
    };
    let view = View { workspace, descriptor, wording };
    let tile = format!(
        "{}, icon {}, colour {}, for {}",
        wording.text(&workspace.title),
        workspace.icon,
        workspace.color,
        listed(&workspace.roles)
    );
    heading(format!("Workspace {tile}")) + &view.tree().text(width)
}

/// A workspace, and what its names stand for.
struct View<'a> {
    workspace: &'a Workspace,
    descriptor: &'a Descriptor,
    wording: &'a Wording<'a>,
}

impl View<'_> {
    fn tree(&self) -> Tree {
        let mut below: Vec<_> = self.workspace.pages.iter().map(|page| self.page(page)).collect();
        let helps: Vec<_> = self.workspace.value_helps.iter().map(|help| self.value_help(help)).collect();
        if !helps.is_empty() {
            below.push(Tree::new("value help", helps));
        }
        Tree::new("", below)
    }

    fn page(&self, page: &Page) -> Tree {
        let Some((_, entity)) = self.descriptor.entity(&page.entity) else { return Tree::leaf(page.name.to_string()) };
        let (kind, mut below) = match &page.content {
            Content::List(list) => ("list", self.list(list, entity)),
            Content::Detail(detail) => ("detail", self.detail(detail, entity)),
        };
        below.extend(page.actions.iter().map(|name| self.action(entity, name)));
        let title = self.wording.text(&page.title);
        Tree::new(format!("{title}, {kind} of {}{}", self.wording.entity(entity), roles(&page.roles)), below)
    }

    fn list(&self, list: &List, entity: &Entity) -> Vec<Tree> {
        let sort = list.sort.iter().map(|sort| {
            format!("{}{}", self.field(entity, &sort.field), if sort.descending { ", descending" } else { "" })
        });
        let filter = list.filter.iter().map(|filter| self.filter(filter, entity)).collect::<Vec<_>>();
        let opens = list.opens.iter().map(|page| self.page_title(page)).collect::<Vec<_>>();
        let lines = [
            ("columns", self.fields(entity, &list.columns)),
            ("starts with", filter.join(" and ")),
            ("filters", self.fields(entity, &list.filters)),
            ("sorted by", sort.collect::<Vec<_>>().join(", then ")),
            ("searches", self.fields(entity, &list.search)),
            ("opens", opens.concat()),
        ];
        let filled = lines.into_iter().filter(|(_, text)| !text.is_empty());
        filled.map(|(what, text)| Tree::leaf(format!("{what}: {text}"))).collect()
    }

    fn filter(&self, filter: &Filter, entity: &Entity) -> String {
        let field = named(&entity.fields, &filter.field);
        let field = field.filter(|field| matches!(field.of, FieldType::Enumeration(_)));
        let value = |value: &Name| match field {
            Some(field) => self.wording.field_value(entity, field, value),
            None => value.to_string(),
        };
        if filter.user {
            return format!("{} is the user", self.field(entity, &filter.field));
        }
        let values: Vec<_> = filter.values.iter().map(value).collect();
        format!("{} {}", self.field(entity, &filter.field), values.join(" or "))
    }

    fn detail(&self, detail: &Detail, entity: &Entity) -> Vec<Tree> {
        let sections = detail.sections.iter().map(|section| self.section(section, entity));
        sections.chain(detail.links.iter().map(|link| self.link(link, entity))).collect()
    }

    fn section(&self, section: &PageSection, entity: &Entity) -> Tree {
        let title = self.wording.text(&section.title);
        let rows = section.collection.as_ref().and_then(|name| collection(entity, name));
        let Some(rows) = rows else {
            return Tree::leaf(format!("{title}: {}", self.fields(entity, &section.fields)));
        };
        let labels = |names: &[Name]| {
            let labels = names.iter().map(|name| match named(&rows.fields, name) {
                Some(field) => self.wording.row_field(entity, rows, field),
                None => name.to_string(),
            });
            labels.collect::<Vec<_>>().join(", ")
        };
        let form = if section.fields.is_empty() {
            Vec::new()
        } else {
            vec![Tree::leaf(format!("form: {}", labels(&section.fields)))]
        };
        Tree::new(format!("{title}, rows: {}", labels(&section.columns)), form)
    }

    fn link(&self, link: &Link, entity: &Entity) -> Tree {
        let there = self.workspace.page(&link.page).and_then(|page| self.descriptor.entity(&page.entity));
        let filter = link.filter.iter().map(|filter| {
            let field = there.map_or_else(|| filter.field.to_string(), |(_, there)| self.field(there, &filter.field));
            format!("{field} is this {}", self.field(entity, &filter.equals))
        });
        let filter = after(", where ", filter.collect::<Vec<_>>().join(" and "));
        Tree::leaf(format!("link {}: to {}{filter}", self.wording.text(&link.title), self.page_title(&link.page)))
    }

    /// An action: who has it, what it asks before, and the fields of its form.
    fn action(&self, entity: &Entity, name: &Name) -> Tree {
        let Some((_, known)) = entity.action(name) else { return Tree::leaf(format!("action {name}")) };
        let label = self.wording.action(entity, known);
        let Some(offered) = self.workspace.action(&entity.name, name) else {
            return Tree::leaf(format!("action {label}"));
        };
        let form = offered.asks_for(known).into_iter().map(|field| self.asked(entity, known, field));
        let form = after(": ", form.collect::<Vec<_>>().join(", "));
        let confirm = offered.confirm.iter().map(|id| Tree::leaf(format!("asks: {}", self.wording.text(id))));
        Tree::new(format!("action {label}{}{form}", roles(&offered.roles)), confirm.collect())
    }

    /// An argument, else a field of the header.
    fn asked(&self, entity: &Entity, action: &schema::Action, name: &str) -> String {
        match (named(&action.arguments, name), named(&entity.fields, name)) {
            (Some(argument), _) => self.wording.argument(entity, action, argument),
            (None, Some(field)) => self.wording.field(entity, field),
            (None, None) => name.to_owned(),
        }
    }

    fn value_help(&self, help: &ValueHelp) -> Tree {
        let table = self.descriptor.table(&help.table).map(|(_, table)| table);
        let column = |name: &Name| match table.and_then(|table| Some((table, named(&table.fields, name)?))) {
            Some((table, field)) => self.wording.table_field(table, field),
            None => name.to_string(),
        };
        let label = table.map_or_else(|| help.table.to_string(), |table| self.wording.table(table));
        let show = after(", with ", help.show.iter().map(column).collect::<Vec<_>>().join(", "));
        let filter = help.filter.iter().map(|filter| format!("{} is {}", column(&filter.column), filter.equals));
        let filter = after(", where ", filter.collect::<Vec<_>>().join(" and "));
        Tree::leaf(format!("{}: from {label}{show}{filter}", self.help_field(help)))
    }

    /// The label of the field that a help is for, after its collection's or its action's.
    fn help_field(&self, help: &ValueHelp) -> String {
        let label = || {
            let (_, entity) = self.descriptor.entity(&help.entity)?;
            let Some((owner, name)) = help.field.split_once('.') else {
                return Some(self.wording.field(entity, named(&entity.fields, &help.field)?));
            };
            if let Some(rows) = collection(entity, owner) {
                let field = self.wording.row_field(entity, rows, named(&rows.fields, name)?);
                return Some(format!("{}, {field}", self.wording.collection(entity, rows)));
            }
            let (_, action) = entity.action(owner)?;
            let argument = self.wording.argument(entity, action, named(&action.arguments, name)?);
            Some(format!("{}, {argument}", self.wording.action(entity, action)))
        };
        label().unwrap_or_else(|| help.field.to_string())
    }

    fn fields(&self, entity: &Entity, names: &[Name]) -> String {
        names.iter().map(|name| self.field(entity, name)).collect::<Vec<_>>().join(", ")
    }

    fn field(&self, entity: &Entity, name: &str) -> String {
        named(&entity.fields, name).map_or_else(|| name.to_owned(), |field| self.wording.field(entity, field))
    }

    fn page_title(&self, name: &str) -> String {
        self.workspace.page(name).map_or_else(|| name.to_owned(), |page| self.wording.text(&page.title))
    }
}

fn named<'f>(fields: &'f [Field], name: &str) -> Option<&'f Field> {
    fields.iter().find(|field| field.name == name)
}

fn collection<'e>(entity: &'e Entity, name: &str) -> Option<&'e Collection> {
    entity.collections.iter().find(|collection| collection.name == name)
}

fn listed(names: &[Name]) -> String {
    names.iter().map(|name| &**name).collect::<Vec<_>>().join(", ")
}

/// Those of a page or an action; nothing where it has none of its own.
fn roles(names: &[Name]) -> String {
    after(", for ", listed(names))
}

/// The text after these words; nothing where it is empty.
fn after(words: &str, text: String) -> String {
    if text.is_empty() { text } else { format!("{words}{text}") }
}
