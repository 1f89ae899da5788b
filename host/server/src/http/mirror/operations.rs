//! What administrators see of operations, and do about parked ones.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use lockstep_model::OperationId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{
        App,
        body::{Asked, At, Input},
        caller::Administrator,
        document::{Any, Bodied, One},
        problem::Problem,
    },
    Noted,
};
use crate::{
    Mirror,
    mirror::{Held, store::OperationFilter, word},
};

/// Which operations.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in super::super) struct OperationsQuery {
    /// `accepted`, `rebased`, `rejected` or `parked`; any unless given.
    verdict: Option<String>,
    /// Made on this device; on any unless given.
    device: Option<String>,
    /// So many at most: 100 unless given, 1000 at most.
    limit: Option<u16>,
}

/// An operation, in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in super::super) struct OperationPath {
    /// The device that made it.
    device: String,
    /// The device's how many-th message it is.
    sequence: u64,
}

/// Why a parked operation is released or rejected.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in super::super) struct Settle {
    /// Why; one line, kept with the operation.
    #[schema(min_length = 1)]
    reason: String,
}

/// Operations, the last received first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(in super::super) struct Operations {
    /// How many there are of each verdict.
    counts: BTreeMap<String, u64>,
    /// In brief.
    operations: Vec<serde_json::Value>,
}

/// What became of a parked operation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(in super::super) struct Settled {
    /// The verdict that it has now.
    verdict: String,
}

impl From<OperationPath> for OperationId {
    fn from(OperationPath { device, sequence }: OperationPath) -> Self {
        Self { device, sequence }
    }
}

/// Operations with their verdicts, the last received first
#[utoipa::path(
    get, path = "/v1/operations", tag = "mirror", params(OperationsQuery), security(("token" = [])),
    responses((status = 200, description = "The operations in brief", body = Operations), Any),
)]
pub(in super::super) async fn list(
    _: Administrator,
    State(app): State<App>,
    Asked(query): Asked<OperationsQuery>,
) -> Result<Json<Operations>, Problem> {
    let words = ["accepted", "rebased", "rejected", "parked"];
    if let Some(other) = query.verdict.as_deref().filter(|verdict| !words.contains(verdict)) {
        return Err(Problem::bad_request(format!("`{other}` is no verdict: there are {}", words.join(", "))));
    }
    let found = super::mirror(&app, move |mirror, _| {
        let filter = OperationFilter { verdict: query.verdict.as_deref(), device: query.device.as_deref() };
        let operations = mirror.operations(&filter, query.limit.unwrap_or(100).into())?;
        Ok(Operations { counts: mirror.verdicts()?, operations })
    });
    found.await.map(Json)
}

/// One operation in full: what it is, what became of it, and all that is needed to run it again
#[utoipa::path(
    get, path = "/v1/operations/{device}/{sequence}", tag = "mirror", params(OperationPath), security(("token" = [])),
    responses((status = 200, description = "The operation", body = serde_json::Value), Any, One),
)]
pub(in super::super) async fn show(
    _: Administrator,
    State(app): State<App>,
    At(path): At<OperationPath>,
) -> Result<Json<serde_json::Value>, Problem> {
    super::mirror(&app, move |mirror, _| mirror.operation(&path.into())).await.map(Json)
}

async fn settle(
    app: App,
    Administrator(caller): Administrator,
    path: OperationPath,
    Settle { reason }: Settle,
    what: Held,
) -> Result<Json<Settled>, Problem> {
    if reason.trim().is_empty() || reason.contains(char::is_control) {
        return Err(Problem::bad_request("`reason` has to be one line that says why"));
    }
    let id = OperationId::from(path);
    let action = match what {
        Held::Release => "operation-released",
        Held::Reject => "operation-rejected",
    };
    let noted = Noted { action, subject: id.to_string(), actor: caller.subject().to_owned(), reason };
    let hold = move |mirror: &Mirror, noted: &Noted| mirror.hold(&id, what, &noted.actor, &noted.reason);
    let verdict = super::change(&app, noted, hold, |verdict| word(verdict).to_owned()).await?;
    Ok(Json(Settled { verdict: word(&verdict).to_owned() }))
}

/// Run a parked operation again, whatever it waited for
#[utoipa::path(
    post, path = "/v1/operations/{device}/{sequence}/release", tag = "mirror", params(OperationPath),
    request_body = Settle, security(("token" = [])),
    responses((status = 200, description = "What became of it", body = Settled), Any, One, Bodied),
)]
pub(in super::super) async fn release(
    administrator: Administrator,
    State(app): State<App>,
    At(path): At<OperationPath>,
    Input(body): Input<Settle>,
) -> Result<Json<Settled>, Problem> {
    settle(app, administrator, path, body, Held::Release).await
}

/// Refuse a parked operation: it goes to its user's inbox
#[utoipa::path(
    post, path = "/v1/operations/{device}/{sequence}/reject", tag = "mirror", params(OperationPath),
    request_body = Settle, security(("token" = [])),
    responses((status = 200, description = "What became of it", body = Settled), Any, One, Bodied),
)]
pub(in super::super) async fn reject(
    administrator: Administrator,
    State(app): State<App>,
    At(path): At<OperationPath>,
    Input(body): Input<Settle>,
) -> Result<Json<Settled>, Problem> {
    settle(app, administrator, path, body, Held::Reject).await
}
