//! What an entity's module declares: its header, collections, actions and their arguments.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Attribute, Item, ItemStruct, Path, meta::ParseNestedMeta, punctuated::Punctuated};

use super::derived;
use crate::{
    field::{Field, Kind, argument_of, last_segment, text_of},
    mistakes::Mistakes,
    names,
    near::suggestion,
};

/// Fields of one struct are told by the bits of a `u128`.
const FIELDS_MAX: usize = 128;

/// The actions that every entity has unless it leaves them out.
pub(crate) const STANDARD_ACTIONS: [&str; 3] = ["create", "update", "delete"];

/// A header or the rows of a collection.
pub(crate) struct Record {
    pub(crate) ident: Ident,
    pub(crate) fields: Vec<Field>,
    /// The struct has a field `id` (a row) or `key` (a header).
    pub(crate) has_id: bool,
}

impl Record {
    pub(crate) fn position(&self, ident: &Ident) -> Option<usize> {
        self.fields.iter().position(|field| field.ident == *ident)
    }

    /// The mistake of naming a field that there is not.
    pub(crate) fn has_no(&self, ident: &Ident) -> syn::Error {
        let near = suggestion(&ident.to_string(), self.fields.iter().map(|field| &field.ident));
        syn::Error::new_spanned(ident, format!("`{}` has no field `{ident}`{near}", self.ident))
    }
}

/// A collection: where it stands in the header.
pub(crate) struct Collection {
    pub(crate) ident: Ident,
    pub(crate) label: String,
    pub(crate) record: Record,
    /// Its rows are a rule's.
    pub(crate) is_derived: bool,
}

/// A named intent.
pub(crate) struct Action {
    pub(crate) name: String,
    pub(crate) label: String,
    /// The statuses in which it is allowed, as variants.
    pub(crate) states: Vec<Ident>,
}

/// The struct of an action's arguments.
pub(crate) struct Arguments {
    pub(crate) ident: Ident,
    pub(crate) action: String,
    pub(crate) fields: Vec<Field>,
}

/// All that the module declares besides rules.
pub(crate) struct Declaration {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) header: Record,
    pub(crate) collections: Vec<Collection>,
    /// The header's status field: its position.
    pub(crate) status: Option<usize>,
    /// Whether it says which field that is, mistakenly or not.
    pub(crate) has_status: bool,
    pub(crate) frozen: Vec<Ident>,
    pub(crate) last_writer: bool,
    /// The standard ones that it keeps; the plugin's own are added as rules are read.
    pub(crate) standard_actions: Vec<Action>,
    pub(crate) arguments: Vec<Arguments>,
}

impl Declaration {
    /// The header (0) or a collection (1 and on).
    pub(crate) fn scope(&self, scope: usize) -> &Record {
        if scope == 0 { &self.header } else { &self.collections[scope - 1].record }
    }

    pub(crate) fn scope_named(&self, ident: &Ident) -> Option<usize> {
        (0..=self.collections.len()).find(|scope| self.scope(*scope).ident == *ident)
    }

    pub(crate) fn collection_named(&self, ident: &Ident) -> Option<usize> {
        self.collections.iter().position(|collection| collection.ident == *ident)
    }

    /// Whether a scope is a derived collection.
    pub(crate) fn is_derived(&self, scope: usize) -> bool {
        scope.checked_sub(1).is_some_and(|collection| self.collections[collection].is_derived)
    }

    /// The mistake of naming a collection that there is not.
    pub(crate) fn has_no_collection(&self, ident: &Ident) -> syn::Error {
        let near = suggestion(&ident.to_string(), self.collections.iter().map(|collection| &collection.ident));
        syn::Error::new_spanned(ident, format!("there is no collection `{ident}`{near}"))
    }
}

#[derive(Default)]
struct EntityAttribute {
    name: Option<String>,
    label: Option<String>,
    status: Option<Ident>,
    frozen: Vec<Ident>,
    last_writer: bool,
    states: Vec<(Ident, Vec<Ident>)>,
    without: Vec<Ident>,
}

/// Reads and strips what the module's structs say.
pub(crate) fn read(items: &mut [Item], mistakes: &mut Mistakes) -> Option<Declaration> {
    let mut header = None;
    let mut rows = Vec::new();
    let mut arguments = Vec::new();
    let mut has_unmarked = false;
    for item in items.iter_mut() {
        let Item::Struct(item) = item else { continue };
        if let Some(attribute) = strip(&mut item.attrs, "entity") {
            if header.is_some() {
                mistakes.add(&item.ident, "a module has one entity: give this one a module of its own");
            } else {
                header = Some((item.clone(), attribute));
            }
        } else if let Some(attribute) = strip(&mut item.attrs, "collection") {
            rows.push((item.clone(), attribute));
        } else if let Some(attribute) = strip(&mut item.attrs, "arguments") {
            arguments.extend(read_arguments(item, &attribute, mistakes));
        } else if is_unmarked(item) {
            let what = "say what the struct is: `#[entity(…)]`, `#[collection]` or `#[arguments(action)]`";
            mistakes.add(&item.ident, what);
            has_unmarked = true;
        } else {
            continue;
        }
        for field in &mut item.fields {
            strip(&mut field.attrs, "field");
        }
    }
    let Some((header, attribute)) = header else {
        let what = "the module has no header: mark its struct with `#[entity(…)]`";
        if !has_unmarked {
            mistakes.push(syn::Error::new(proc_macro2::Span::call_site(), what));
        }
        return None;
    };
    let attribute = read_entity(&attribute, mistakes);
    Some(build(&header, attribute, &rows, arguments, mistakes))
}

/// A struct with fields as entities have them, and nothing that says what it is.
fn is_unmarked(item: &ItemStruct) -> bool {
    let is_reference = |attribute: &Attribute| {
        attribute.path().is_ident("derive") && quote!(#attribute).to_string().contains("Reference")
    };
    let has_field =
        item.fields.iter().flat_map(|field| &field.attrs).any(|attribute| is_named(attribute.path(), "field"));
    has_field && !item.attrs.iter().any(is_reference)
}

fn build(
    header: &ItemStruct,
    attribute: EntityAttribute,
    rows: &[(ItemStruct, Attribute)],
    arguments: Vec<Arguments>,
    mistakes: &mut Mistakes,
) -> Declaration {
    let mut collections = Vec::new();
    for field in &header.fields {
        let row = argument_of(&field.ty, "Vec").and_then(last_segment);
        let Some((row, of)) = row.and_then(|of| Some((rows.iter().find(|(row, _)| row.ident == *of)?, of))) else {
            continue;
        };
        let Some(ident) = field.ident.clone() else { continue };
        if collections.iter().any(|known: &Collection| known.record.ident == *of) {
            mistakes.add(&field.ty, format!("`{of}` is the row of another collection already"));
        }
        let label = read_label(&row.1, mistakes).unwrap_or_else(|| names::words(&names::kebab(&ident.to_string())));
        let record = read_record(&row.0, "id", &[], mistakes);
        let is_derived = derived::is_derived(field, mistakes);
        let collection = Collection { ident, label, record, is_derived };
        if is_derived {
            derived::check(&collection, &row.0, mistakes);
        }
        collections.push(collection);
    }
    for (row, _) in rows {
        if !collections.iter().any(|collection| collection.record.ident == row.ident) {
            let what = format!("no field of `{}` is a `Vec<{}>`", header.ident, row.ident);
            mistakes.add(&row.ident, what);
        }
    }
    let collection_idents: Vec<_> = collections.iter().map(|collection| collection.ident.clone()).collect();
    let record = read_record(header, "key", &collection_idents, mistakes);
    let status = attribute.status.as_ref().and_then(|status| {
        let position = record.position(status);
        match position.map(|position| &record.fields[position]) {
            Some(field) if field.kind == Kind::State || field.is_mistaken => {}
            Some(_) => mistakes.add(status, format!("`{status}` is no state field: write `#[field(state)]`")),
            None => mistakes.push(record.has_no(status)),
        }
        position
    });
    if attribute.status.is_none() && !attribute.frozen.is_empty() {
        mistakes.add(&header.ident, "`frozen` needs to know the status field: `status = …`");
    }
    let name = attribute.name.unwrap_or_else(|| names::kebab(&header.ident.to_string()));
    let standard_actions =
        STANDARD_ACTIONS.iter().filter(|action| !attribute.without.iter().any(|left_out| left_out == *action));
    let standard_actions = standard_actions
        .map(|action| Action {
            name: (*action).to_owned(),
            label: names::words(action),
            states: attribute
                .states
                .iter()
                .find(|(name, _)| name == action)
                .map(|(_, states)| states.clone())
                .unwrap_or_default(),
        })
        .collect();
    Declaration {
        label: attribute.label.unwrap_or_else(|| names::words(&name)),
        name,
        header: record,
        collections,
        status,
        has_status: attribute.status.is_some(),
        frozen: attribute.frozen,
        last_writer: attribute.last_writer,
        standard_actions,
        arguments,
    }
}

fn read_record(item: &ItemStruct, id: &str, collections: &[Ident], mistakes: &mut Mistakes) -> Record {
    let mut fields = Vec::new();
    let mut has_id = false;
    for declared in &item.fields {
        let Some(ident) = &declared.ident else {
            mistakes.add(declared, "a field has a name");
            continue;
        };
        if collections.contains(ident) {
            continue;
        }
        match Field::parse(declared, None) {
            Ok(Some(field)) => {
                if !field.is_option {
                    let of = &field.of;
                    let what = format!("a field may be absent until it is entered: write `Option<{}>`", quote!(#of));
                    mistakes.add(&declared.ty, what);
                }
                if ["id", "key", "entity"].iter().any(|reserved| ident == reserved) {
                    mistakes.add(ident, format!("`{ident}` is a name that every document has: choose another"));
                }
                mistakes.take(field.check_no_source());
                fields.push(field);
            }
            Ok(None) if ident == id => has_id = true,
            Ok(None) => {
                let what = "say who gives the field its value: `#[field(entered)]`, `defaulted`, `calculated`, `state` \
                            or `assigned`; rows stand in a `Vec` of a struct with `#[collection]`";
                mistakes.add(ident, what);
                fields.push(Field::mistaken(ident, &declared.ty));
            }
            Err(mistake) => {
                mistakes.push(mistake);
                fields.push(Field::mistaken(ident, &declared.ty));
            }
        }
    }
    if fields.len() > FIELDS_MAX {
        mistakes.add(&item.ident, format!("{} fields are too many: {FIELDS_MAX} at most", fields.len()));
    }
    Record { ident: item.ident.clone(), fields, has_id }
}

fn read_arguments(item: &ItemStruct, attribute: &Attribute, mistakes: &mut Mistakes) -> Option<Arguments> {
    let action = mistakes.take(attribute.parse_args::<Ident>())?;
    let mut fields = Vec::new();
    for field in &item.fields {
        match Field::parse(field, Some(Kind::Entered)) {
            Ok(Some(parsed)) if parsed.is_option => {
                mistakes.take(parsed.check_no_source());
                fields.push(parsed);
            }
            Ok(Some(_)) => mistakes.add(&field.ty, "an argument may be absent: write `Option<…>`"),
            Ok(None) => mistakes.add(field, "mark the argument with `#[field]`"),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    Some(Arguments { ident: item.ident.clone(), action: names::kebab(&action.to_string()), fields })
}

fn read_label(attribute: &Attribute, mistakes: &mut Mistakes) -> Option<String> {
    let mut label = None;
    if !matches!(attribute.meta, syn::Meta::Path(_)) {
        mistakes.take(attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("label") {
                label = Some(text_of(&meta)?);
                return Ok(());
            }
            Err(meta.error("a collection may say `label = \"…\"`"))
        }));
    }
    label
}

fn read_entity(attribute: &Attribute, mistakes: &mut Mistakes) -> EntityAttribute {
    let mut read = EntityAttribute::default();
    if !matches!(attribute.meta, syn::Meta::Path(_)) {
        mistakes.take(attribute.parse_nested_meta(|meta| read_entity_word(&meta, &mut read)));
    }
    read
}

fn read_entity_word(meta: &ParseNestedMeta<'_>, read: &mut EntityAttribute) -> syn::Result<()> {
    let word = meta.path.get_ident().cloned();
    match word.as_ref().map(ToString::to_string).unwrap_or_default().as_str() {
        "name" => read.name = Some(text_of(meta)?),
        "label" => read.label = Some(text_of(meta)?),
        "status" => read.status = Some(meta.value()?.parse()?),
        "frozen" => read.frozen = idents(meta)?,
        "last_writer" => read.last_writer = true,
        "without" => meta.parse_nested_meta(|action| {
            let ident = action.path.require_ident()?.clone();
            if !STANDARD_ACTIONS.iter().any(|standard| ident == standard) {
                return Err(action.error("only `create`, `update` and `delete` can be left out"));
            }
            read.without.push(ident);
            Ok(())
        })?,
        "create" | "update" | "delete" => {
            let action = word.expect("the word was matched");
            meta.parse_nested_meta(|inner| {
                if !inner.path.is_ident("states") {
                    return Err(inner.error("say in which statuses: `states = [Draft]`"));
                }
                read.states.push((action.clone(), idents(&inner)?));
                Ok(())
            })?;
        }
        _ => {
            return Err(meta.error(
                "an entity may say `name`, `label`, `status = field`, `frozen = [Status]`, `last_writer`, \
                 `without(delete)`, and `create(states = […])`, `update(…)`, `delete(…)`",
            ));
        }
    }
    Ok(())
}

/// `= [A, B]`
pub(super) fn idents(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<Ident>> {
    let value = meta.value()?;
    let content;
    syn::bracketed!(content in value);
    Ok(Punctuated::<Ident, syn::Token![,]>::parse_terminated(&content)?.into_iter().collect())
}

/// Takes an attribute away and returns it.
pub(super) fn strip(attributes: &mut Vec<Attribute>, name: &str) -> Option<Attribute> {
    let position = attributes.iter().position(|attribute| is_named(attribute.path(), name))?;
    Some(attributes.remove(position))
}

fn is_named(path: &Path, name: &str) -> bool {
    path.is_ident(name)
}

/// The type of the status field.
pub(super) fn status_type(declaration: &Declaration) -> Option<TokenStream> {
    let of = &declaration.header.fields[declaration.status?].of;
    Some(quote!(#of))
}
