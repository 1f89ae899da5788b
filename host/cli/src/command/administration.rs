//! `lockstep keys`, `devices` and `audit`: what an administrator looks after besides packages.

use std::path::Path;

use lockstep_device::http;
use lockstep_package::key_file;
use serde_json::{Value, json};

use crate::{
    args::client::{Audit, Devices, DevicesCommand, Keys, KeysCommand, ReasonOptions, ServerOptions},
    client::{Client, parsed},
    failure::{Ending, Failure, Result},
    files::{key_failure, located},
    output::Output,
    render::server,
    views::{AuditView, DeviceView, KeyView},
};

/// Lists, trusts, retires and revokes publishers' keys.
pub(crate) fn keys(arguments: &Keys, output: &Output) -> Result<Ending> {
    match &arguments.command {
        KeysCommand::List { server } => {
            let answer = Client::open(server)?.get("/v1/keys")?;
            show(&answer, output, |answer| Ok(server::keys(&parsed::<Vec<KeyView>>(answer)?, Output::width())))
        }
        KeysCommand::Trust { publisher, key, reason, server } => trust(publisher, key, reason, server, output),
        KeysCommand::Retire { id, reason, server } => change_key(id, "retire", reason, server, output),
        KeysCommand::Revoke { id, reason, server } => change_key(id, "revoke", reason, server, output),
    }
}

fn trust(
    publisher: &str,
    key: &Path,
    reason: &ReasonOptions,
    server: &ServerOptions,
    output: &Output,
) -> Result<Ending> {
    let (folder, name) = located(key)?;
    let read = key_file::read_public(&folder, &name).map_err(|error| key_failure(key, error))?;
    let pem = read.to_pem().map_err(|error| Failure::Input(anyhow::anyhow!(error)))?;
    let body = json!({ "publisher": publisher, "key": pem, "reason": reason.reason });
    changed_key(&Client::open(server)?.post("/v1/keys", &body)?, output)
}

fn change_key(
    named: &str,
    what: &str,
    reason: &ReasonOptions,
    server: &ServerOptions,
    output: &Output,
) -> Result<Ending> {
    let client = Client::open(server)?;
    let id = client.find_key(named)?;
    changed_key(&client.post(&format!("/v1/keys/{id}/{what}"), &json!({ "reason": reason.reason }))?, output)
}

fn changed_key(answer: &Value, output: &Output) -> Result<Ending> {
    show(answer, output, |answer| Ok(server::key(&parsed(answer)?)))
}

/// Lists devices, and puts them into rings.
pub(crate) fn devices(arguments: &Devices, output: &Output) -> Result<Ending> {
    let answer = match &arguments.command {
        DevicesCommand::List { server } => {
            let answer = Client::open(server)?.get("/v1/devices")?;
            return show(&answer, output, |answer| {
                Ok(server::devices(&parsed::<Vec<DeviceView>>(answer)?, Output::width()))
            });
        }
        DevicesCommand::Rings { device, rings, reason, server } => {
            let body = json!({ "rings": rings, "reason": reason.reason });
            Client::open(server)?.put(&format!("/v1/devices/{}/rings", http::encoded(device)), &body)?
        }
    };
    show(&answer, output, |answer| Ok(server::devices(&[parsed(answer)?], Output::width())))
}

/// Shows the audit log.
pub(crate) fn audit(arguments: &Audit, output: &Output) -> Result<Ending> {
    let path = format!("/v1/audit?after={}&limit={}", arguments.after, arguments.limit);
    let answer = Client::open(&arguments.server)?.get(&path)?;
    show(&answer, output, |answer| Ok(server::audit(&parsed::<Vec<AuditView>>(answer)?, Output::width())))
}

fn show(answer: &Value, output: &Output, text: impl FnOnce(Value) -> Result<String>) -> Result<Ending> {
    if output.is_json() {
        Output::json(answer)?;
    } else {
        output.text(&text(answer.clone())?)?;
    }
    Ok(Ending::Fine)
}
