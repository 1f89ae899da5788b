//! `lockstep apply`, `publish`, `unpublish`, `rollback`, `widen`, `halt`, `withdraw` and `workspaces`: what an
//! administrator does with packages.

use lockstep_device::http;
use serde_json::{Value, json};

use crate::{
    args::client::{
        ChangeOptions, ChangePackage, Halt, Publish, Rollback, RolloutOptions, ServerOptions, Unpublish, Widen,
        Withdraw, Workspaces,
    },
    client::{Client, change, parsed},
    failure::{Ending, Result},
    output::{self, Output},
    render::server,
    views::{EnvironmentView, PackageView, WorkspaceView},
};

/// Accepts a validated package.
pub(crate) fn apply(arguments: &ChangePackage, output: &Output) -> Result<Ending> {
    change_package(&arguments.server, &arguments.package, "apply", &change(&arguments.change), output)
}

/// Offers a package to devices.
pub(crate) fn publish(arguments: &Publish, output: &Output) -> Result<Ending> {
    let mut body = forced(&arguments.change, arguments.force);
    if let Some(rollout) = rollout(&arguments.rollout) {
        body["rollout"] = rollout;
    }
    change_package(&arguments.server, &arguments.package, "publish", &body, output)
}

/// Takes a package out of use.
pub(crate) fn withdraw(arguments: &Withdraw, output: &Output) -> Result<Ending> {
    let body = forced(&arguments.change, arguments.force);
    change_package(&arguments.server, &arguments.package, "withdraw", &body, output)
}

/// Takes what is published under a name back.
pub(crate) fn unpublish(arguments: &Unpublish, output: &Output) -> Result<Ending> {
    let body = forced(&arguments.change, arguments.force);
    workspace(&Client::open(&arguments.server)?.post(&path(&arguments.name, "unpublish"), &body)?, output)
}

/// Ends a rollout in favour of what was there before.
pub(crate) fn halt(arguments: &Halt, output: &Output) -> Result<Ending> {
    let body = forced(&arguments.change, arguments.force);
    workspace(&Client::open(&arguments.server)?.post(&path(&arguments.name, "halt"), &body)?, output)
}

/// Publishes an earlier version again.
pub(crate) fn rollback(arguments: &Rollback, output: &Output) -> Result<Ending> {
    let client = Client::open(&arguments.server)?;
    let mut body = forced(&arguments.change, arguments.force);
    if let Some(named) = &arguments.to {
        body["digest"] = json!(client.find_package(named)?);
    }
    workspace(&client.post(&path(&arguments.name, "rollback"), &body)?, output)
}

/// Offers what is being rolled out to more devices.
pub(crate) fn widen(arguments: &Widen, output: &Output) -> Result<Ending> {
    let client = Client::open(&arguments.server)?;
    let answer = match rollout(&arguments.rollout) {
        Some(rollout) if arguments.rollout.percent != Some(100) => {
            let mut body = change(&arguments.change);
            body["rollout"] = rollout;
            client.post(&path(&arguments.name, "widen"), &body)?
        }
        _ => client.post(&path(&arguments.name, "complete"), &forced(&arguments.change, arguments.force))?,
    };
    workspace(&answer, output)
}

/// Lists what is published.
pub(crate) fn workspaces(arguments: &Workspaces, output: &Output) -> Result<Ending> {
    let client = Client::open(&arguments.server)?;
    // Before the list: a revision that is too low refuses a change that could be made, and none that could not.
    let environment: EnvironmentView = parsed(client.environment()?)?;
    let answer = client.get("/v1/workspaces")?;
    if output.is_json() {
        Output::json(&answer)?;
    } else {
        let listed = server::workspaces(&parsed::<Vec<WorkspaceView>>(answer)?, Output::width());
        output.text(&(listed + &server::revision(environment.revision)))?;
    }
    Ok(Ending::Fine)
}

fn forced(options: &ChangeOptions, force: bool) -> Value {
    let mut body = change(options);
    body["force"] = json!(force);
    body
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
        return Ok(Ending::Fine);
    }
    let package: PackageView = parsed(answer)?;
    let published = match &package.name {
        Some(name) if what != "apply" => published(&client, name),
        _ => String::new(),
    };
    output.text(&(server::became(&package) + &published))?;
    Ok(Ending::Fine)
}

/// What is published under a name now. The change is made, whether that can be asked or not.
fn published(client: &Client, name: &str) -> String {
    match client.get("/v1/workspaces").and_then(parsed::<Vec<WorkspaceView>>) {
        Ok(all) => all.iter().find(|one| one.name == name).map_or_else(|| server::unpublished(name), server::workspace),
        Err(failure) => {
            output::note(&format!("what is published under {name} now is not known: {failure}"));
            String::new()
        }
    }
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
