//! `lockstep apply`, `publish`, `unpublish`, `rollback`, `widen`, `halt`, `withdraw` and `workspaces`: what an
//! administrator does with packages.

use lockstep_device::http;
use serde_json::{Value, json};

use crate::{
    args::client::{
        ChangePackage, ChangeWorkspace, Publish, Rollback, RolloutOptions, ServerOptions, Widen, Withdraw, Workspaces,
    },
    client::{Client, parsed},
    failure::{Ending, Result},
    output::Output,
    render::server,
    views::WorkspaceView,
};

/// Accepts a validated package.
pub(crate) fn apply(arguments: &ChangePackage, output: &Output) -> Result<Ending> {
    let body = json!({ "reason": arguments.reason.reason });
    change_package(&arguments.server, &arguments.package, "apply", &body, output)
}

/// Offers a package to devices.
pub(crate) fn publish(arguments: &Publish, output: &Output) -> Result<Ending> {
    let mut body = json!({ "reason": arguments.reason.reason, "force": arguments.force });
    if let Some(rollout) = rollout(&arguments.rollout) {
        body["rollout"] = rollout;
    }
    change_package(&arguments.server, &arguments.package, "publish", &body, output)
}

/// Takes a package out of use.
pub(crate) fn withdraw(arguments: &Withdraw, output: &Output) -> Result<Ending> {
    let body = json!({ "reason": arguments.reason.reason, "force": arguments.force });
    change_package(&arguments.server, &arguments.package, "withdraw", &body, output)
}

/// Takes what is published under a name back.
pub(crate) fn unpublish(arguments: &ChangeWorkspace, output: &Output) -> Result<Ending> {
    change_workspace(arguments, "unpublish", output)
}

/// Ends a rollout in favour of what was there before.
pub(crate) fn halt(arguments: &ChangeWorkspace, output: &Output) -> Result<Ending> {
    change_workspace(arguments, "halt", output)
}

/// Publishes an earlier version again.
pub(crate) fn rollback(arguments: &Rollback, output: &Output) -> Result<Ending> {
    let client = Client::open(&arguments.server)?;
    let mut body = json!({ "reason": arguments.reason.reason, "force": arguments.force });
    if let Some(named) = &arguments.to {
        body["digest"] = json!(client.find_package(named)?);
    }
    workspace(&client.post(&path(&arguments.name, "rollback"), &body)?, output)
}

/// Offers what is being rolled out to more devices.
pub(crate) fn widen(arguments: &Widen, output: &Output) -> Result<Ending> {
    let client = Client::open(&arguments.server)?;
    let reason = &arguments.reason.reason;
    let answer = match rollout(&arguments.rollout) {
        Some(rollout) if arguments.rollout.percent != Some(100) => {
            client.post(&path(&arguments.name, "widen"), &json!({ "reason": reason, "rollout": rollout }))?
        }
        _ => client.post(&path(&arguments.name, "complete"), &json!({ "reason": reason, "force": arguments.force }))?,
    };
    workspace(&answer, output)
}

/// Lists what is published.
pub(crate) fn workspaces(arguments: &Workspaces, output: &Output) -> Result<Ending> {
    let answer = Client::open(&arguments.server)?.get("/v1/workspaces")?;
    if output.is_json() {
        Output::json(&answer)?;
    } else {
        output.text(&server::workspaces(&parsed::<Vec<WorkspaceView>>(answer)?, Output::width()))?;
    }
    Ok(Ending::Fine)
}

/// None: to all devices.
fn rollout(options: &RolloutOptions) -> Option<Value> {
    let is_all = options.percent.is_none() && options.rings.is_empty();
    (!is_all).then(|| json!({ "percent": options.percent.unwrap_or(0), "rings": options.rings }))
}

fn change_package(options: &ServerOptions, named: &str, what: &str, body: &Value, output: &Output) -> Result<Ending> {
    let client = Client::open(options)?;
    let digest = client.find_package(named)?;
    let answer = client.post(&format!("/v1/packages/{digest}/{what}"), body)?;
    if output.is_json() {
        Output::json(&answer)?;
    } else {
        output.text(&server::became(&parsed(answer)?))?;
    }
    Ok(Ending::Fine)
}

fn change_workspace(arguments: &ChangeWorkspace, what: &str, output: &Output) -> Result<Ending> {
    let body = json!({ "reason": arguments.reason.reason, "force": arguments.force });
    workspace(&Client::open(&arguments.server)?.post(&path(&arguments.name, what), &body)?, output)
}

fn path(name: &str, what: &str) -> String {
    format!("/v1/workspaces/{}/{what}", http::encoded(name))
}

fn workspace(answer: &Value, output: &Output) -> Result<Ending> {
    if output.is_json() {
        Output::json(answer)?;
    } else {
        output.text(&server::workspace(&parsed(answer.clone())?))?;
    }
    Ok(Ending::Fine)
}
