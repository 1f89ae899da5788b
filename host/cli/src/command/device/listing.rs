//! What is on a device: packages and workspaces, a workspace's pages, a page's records.

use anyhow::anyhow;
use lockstep_device::{Condition, PageQuery, PageView, SortBy, Tile, WorkspaceView};
use lockstep_model::{json::write_value, schema::Entity};
use serde_json::{Value, json};

use crate::{
    args::device::DeviceList,
    device::{OnDevice, failure},
    failure::{Ending, Failure, Result},
    output::Output,
    render::device::lists,
};

/// Shows packages and workspaces, pages, or records.
pub(super) fn list(arguments: &DeviceList, output: &Output) -> Result<Ending> {
    let on = OnDevice::open(&arguments.device, None)?;
    let Some(workspace) = &arguments.workspace else { return workspaces(&on, output) };
    let package = on.package(workspace)?;
    let view = on.device.workspace(workspace).map_err(failure)?;
    let Some(name) = &arguments.page else {
        if output.is_json() {
            Output::json(&workspace_report(&view))?;
        } else {
            output.text(&lists::pages(&view, Output::width()))?;
        }
        return Ok(Ending::Fine);
    };
    let lists: Vec<_> = view.pages.iter().filter(|page| page.is_list).collect();
    let page = lists.iter().find(|page| page.name == *name).ok_or_else(|| {
        let known: Vec<_> = lists.iter().map(|page| format!("`{}`", page.name)).collect();
        let known =
            if known.is_empty() { "there is none".to_owned() } else { format!("there are {}", known.join(", ")) };
        Failure::Usage(anyhow!("`{workspace}` has no list `{name}`: {known}"))
    })?;
    let (_, entity) = lockstep_cases::entity_named(&package.descriptor, &page.entity)?;
    let page = on.device.page(workspace, name, &query(arguments, entity)?).map_err(failure)?;
    if output.is_json() {
        Output::json(&page_report(&page))?;
    } else {
        output.text(&lists::page(&page, arguments.offset, Output::width()))?;
    }
    Ok(Ending::Fine)
}

fn query(arguments: &DeviceList, entity: &Entity) -> Result<PageQuery> {
    let mut conditions: Vec<Condition> = Vec::new();
    for (name, text) in &arguments.conditions {
        let field = field(entity, "--where", name)?;
        let value = field.of.parse(text).map_err(|error| Failure::Usage(anyhow!("--where {name}: {error}")))?;
        match conditions.iter_mut().find(|condition| condition.field == *name) {
            Some(condition) => condition.values.push(value),
            None => {
                conditions.push(Condition { field: name.clone(), values: vec![value], ..Condition::default() });
            }
        }
    }
    let mut sort = Vec::new();
    for text in &arguments.sort {
        let name = text.strip_suffix('-').unwrap_or(text);
        field(entity, "--sort", name)?;
        sort.push(SortBy { field: name.to_owned(), is_descending: name.len() < text.len() });
    }
    Ok(PageQuery {
        filter: (arguments.all || !conditions.is_empty()).then_some(conditions),
        search: arguments.search.clone(),
        sort: (!sort.is_empty()).then_some(sort),
        offset: arguments.offset,
        limit: arguments.limit.get(),
    })
}

fn field<'e>(entity: &'e Entity, option: &str, name: &str) -> Result<&'e lockstep_model::schema::Field> {
    entity.fields.iter().find(|field| field.name == name).ok_or_else(|| {
        let known: Vec<_> = entity.fields.iter().map(|field| format!("`{}`", field.name)).collect();
        Failure::Usage(anyhow!("{option} {name}: there is no such field: there are {}", known.join(", ")))
    })
}

/// Shows packages and workspaces.
pub(super) fn workspaces(on: &OnDevice, output: &Output) -> Result<Ending> {
    let found = on.packages.with(|catalogue| match catalogue.damage() {
        Some(damage) => Err(Failure::Host(anyhow!("{damage}"))),
        None => Ok((catalogue.sequence(), catalogue.workspaces().to_vec())),
    });
    let (sequence, packages) = found?;
    let identity = on.device.identity();
    // Whoever has not signed in has packages, and no workspaces.
    let tiles = if identity.is_some() { on.device.dashboard().map_err(failure)? } else { Vec::new() };
    if output.is_json() {
        Output::json(&json!({
            "environment": on.enrolment.environment,
            "key": on.enrolment.key.id(),
            "device": on.id(),
            "sequence": sequence,
            "user": identity.map(|identity| &identity.user),
            "company": identity.map(|identity| &identity.company),
            "roles": identity.map(|identity| &identity.roles),
            "packages": packages,
            "workspaces": tiles.iter().map(tile_report).collect::<Vec<_>>(),
        }))?;
    } else {
        let title = lists::title(&on.enrolment, sequence, identity);
        output.text(&(title + &lists::packages(&packages, &tiles, Output::width())))?;
    }
    Ok(Ending::Fine)
}

fn tile_report(tile: &Tile) -> Value {
    json!({
        "name": tile.name,
        "title": tile.title,
        "icon": tile.icon,
        "color": tile.color,
        "trouble": tile.trouble,
    })
}

fn workspace_report(view: &WorkspaceView) -> Value {
    let pages = view
        .pages
        .iter()
        .map(|page| json!({ "name": page.name, "title": page.title, "entity": page.entity, "list": page.is_list }));
    json!({ "name": view.name, "version": view.version, "title": view.title, "pages": pages.collect::<Vec<_>>() })
}

fn page_report(page: &PageView) -> Value {
    let rows = page.rows.iter().map(|row| {
        let cells = page.columns.iter().zip(&row.values).filter_map(|(column, value)| {
            Some((column.name.clone(), json!(write_value(value.as_ref()?))))
        });
        json!({ "key": row.key, "pending": row.is_pending, "values": cells.collect::<serde_json::Map<_, _>>(), "texts": row.texts })
    });
    let actions = page.actions.iter().map(
        |action| json!({ "name": action.name, "label": action.label, "confirm": action.confirm, "form": action.form }),
    );
    json!({
        "title": page.title,
        "entity": page.entity,
        "columns": page.columns.iter().map(|column| json!({ "name": column.name, "label": column.label })).collect::<Vec<_>>(),
        "rows": rows.collect::<Vec<_>>(),
        "total": page.total,
        "actions": actions.collect::<Vec<_>>(),
        "opens": page.opens,
    })
}
