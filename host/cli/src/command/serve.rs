//! `lockstep serve`: an environment's server.

use std::{fs, future::Future, path::Path, sync::Arc, sync::mpsc, thread, time::Duration};

use anyhow::{Context, anyhow};
use cap_std::{ambient_authority, fs::Dir};
use lockstep_model::Timestamp;
use lockstep_server::{
    App, Change, Clock, Ended, Environment, Listener, Policy, Service, Tls, Validator,
    auth::{Authenticator, DevelopmentIssuer, Issuer, KeySource, RefreshSettings},
    limits::ListenerLimits,
    policy::Mistake,
};
use tokio::runtime::{Builder, Runtime};

use crate::{
    args::server::{Serve, TokenOptions},
    clock,
    failure::{Ending, Failure, Result},
    output::Output,
    serving::{log, settings, start},
};

/// Serves until it is told to stop.
pub(crate) fn run(arguments: &Serve, output: &Output) -> Result<Ending> {
    start::check_issuers(&arguments.tokens)?;
    log::start(arguments.log_format, arguments.log_level)?;
    let clock: Clock = Arc::new(clock::now_exactly);
    let given = given_policy(arguments.policy.as_deref())?;
    let tls = arguments.tls_certificate.as_deref().zip(arguments.tls_key.as_deref());
    let tls = tls.map(|(certificate, key)| Tls::read(certificate, key)).transpose();
    let tls = tls.map_err(|error| Failure::Input(error.into()))?;
    let environment = start::environment(arguments)?;
    let issuers = issuers(&arguments.tokens, &arguments.state, &clock)?;
    let runtime = Builder::new_multi_thread().enable_all().build().context("cannot start").map_err(Failure::Host)?;
    let listener = start::listener(arguments.listen)?;
    let policy = policy(given, arguments, &environment)?;
    check(&policy, &environment)?;
    let validator = Validator::start(settings::validator(arguments)?, &environment, clock.clone())
        .map_err(|error| Failure::Host(error.into()))?;
    let leeway = Duration::from_secs(arguments.tokens.leeway);
    let mirror = settings::mirror(arguments, &environment, &policy.is, &clock)?;
    // A start that fails changes nothing: this comes last.
    adopt(&policy, &environment, clock())?;
    if arguments.restored {
        let change = Change { actor: "serve", reason: "restored from a backup", now: clock(), expected: None };
        environment.registry().restored(&change).map_err(|error| Failure::Host(error.into()))?;
        mirror.begin_epoch().map_err(|error| Failure::Host(error.into()))?;
    }
    let service = Service {
        environment,
        intake: Box::new(validator),
        authenticator: Authenticator::new(issuers, leeway, clock.clone()),
        policy: policy.is,
        limits: settings::service(arguments),
        clock,
    };
    let app = App::mirroring(service, mirror);
    warn(arguments, &listener, tls.is_some());
    announce(&listener, tls.is_some(), output)?;
    serve(&runtime, listener, &app, tls, settings::listener(arguments))?;
    Ok(Ending::Fine)
}

fn serve(runtime: &Runtime, listener: Listener, app: &App, tls: Option<Tls>, limits: ListenerLimits) -> Result<()> {
    let stop = runtime.block_on(async { told_to_stop() });
    let stop = stop.context("cannot wait for signals").map_err(Failure::Host)?;
    let ended = runtime.block_on(listener.serve(app.router(), tls, limits, stop));
    if ended.context("cannot serve").map_err(Failure::Host)? == Ended::CutOff {
        tracing::warn!("requests were cut off: they took longer than the time for stopping");
    }
    // What was taken in is validated, or validated again at the next start.
    let (closed, waits) = mpsc::channel();
    let app = app.clone();
    thread::spawn(move || {
        app.close();
        // Nobody may wait any more.
        let _ = closed.send(());
    });
    if waits.recv_timeout(limits.shutdown).is_err() {
        tracing::warn!("validations are broken off; they are done again at the next start");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Comes back at SIGTERM or SIGINT.
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// The policy of this start.
struct ChosenPolicy {
    is: Policy,
    /// As it is written; none: there is no policy.
    text: Option<String>,
    /// Where that is written.
    place: String,
}

/// The policy that the command line names.
fn given_policy(path: Option<&Path>) -> Result<Option<ChosenPolicy>> {
    let Some(path) = path else { return Ok(None) };
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read the policy {}; name a readable text file", path.display()))
        .map_err(Failure::Input)?;
    let place = path.display().to_string();
    let is = Policy::parse(&text).map_err(|mistakes| wrong_policy(&place, &mistakes))?;
    Ok(Some(ChosenPolicy { is, text: Some(text), place }))
}

/// The policy that is given, else the one that is in force.
fn policy(given: Option<ChosenPolicy>, arguments: &Serve, environment: &Environment) -> Result<ChosenPolicy> {
    if let Some(given) = given {
        return Ok(given);
    }
    let (registry, place) = (environment.registry(), "the environment's policy".to_owned());
    let none = Policy::default();
    let has_one = registry.policy().is_some_and(|digest| digest != none.digest());
    if arguments.no_policy && has_one {
        tracing::warn!("the policy is dropped: all have the workspaces that name one of their roles, or no role");
    }
    if arguments.no_policy || !has_one {
        return Ok(ChosenPolicy { is: none, text: None, place });
    }
    let text = registry.policy_text().map_err(|error| Failure::Host(error.into()))?;
    let text = text.ok_or_else(|| {
        Failure::Input(anyhow!(
            "the environment has a policy whose text is not here (an earlier server kept its digest alone): name its \
             file with `--policy`, or drop it with `--no-policy`"
        ))
    })?;
    let is = Policy::parse(&text).map_err(|mistakes| wrong_policy(&place, &mistakes))?;
    tracing::info!(digest = %is.digest(), "the policy of the last start stays in force");
    Ok(ChosenPolicy { is, text: Some(text), place })
}

fn wrong_policy(place: &str, mistakes: &[Mistake]) -> Failure {
    let lines = mistakes.iter().map(|mistake| format!("\n  {place}:{mistake}"));
    Failure::Input(anyhow!("the policy is wrong:{}", lines.collect::<String>()))
}

/// Holds the policy against what is published. One that is in force keeps no server from starting: what does not fit it
/// was published since.
fn check(policy: &ChosenPolicy, environment: &Environment) -> Result<()> {
    let registry = environment.registry();
    let known = registry.descriptors().map_err(|error| Failure::Host(error.into()))?;
    let checked = policy.is.check(&known);
    for workspace in checked.unknown {
        tracing::warn!(%workspace, "the policy names a workspace of which nothing is published");
    }
    if registry.policy() != Some(policy.is.digest()) && !checked.mistakes.is_empty() {
        return Err(wrong_policy(&policy.place, &checked.mistakes));
    }
    for mistake in checked.mistakes {
        tracing::warn!(%mistake, "the policy does not fit what is published");
    }
    Ok(())
}

/// Makes the policy part of the environment's state. A new environment has none, and that needs no saying.
fn adopt(policy: &ChosenPolicy, environment: &Environment, now: Timestamp) -> Result<()> {
    let registry = environment.registry();
    if registry.policy().is_none() && policy.text.is_none() {
        return Ok(());
    }
    let reason = match policy.text {
        Some(_) => "the server was started with this policy",
        None => "the server was started without a policy",
    };
    let change = Change { actor: "serve", reason, now, expected: None };
    let changed = registry.set_policy(&policy.is, policy.text.as_deref(), &change);
    if changed.map_err(|error| Failure::Host(error.into()))? {
        tracing::info!(digest = %policy.is.digest(), "the policy is another one");
    }
    Ok(())
}

fn issuers(options: &TokenOptions, state: &Path, clock: &Clock) -> Result<Vec<Issuer>> {
    let mut issuers = Vec::new();
    if let (Some(name), Some(audience), Some(keys)) = (&options.issuer, &options.audience, &options.jwks) {
        let keys = if keys.starts_with("https://") || keys.starts_with("http://") {
            KeySource::address(keys, RefreshSettings::default(), clock.clone())
        } else {
            KeySource::file(Path::new(keys))
        };
        let keys = keys.map_err(|error| Failure::Input(error.into()))?;
        issuers.push(Issuer { name: name.clone(), audience: audience.clone(), keys });
    }
    if options.development_issuer {
        let folder = Dir::open_ambient_dir(state, ambient_authority()).context("cannot open the state folder");
        let issuer = DevelopmentIssuer::open(&folder.map_err(Failure::Host)?);
        issuers.push(issuer.map_err(|error| Failure::Host(error.into()))?.issuer());
    }
    Ok(issuers)
}

fn warn(arguments: &Serve, listener: &Listener, is_tls: bool) {
    let is_local = listener.address().ip().is_loopback();
    if !is_local && !is_tls {
        tracing::warn!("without TLS whoever is on the way can read tokens and use them");
    }
    if !is_local && arguments.tokens.development_issuer {
        tracing::warn!("the development issuer is for development: other machines can reach this server");
    }
}

fn announce(listener: &Listener, is_tls: bool, output: &Output) -> Result<()> {
    let url = format!("{}://{}", if is_tls { "https" } else { "http" }, listener.address());
    let line = if output.is_json() { serde_json::json!({ "url": url }).to_string() } else { url };
    output.text(&format!("{line}\n"))
}
