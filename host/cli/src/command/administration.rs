//! `lockstep keys`, `devices` and `audit`: what an administrator looks after besides packages.

use std::path::Path;

use lockstep_device::http;
use lockstep_package::key_file;
use serde_json::{Value, json};

use crate::{
    args::{
        administration::{Audit, Devices, DevicesCommand, Keys, KeysCommand},
        client::{ChangeOptions, ServerOptions},
    },
    client::{Client, change, parsed},
    failure::{Ending, Failure, Result},
    files::{key_failure, located},
    output::Output,
    render::server,
    views::{AuditView, DeviceView, EnvironmentView, KeyView},
};

/// Lists, trusts, retires and revokes publishers' keys.
pub(crate) fn keys(arguments: &Keys, output: &Output) -> Result<Ending> {
    match &arguments.command {
        KeysCommand::List { server } => {
            let answer = Client::open(server)?.get("/v1/keys")?;
            show(&answer, output, |answer| Ok(server::keys(&parsed::<Vec<KeyView>>(answer)?, Output::width())))
        }
        KeysCommand::Environment { server } => {
            let answer = Client::open(server)?.environment()?;
            show(&answer, output, |answer| Ok(parsed::<EnvironmentView>(answer)?.public_key))
        }
        KeysCommand::Trust { publisher, key, change, server } => trust(publisher, key, change, server, output),
        KeysCommand::Retire { id, change, server } => change_key(id, "retire", change, server, output),
        KeysCommand::Revoke { id, change, server } => change_key(id, "revoke", change, server, output),
    }
}

fn trust(
    publisher: &str,
    key: &Path,
    options: &ChangeOptions,
    server: &ServerOptions,
    output: &Output,
) -> Result<Ending> {
    let (folder, name) = located(key)?;
    let read = key_file::read_public(&folder, &name).map_err(|error| key_failure(key, error))?;
    let pem = read.to_pem().map_err(|error| Failure::Input(anyhow::anyhow!(error)))?;
    let mut body = change(options);
    body["publisher"] = json!(publisher);
    body["key"] = json!(pem);
    changed_key(&Client::open(server)?.post("/v1/keys", &body)?, output)
}

fn change_key(
    named: &str,
    what: &str,
    options: &ChangeOptions,
    server: &ServerOptions,
    output: &Output,
) -> Result<Ending> {
    let client = Client::open(server)?;
    let id = client.find_key(named)?;
    changed_key(&client.post(&format!("/v1/keys/{id}/{what}"), &change(options))?, output)
}

fn changed_key(answer: &Value, output: &Output) -> Result<Ending> {
    show(answer, output, |answer| {
        let key: KeyView = parsed(answer)?;
        let emptied = key.emptied.iter().map(|name| server::unpublished(name));
        Ok(server::key(&key) + &emptied.collect::<String>())
    })
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
        DevicesCommand::Rings { device, rings, change: options, server } => {
            let mut body = change(options);
            body["rings"] = json!(rings);
            Client::open(server)?.put(&format!("/v1/devices/{}/rings", http::encoded(device)), &body)?
        }
    };
    show(&answer, output, |answer| Ok(server::devices(&[parsed(answer)?], Output::width())))
}

/// Shows the newest entries of the audit log, or those before or after one, in order.
pub(crate) fn audit(arguments: &Audit, output: &Output) -> Result<Ending> {
    let limit = arguments.limit;
    let part = match (arguments.after, arguments.before) {
        (Some(after), _) => format!("after={after}"),
        (None, Some(before)) => format!("before={before}"),
        (None, None) => "newest=true".to_owned(),
    };
    let answer = Client::open(&arguments.server)?.get(&format!("/v1/audit?{part}&limit={limit}"))?;
    let mut lines: Vec<Value> = parsed(answer)?;
    if arguments.after.is_none() {
        // The newest come first.
        lines.reverse();
    }
    show(&Value::Array(lines), output, |lines| {
        let entries: Vec<AuditView> = parsed(lines)?;
        let more = match (&entries[..], arguments.after) {
            ([.., last], Some(_)) if entries.len() == usize::from(limit) => Some(format!("--after {}", last.number)),
            ([first, ..], None) if first.number > 1 => Some(format!("--before {}", first.number)),
            _ => None,
        };
        Ok(server::audit(&entries, more.as_deref(), Output::width()))
    })
}

fn show(answer: &Value, output: &Output, text: impl FnOnce(Value) -> Result<String>) -> Result<Ending> {
    if output.is_json() {
        Output::json(answer)?;
    } else {
        output.text(&text(answer.clone())?)?;
    }
    Ok(Ending::Fine)
}
