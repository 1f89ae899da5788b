//! The command line of the server.

use std::{
    net::SocketAddr,
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use clap::{Args, ValueEnum};

use super::database::DatabaseOptions;

/// Run an environment's server: take packages in, validate them, and offer what is published to devices.
///
/// All of its state is in one folder, which is made at the first start and is one server's at a time. It stops at
/// SIGTERM and SIGINT when it has finished what it accepted. Standard output gets one line when it listens, standard
/// error the log.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep serve --state /var/lib/lockstep --issuer https://login.example.com --audience lockstep \\
    --jwks https://login.example.com/.well-known/jwks.json --policy policy.toml \\
    --listen 0.0.0.0:8443 --tls-certificate chain.pem --tls-key key.pem --log-format json
  lockstep serve --state trial --development-issuer        and then `lockstep token --state trial --subject …`
  lockstep serve --state trial --development-issuer --listen 127.0.0.1:0

A certificate for trying TLS out; whoever asks the server names it with `--ca chain.pem`:
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 \\
    -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \\
    -addext basicConstraints=critical,CA:FALSE -keyout key.pem -out chain.pem

A policy, here for salesmen and their own orders in two companies:
  [[role]]
  name = \"sales\"
  companies = [\"1000\", \"2000\"]           # or [\"*\"]
  workspaces = [\"sales-orders\"]          # packages' names, or [\"*\"]

  [[role.entity]]                        # without one: all entities of these workspaces
  workspace = \"sales-orders\"
  entity = \"sales-order\"
  actions = [\"create\", \"update\"]         # or [\"*\"]; none unless given
  read = [\"*\"]
  write = [\"customer\", \"lines.item\", \"lines.quantity\"]

  [[role.entity.rows]]                   # only records whose field names the user (or `values`)
  field = \"created-by\"
  user = true")]
pub(crate) struct Serve {
    /// The folder with all of the environment's state, closed to others.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) state: PathBuf,
    /// The environment's name, given at the first start [default: default]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The state folder was restored from a backup: number publications past those that devices may have seen since.
    #[arg(long)]
    pub(crate) restored: bool,
    /// Where to listen; port 0 is any free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080", value_parser = listen)]
    pub(crate) listen: SocketAddr,
    /// Speak TLS with this chain of certificates in PEM, the server's own first.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// The certificate's private key in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub(crate) tls_key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) database: DatabaseOptions,
    #[command(flatten)]
    pub(crate) tokens: TokenOptions,
    /// What each role may see and do, in TOML. It is kept: without it the one of the last start stays in force; where
    /// there was none, all have the workspaces that name one of their roles.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Drop the policy that is in force: all have the workspaces that name one of their roles.
    #[arg(long, conflicts_with = "policy")]
    pub(crate) no_policy: bool,
    #[command(flatten)]
    pub(crate) packages: PackageOptions,
    #[command(flatten)]
    pub(crate) limits: ServeLimitOptions,
    /// How lines of the log are written.
    #[arg(long, value_enum, default_value_t = LogFormat::Text, value_name = "FORM", help_heading = "Log")]
    pub(crate) log_format: LogFormat,
    /// Down to which level lines are written.
    #[arg(long, value_enum, default_value_t = LogLevel::Info, value_name = "LEVEL", help_heading = "Log")]
    pub(crate) log_level: LogLevel,
}

/// Whose tokens are taken.
#[derive(Debug, Args)]
#[command(next_help_heading = "Tokens")]
pub(crate) struct TokenOptions {
    /// The issuer's public keys: a file in PEM or a JSON Web Key Set, or an https address of the latter.
    #[arg(long, value_name = "FILE|ADDRESS")]
    pub(crate) jwks: Option<String>,
    /// The issuer, as tokens name it in `iss`.
    #[arg(long, value_name = "NAME")]
    pub(crate) issuer: Option<String>,
    /// What tokens name in `aud`.
    #[arg(long, value_name = "NAME")]
    pub(crate) audience: Option<String>,
    /// Take tokens of `lockstep token` too: whoever can read the state folder can make them.
    #[arg(long)]
    pub(crate) development_issuer: bool,
    /// By how many seconds clocks may differ.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(..=600))]
    pub(crate) leeway: u64,
}

/// What packages have to be like.
#[derive(Debug, Args)]
#[command(next_help_heading = "Packages")]
pub(crate) struct PackageOptions {
    /// Refuse packages that compute with floats.
    #[arg(long)]
    pub(crate) float_free: bool,
    /// Refuse packages that bring fewer cases.
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    pub(crate) cases: usize,
    /// Packages that are validated at a time [default: as many as there are processors, less one]
    #[arg(long, value_name = "COUNT")]
    pub(crate) validations: Option<NonZeroUsize>,
    /// Packages that may wait for their validation.
    #[arg(long, value_name = "COUNT", default_value_t = 16)]
    pub(crate) waiting: usize,
    /// Seconds that a validation may take.
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub(crate) validation_time: NonZeroU32,
}

/// Changes of the server's limits.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct ServeLimitOptions {
    /// The largest package, in MiB [default: 32]
    #[arg(long = "upload", value_name = "MIB")]
    pub(crate) upload_mib: Option<NonZeroU32>,
    /// Connections at a time [default: 1024]
    #[arg(long, value_name = "COUNT")]
    pub(crate) connections: Option<NonZeroU32>,
    /// Connections of one address at a time; behind a proxy all are of one [default: a quarter of all]
    #[arg(long, value_name = "COUNT")]
    pub(crate) connections_per_address: Option<NonZeroU32>,
    /// Requests that are worked on at a time [default: 256]
    #[arg(long, value_name = "COUNT")]
    pub(crate) requests: Option<NonZeroU32>,
    /// Requests of one caller in a minute [default: 600]
    #[arg(long, value_name = "COUNT")]
    pub(crate) requests_per_minute: Option<NonZeroU32>,
    /// Seconds for the header of a request, for a body that does not get on, and for a client to take more of what it is
    /// sent [default: 10, 10 and 30]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) patience: Option<NonZeroU32>,
    /// Seconds to finish in what was accepted before the server was told to stop [default: 30]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) shutdown: Option<NonZeroU32>,
}

/// `127.0.0.1:8080`
fn listen(text: &str) -> Result<SocketAddr, String> {
    let wanted = "HOST:PORT is wanted, the host as an address: 127.0.0.1:8080, 0.0.0.0:8443 or [::1]:8080";
    text.parse().map_err(|_| wanted.to_owned())
}

/// How lines of the log are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object each.
    Json,
}

/// Down to which level lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    /// What went wrong.
    Error,
    /// And what may go wrong.
    Warn,
    /// And each request.
    Info,
    /// And connections that ended early.
    Debug,
}

/// Print a token of a server's development issuer.
///
/// The server takes it if it was started with `--development-issuer`. Whoever has the token is its subject: keep it as
/// one keeps a password.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lockstep token --state trial --subject ada --role administrator --output ada.token
  lockstep token --state trial --subject vera --role publisher --expires 30m
  lockstep token --state trial --subject sam --role sales --company 1000 --device sams-phone --expires 30d")]
pub(crate) struct Token {
    /// The server's state folder.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) state: PathBuf,
    /// Whose token it is.
    #[arg(long, value_name = "NAME")]
    pub(crate) subject: String,
    /// A role: `administrator`, `publisher`, or one of the workspaces' or the policy's.
    #[arg(long = "role", value_name = "ROLE")]
    pub(crate) roles: Vec<String>,
    /// A company that it is narrowed to; to none unless given.
    #[arg(long = "company", value_name = "COMPANY")]
    pub(crate) companies: Vec<String>,
    /// The device that it is used on: this makes its subject a device's user.
    #[arg(long, value_name = "ID")]
    pub(crate) device: Option<String>,
    /// The language of its subject.
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) locale: Option<String>,
    /// The file to write it to, for its owner alone; standard output unless given.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// For how long it is valid: a number and `s`, `m`, `h` or `d`.
    #[arg(long, value_name = "TIME", default_value = "8h", value_parser = time)]
    pub(crate) expires: Duration,
}

/// The longest that a token may be valid.
const TIME_MAX: Duration = Duration::from_hours(366 * 24);

/// `90s`, `30m`, `8h`, `30d`
fn time(text: &str) -> Result<Duration, String> {
    let seconds = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)].into_iter().find_map(|(unit, seconds)| {
        let count: u64 = text.strip_suffix(unit)?.parse().ok()?;
        count.checked_mul(seconds)
    });
    let time = seconds.filter(|seconds| *seconds > 0).map(Duration::from_secs).filter(|time| *time <= TIME_MAX);
    time.ok_or_else(|| "a number and `s`, `m`, `h` or `d` is wanted, a year at most: `8h`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit_and_an_end() {
        for (text, seconds) in [("90s", 90), ("30m", 1800), ("8h", 28_800), ("30d", 2_592_000)] {
            assert_eq!(time(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for wrong in ["", "h", "8", "0h", "-1h", "1.5h", "8 h", "367d", "99999999999999999999d", "8w", "ä"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }
}
