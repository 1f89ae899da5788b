//! The audit log.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{App, body::Asked, caller::Administrator, document::Any, input::Number, problem::Problem};
use crate::registry::{AUDIT_PAGE_MAX, AuditEntry};

/// Which part of the audit log is shown.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditQuery {
    /// The lines after this number; from the first unless given.
    #[param(value_type = Option<u64>)]
    after: Option<Number>,
    /// The newest lines, newest first; not with `after`.
    #[serde(default)]
    newest: bool,
    /// The lines before this number, newest first; not with `after`.
    #[param(value_type = Option<u64>)]
    before: Option<Number>,
    /// As many lines at most; 100 unless given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// The audit log, oldest first unless asked otherwise
#[utoipa::path(
    get, path = "/v1/audit", tag = "server", params(AuditQuery), security(("token" = [])),
    responses((status = 200, description = "Lines of the log", body = [AuditEntry]), Any),
)]
pub(super) async fn list(
    _: Administrator,
    State(app): State<App>,
    Asked(query): Asked<AuditQuery>,
) -> Result<Json<Vec<AuditEntry>>, Problem> {
    let limit = query.limit.unwrap_or(100);
    if !(1..=AUDIT_PAGE_MAX).contains(&limit) {
        return Err(Problem::bad_request(format!("`limit` is from 1 to {AUDIT_PAGE_MAX}")));
    }
    let AuditQuery { after, newest, before, .. } = query;
    let is_backwards = newest || before.is_some();
    if is_backwards && after.is_some() {
        return Err(Problem::bad_request("`after` asks for lines in order, `newest` and `before` backwards: take one"));
    }
    let lines = app.registry(move |_, registry, _| {
        if is_backwards {
            registry.audit_newest(before.map(|Number(number)| number), limit)
        } else {
            registry.audit(after.unwrap_or_default().0, limit)
        }
    });
    lines.await.map(Json)
}
