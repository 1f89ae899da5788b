//! Profiles: a server's address and a token, kept for their owner alone.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::kit::Server;
use crate::support::ran;

#[test]
fn a_profile_keeps_the_server_and_the_token() {
    let server = Server::start();
    let token = server.issue(&["--subject", "ada", "--role", "administrator"]);
    let path = server.file("token", &token);
    let bare = |arguments: &[&str]| ran(&mut server.bare(arguments));
    bare(&["profile", "list"]).ends(0);
    bare(&["packages"]).fails(2, &["no server is named"]);

    let told = bare(&["login", &server.url, "--token-file", &path]);
    assert!(told.ends(0).contains("environment north"), "{}", told.stdout);
    assert!(told.stdout.contains("It is the default"), "{}", told.stdout);
    bare(&["packages"]).ends(0);
    let file = server.folder.path().join("config/lockstep/profiles.toml");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);

    // The token shows nowhere, and goes to no other server.
    let listed = bare(&["profile", "list"]);
    assert!(listed.ends(0).contains("default") && !listed.stdout.contains(&token), "{}", listed.stdout);
    assert!(!told.stdout.contains(&token) && !told.stderr.contains(&token));
    let other = Server::start();
    let mut elsewhere = server.bare(&["packages", "--server", &other.url]);
    ran(&mut elsewhere).fails(2, &["no token for this server", "lockstep login", "--token-file", "LOCKSTEP_TOKEN"]);

    let others = other.file("token", other.issue(&["--subject", "ada", "--role", "administrator"]));
    let told = bare(&["login", &other.url, "--token-file", &others, "--profile", "other"]);
    assert!(told.ends(0).contains("The default is still default: give --profile other"), "{}", told.stdout);
    bare(&["packages", "--profile", "other"]).ends(0);
    bare(&["profile", "use", "other"]).ends(0);
    bare(&["packages"]).ends(0);
    bare(&["profile", "remove", "other"]).ends(0);
    bare(&["packages"]).fails(2, &["no server is named"]);
    bare(&["packages", "--profile", "default"]).ends(0);
    bare(&["packages", "--profile", "lost"]).fails(2, &["no profile `lost`", "`default`"]);
}

#[test]
fn profiles_that_others_can_read_are_refused() {
    let server = Server::start();
    let path = server.file("token", server.issue(&["--subject", "ada", "--role", "administrator"]));
    ran(&mut server.bare(&["login", &server.url, "--token-file", &path])).ends(0);
    let file = server.folder.path().join("config/lockstep/profiles.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    ran(&mut server.bare(&["packages"])).fails(3, &["open to others", "chmod 600"]);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&file, "default = \"x\"\n[profiles.x]\ntoken = \"secret\n").unwrap();
    let said = ran(&mut server.bare(&["packages"]));
    said.fails(3, &["profiles.toml", "line 3"]);
    assert!(!said.stderr.contains("secret"), "{}", said.stderr);
}

#[test]
fn a_login_needs_a_server_and_a_token() {
    let server = Server::start();
    let empty = server.file("empty", "\n");
    ran(&mut server.bare(&["login", &server.url, "--token-file", &empty])).fails(3, &[&empty, "no token"]);
    ran(&mut server.bare(&["login", "http://127.0.0.1:9", "--token-file", &empty])).fails(8, &["cannot be reached"]);
    ran(&mut server.bare(&["login", "example.com", "--token-file", &empty])).fails(2, &["`example.com`", "https://"]);
    assert!(!server.folder.path().join("config").exists(), "nothing is kept");
}

#[test]
fn a_token_that_the_server_refuses_is_not_kept() {
    let (server, other) = (Server::start(), Server::start());
    let good = server.file("good", server.issue(&["--subject", "ada", "--role", "administrator"]));
    let bare = |arguments: &[&str]| ran(&mut server.bare(arguments));
    let strangers = server.file("bad", other.issue(&["--subject", "ada", "--role", "administrator"]));
    let login = |token: &str| bare(&["login", &server.url, "--token-file", token]);
    login(&strangers).fails(7, &["does not take the token", "log in again"]);
    assert!(!server.folder.path().join("config").exists(), "nothing is kept");
    login(&good).ends(0);
    login(&strangers).fails(7, &["does not take the token"]);
    bare(&["packages"]).ends(0);
    // Who may not do much is known all the same.
    let sales = server.file("sales", server.issue(&["--subject", "sam", "--role", "sales", "--device", "tablet-1"]));
    login(&sales).ends(0);
}

#[test]
fn a_token_that_others_can_read_is_refused() {
    let server = Server::start();
    let path = server.file("token", server.issue(&["--subject", "ada", "--role", "administrator"]));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    for arguments in [["login", &server.url], ["packages", "--server"]] {
        let rest = if arguments[0] == "login" { vec![] } else { vec![server.url.as_str()] };
        let arguments = [&arguments[..], &rest, &["--token-file", &path]].concat();
        ran(&mut server.bare(&arguments)).fails(3, &[&path, "open to others", "chmod 600"]);
    }
}
