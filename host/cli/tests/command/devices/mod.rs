//! Devices in terminals, and what their server makes of what they do: real processes, one plugin, real files.

mod bad_input;
mod mirror;
mod verdicts;
mod working;

use serde_json::Value;

use crate::{
    publishing::kit::{Device, NAME, Server},
    support::plugin,
};

const ENTITY: &str = "purchase-request";

/// A server with the plugin published and its products imported.
fn server() -> Server {
    let server = Server::with(&["1.0.0"]);
    server.publish("1.0.0");
    server.run(&["import", "rows", NAME, "product", &format!("{}/reference/product.csv", plugin())]).ends(0);
    server
}

/// A device that is open and in sync.
fn device<'s>(server: &'s Server, id: &str) -> Device<'s> {
    let device = server.device(id);
    device.run("open", &["--company", "main"]).ends(0);
    device.run("sync", &[]).ends(0);
    device
}

/// Submits offline, and gives the record's key.
fn submit(device: &Device<'_>, options: &[&str]) -> String {
    let submitted = device.told(&["submit"], &[&[NAME, ENTITY], options].concat());
    submitted["record"]["key"].as_str().unwrap().to_owned()
}

/// Each operation's state, as the device has it.
fn states(device: &Device<'_>) -> Vec<String> {
    let all = device.told(&["operations"], &[]);
    all.as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap().to_owned()).collect()
}

/// The text of a header's field as the device shows it.
fn field(device: &Device<'_>, key: &str, name: &str) -> String {
    let shown = device.told(&["show"], &[NAME, ENTITY, key]);
    let mut fields = shown["fields"].as_array().unwrap().iter();
    let found: &Value = fields.find(|field| field["field"] == name).unwrap();
    found["text"].as_str().unwrap().to_owned()
}
