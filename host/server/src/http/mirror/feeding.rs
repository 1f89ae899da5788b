//! Imports, and the feed for systems that follow.

use axum::{
    Json,
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    super::{
        App,
        body::{Asked, At, has_media_type, read},
        caller::Administrator,
        document::{Any, Bodied, One},
        input::Number,
        problem::Problem,
    },
    Noted,
};
use crate::{
    Mirror,
    mirror::{ImportKind, Imported},
};

const CSV: &str = "text/csv";

const JSON_LINES: &str = "application/x-ndjson";

/// Which table.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in super::super) struct TablePath {
    /// The plugin's name.
    plugin: String,
    /// The table's name.
    table: String,
}

/// Which entity.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in super::super) struct EntityPath {
    /// The plugin's name.
    plugin: String,
    /// The entity's name.
    entity: String,
}

/// How rows come.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in super::super) struct RowsQuery {
    /// They come to those that are there; else the file is the whole table.
    #[serde(default)]
    add: bool,
    /// Why, for the audit log.
    reason: Option<String>,
}

/// Whose records come.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in super::super) struct RecordsQuery {
    /// The company of records that name none; all companies share them unless given.
    #[serde(default)]
    company: String,
    /// Why, for the audit log.
    reason: Option<String>,
}

/// From where on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in super::super) struct ChangesQuery {
    /// Whose records; those that all companies share unless given.
    #[serde(default)]
    company: String,
    /// The sequence of the last line that is known.
    #[serde(default)]
    #[param(value_type = u64)]
    after: Number,
    /// So many at most: 1000 unless given, and at most.
    limit: Option<u16>,
}

async fn file(app: &App, request: Request) -> Result<(ImportKind, Vec<u8>), Problem> {
    let kind = if has_media_type(request.headers(), CSV).is_ok() {
        ImportKind::Csv
    } else if has_media_type(request.headers(), JSON_LINES).is_ok() {
        ImportKind::JsonLines
    } else {
        return Err(Problem::media_type("text/csv or application/x-ndjson"));
    };
    Ok((kind, read(request.into_body(), app.limits.upload_bytes_max, &app.limits).await?))
}

fn noted(
    action: &'static str,
    subject: String,
    Administrator(caller): &Administrator,
    reason: Option<String>,
) -> Noted {
    let reason = reason.unwrap_or_else(|| "no reason was given".to_owned());
    Noted { action, subject, actor: caller.subject().to_owned(), reason }
}

fn counts(Imported { read, changed, removed }: &Imported) -> String {
    format!("{read} read, {changed} changed, {removed} removed")
}

/// Import rows of a reference table
///
/// The whole file is taken, or nothing of it; what is wrong is said line by line. Afterwards the table is here.
#[utoipa::path(
    post, path = "/v1/tables/{plugin}/{table}", tag = "mirror", params(TablePath, RowsQuery), security(("token" = [])),
    request_body(content = String, content_type = "text/csv", description = "CSV, or JSON lines (`application/x-ndjson`)"),
    responses((status = 200, description = "What came of it", body = Imported), Any, One, Bodied),
)]
pub(in super::super) async fn rows(
    administrator: Administrator,
    State(app): State<App>,
    At(TablePath { plugin, table }): At<TablePath>,
    Asked(RowsQuery { add, reason }): Asked<RowsQuery>,
    request: Request,
) -> Result<Json<Imported>, Problem> {
    let (kind, file) = file(&app, request).await?;
    let noted = noted("rows-imported", format!("{plugin}/{table}"), &administrator, reason);
    let import = move |mirror: &Mirror, _: &Noted| mirror.import_rows(&plugin, &table, kind, &file, add);
    super::change(&app, noted, import, counts).await.map(Json)
}

/// Import records as they are; no rule runs
///
/// The whole file is taken, or nothing of it; what is wrong is said line by line.
#[utoipa::path(
    post, path = "/v1/records/{plugin}/{entity}", tag = "mirror", params(EntityPath, RecordsQuery),
    security(("token" = [])),
    request_body(content = String, content_type = "text/csv", description = "CSV, or JSON lines (`application/x-ndjson`)"),
    responses((status = 200, description = "What came of it", body = Imported), Any, One, Bodied),
)]
pub(in super::super) async fn records(
    administrator: Administrator,
    State(app): State<App>,
    At(EntityPath { plugin, entity }): At<EntityPath>,
    Asked(RecordsQuery { company, reason }): Asked<RecordsQuery>,
    request: Request,
) -> Result<Json<Imported>, Problem> {
    let (kind, file) = file(&app, request).await?;
    let noted = noted("records-imported", format!("{plugin}/{entity}"), &administrator, reason);
    let import = move |mirror: &Mirror, _: &Noted| mirror.import_records(&plugin, &entity, kind, &file, &company);
    super::change(&app, noted, import, counts).await.map(Json)
}

/// Versions of a company's records, for systems that follow
///
/// JSON lines in the order of their sequences, each with the operation that it comes from.
#[utoipa::path(
    get, path = "/v1/changes", tag = "mirror", params(ChangesQuery), security(("token" = [])),
    responses((status = 200, description = "The versions", content_type = "application/x-ndjson"), Any),
)]
pub(in super::super) async fn changes(
    _: Administrator,
    State(app): State<App>,
    Asked(ChangesQuery { company, after, limit }): Asked<ChangesQuery>,
) -> Result<Response, Problem> {
    let limit = limit.map_or(usize::MAX, usize::from);
    let feed = super::mirror(&app, move |mirror, _| mirror.changes(&company, after.0, limit)).await?;
    let mut lines = String::new();
    for line in feed.lines {
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    Ok(([(header::CONTENT_TYPE, JSON_LINES), (header::CACHE_CONTROL, "no-store")], lines).into_response())
}
