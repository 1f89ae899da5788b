//! The audit log.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{App, body::Asked, caller::Administrator, document::Any, input::Number, problem::Problem};
use crate::registry::AuditEntry;

/// As many lines as are answered at most.
const LINES_MAX: usize = 1000;

/// Which part of the audit log is shown.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditQuery {
    /// The lines after this number; from the first unless given.
    #[param(value_type = Option<u64>)]
    after: Option<Number>,
    /// As many lines at most; 100 unless given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// The audit log, oldest first
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
    if !(1..=LINES_MAX).contains(&limit) {
        return Err(Problem::bad_request(format!("`limit` is from 1 to {LINES_MAX}")));
    }
    app.registry(move |_, registry, _| registry.audit(query.after.unwrap_or_default().0, limit)).await.map(Json)
}
