//! What is wrong with a command line of a device: one sentence, which says what there is.

use super::{ENTITY, NAME, device, server, submit};
use crate::support::ran;

#[test]
fn what_is_not_there_is_said_with_what_is() {
    let server = server();
    let device = device(&server, "tablet-1");
    let told = |arguments: &[&str], code, parts: &[&str]| {
        device.offline(&["draft"], &[&[NAME, ENTITY], arguments].concat()).fails(code, parts);
    };
    let draft = |arguments: &[&str], parts: &[&str]| told(arguments, 2, parts);
    device.offline(&["list"], &["orders"]).fails(3, &["no workspace `orders`", "`purchase-requests`"]);
    device.offline(&["list"], &[NAME, "request"]).fails(2, &["no list `request`", "`requests`"]);
    device
        .offline(&["list"], &[NAME, "requests", "--where", "colour=red"])
        .fails(2, &["--where colour", "`requester`"]);
    device.offline(&["list"], &[NAME, "requests", "--sort", "colour-"]).fails(2, &["--sort colour", "`budget`"]);
    device.offline(&["draft"], &[NAME, "order"]).fails(2, &["no entity `order`", "`purchase-request`"]);
    device.offline(&["show"], &[NAME, ENTITY, "R-9"]).fails(3, &["no purchase-request `R-9`", "--new"]);
    told(&["--key", "R-9"], 3, &["no purchase-request `R-9`"]);
    draft(&["colour=red"], &["no field `colour`", "`requester`"]);
    draft(&["lines[+1].colour=red"], &["no field `lines[+1].colour`", "`product`"]);
    draft(&["rows[+1].product=P-100"], &["no collection `rows`", "`lines`"]);
    told(&["lines[1].product=P-100"], 3, &["no row `1` in `lines`", "`lines[+1]`"]);
    draft(&["lines[1=P-100"], &["`lines[1` is no field", "lines[ID].quantity"]);
    draft(&["budget=much"], &["budget", "`much`"]);
    draft(&["--remove", "lines"], &["--remove lines", "COLLECTION[ID]"]);
    draft(&["--action", "confirm"], &["no action `confirm`", "`submit`"]);
    draft(&["--argument", "reason=x"], &["no argument `reason` of `create`", "there is none"]);
    draft(&["--justify", "too-dear=x"], &["--justify too-dear", "`over-budget`"]);
    draft(&["--today", "soon"], &["--today", "`soon`"]);
    draft(&["requester=A", "--action", "submit"], &["`submit` changes no fields"]);
    let twice = device.offline(&["draft"], &[NAME, ENTITY, "budget=1", "budget=2"]);
    twice.fails(2, &["`budget` is given twice"]);
    for words in [&["operations"][..], &["amend"], &["withdraw"]] {
        device.offline(words, &["7"]).fails(3, &["7"]);
    }
    let key = submit(&device, &["requester=A"]);
    told(&["--key", &key, "--new"], 3, &["already", "leave --new out"]);
}

#[test]
fn a_language_that_a_package_has_not_is_said() {
    let server = server();
    let device = device(&server, "tablet-1");
    let told = device.offline(&["draft"], &[NAME, ENTITY, "requester=A", "--locale", "xx"]);
    assert!(told.ends(0).contains("Requester"), "{}", told.stdout);
    let notes: Vec<_> = told.stderr.lines().filter(|line| line.contains("`xx`")).collect();
    assert!(matches!(notes[..], [note] if note.contains("`de`, `en`")), "{}", told.stderr);
}

#[test]
fn a_token_that_does_not_fit_signs_nobody_in() {
    let server = server();
    let device = device(&server, "tablet-1");
    submit(&device, &["requester=A"]);
    let open = |options: &[&str], company: &[&str]| {
        let token = server.issue(options);
        let state = server.folder.path().join("tablet-1").display().to_string();
        ran(server.command(&[&["device", "open", "--state", &state], company].concat()).env("LOCKSTEP_TOKEN", token))
    };
    let sam = ["--subject", "sam", "--role", "employee", "--device"];
    open(&[&sam[..], &["tablet-2"]].concat(), &[]).fails(3, &["`tablet-2`", "`tablet-1`"]);
    open(&["--subject", "sam", "--role", "employee"], &[]).fails(3, &["for no device", "--device ID"]);
    let eve = ["--subject", "eve", "--role", "employee", "--device", "tablet-1"];
    open(&eve, &[]).fails(3, &["1 operations of `sam` are not sent yet"]);
    let narrowed = [&sam[..], &["tablet-1", "--company", "main", "--company", "north"]].concat();
    open(&narrowed, &["--company", "south"]).fails(3, &["`south`", "`main`, `north`"]);
    open(&narrowed, &["--company", "north"]).ends(0);
}
