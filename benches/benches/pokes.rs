//! How much memory do 10,000 devices take that are connected to be told of changes?
//!
//! The devices are another process, this program again: so each has the file descriptors of one side alone.

#![expect(clippy::cast_precision_loss, reason = "figures have three digits")]

use std::{
    io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use lockstep_benches::{
    crew::Member,
    figures::{Figure, Quantity, keep},
    residents::resident_bytes,
    service::Served,
    site::{COMPANIES, STOCK, Site, import_stock},
};
use lockstep_server::limits::ListenerLimits;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

const DEVICES: u64 = 10_000;

/// File descriptors for everything else.
const SPARE: u64 = 200;

/// Requests that are under way at a time, until all are connected.
const AT_A_TIME: usize = 100;

const CLIENTS: &str = "--clients";

fn main() -> anyhow::Result<()> {
    let devices = files()?.saturating_sub(SPARE).min(DEVICES);
    let mut arguments = std::env::args().skip_while(|argument| argument != CLIENTS).skip(1);
    if let (Some(address), Some(tokens)) = (arguments.next(), arguments.next()) {
        return clients(&address, &tokens);
    }
    let site = Site::new()?;
    let mirror = site.fed()?;
    let listening = ListenerLimits {
        connections_max: DEVICES as usize + 1,
        connections_per_address_max: DEVICES as usize + 1,
        ..ListenerLimits::PRESET
    };
    let served = Served::mirroring(&site, &mirror, listening)?;
    let path = site.folder().join("tokens");
    let mut tokens = BufWriter::new(std::fs::File::create(&path)?);
    for number in 0..devices as usize {
        writeln!(tokens, "{}", served.token(&Member::new(number))?)?;
    }
    tokens.flush()?;

    let before = resident_bytes()?;
    let address = served.address.trim_start_matches("http://");
    let mut child = Command::new(std::env::current_exe()?)
        .args([CLIENTS, address])
        .arg(&path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut said = BufReader::new(child.stdout.take().context("its output")?);
    wait_for(&mut said, "connected")?;
    // What the last requests took besides is given back.
    sleep(Duration::from_secs(1));
    let each = (resident_bytes()? - before) / devices as f64;

    let mut told = Vec::new();
    for turn in 0..3 {
        let start = Instant::now();
        for company in COMPANIES {
            import_stock(&mirror, company, STOCK + turn..STOCK + turn + 1)?;
        }
        tell(&mut child)?;
        wait_for(&mut said, "told")?;
        told.push(start.elapsed().as_nanos() as f64);
    }
    told.sort_by(f64::total_cmp);
    drop(child.stdin.take());
    anyhow::ensure!(child.wait()?.success(), "the devices failed");
    keep(
        "pokes",
        &[
            Figure::limited(
                "server's memory for each device that is connected to be told of changes",
                Quantity::Bytes(each),
                Quantity::Bytes(50.0 * 1024.0),
                format!("{devices} devices, each with its own token, over real sockets"),
            ),
            Figure::plain(
                "· a change in each company → all of them are told",
                Quantity::Nanoseconds(told[1]),
                format!("{devices} devices in another process of this machine"),
            ),
        ],
    )
}

/// How many files this process may have open; as many as it is let.
fn files() -> anyhow::Result<u64> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?;
    Ok(maximum.unwrap_or(u64::MAX))
}

fn wait_for(said: &mut BufReader<ChildStdout>, word: &str) -> anyhow::Result<()> {
    let mut line = String::new();
    said.read_line(&mut line)?;
    anyhow::ensure!(line.trim_end() == word, "the devices are not {word}: they say `{}`", line.trim_end());
    Ok(())
}

fn tell(child: &mut Child) -> anyhow::Result<()> {
    Ok(child.stdin.as_mut().context("its input")?.write_all(b"listen\n")?)
}

/// The devices: they connect, and say each time that all of them were told of a change.
fn clients(address: &str, tokens: &str) -> anyhow::Result<()> {
    let tokens = std::fs::read_to_string(tokens)?;
    let tokens: Vec<_> = tokens.lines().collect();
    let mut streams = Vec::with_capacity(tokens.len());
    for tokens in tokens.chunks(AT_A_TIME) {
        let mut asked = Vec::new();
        for token in tokens {
            let mut stream = TcpStream::connect(address)?;
            stream.set_read_timeout(Some(Duration::from_mins(1)))?;
            write!(stream, "GET /v1/pokes HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n")?;
            asked.push(stream);
        }
        for mut stream in asked {
            let head = read_until(&mut stream, "\r\n\r\n")?;
            anyhow::ensure!(head.starts_with("HTTP/1.1 200"), "the server answers {head}");
            streams.push(stream);
        }
    }
    println!("connected");
    let mut line = String::new();
    while std::io::stdin().read_line(&mut line)? > 0 {
        for stream in &mut streams {
            read_until(stream, "event: changed")?;
        }
        println!("told");
        line.clear();
    }
    Ok(())
}

fn read_until(stream: &mut TcpStream, end: &str) -> anyhow::Result<String> {
    let (mut all, mut buffer) = (String::new(), [0; 1024]);
    while !all.contains(end) {
        let count = stream.read(&mut buffer)?;
        anyhow::ensure!(count > 0, "the server has closed the connection after `{all}`");
        all += std::str::from_utf8(&buffer[..count])?;
    }
    Ok(all)
}
