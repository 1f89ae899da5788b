//! How much longer do others wait while one device sends forged and oversize pushes?

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use lockstep_benches::{
    crew::{Kit, Member, offline},
    figures::{Figure, Quantity, keep},
    service::Served,
    site::Site,
    turns::take_long_turns,
};
use lockstep_device::{Exchange, HttpSettings, HttpTransport, Token, TransportError};
use lockstep_engine::Profile;
use lockstep_model::{
    Digest, Message,
    canonical::{decode_pushed, encode_push},
    exchange::{Push, Pushed},
};
use lockstep_server::limits::ListenerLimits;

/// Turns with and without the hostile device.
const TURNS: usize = 30;

/// Pushes in each turn.
const PUSHES: usize = 10;

/// Operations in a push.
const OPERATIONS: usize = 4;

/// Honest users take turns, so that none comes to what one may ask in a minute.
const USERS: usize = 12;

/// Between two requests of the hostile device: twenty times as many as it may make.
const PAUSE: Duration = Duration::from_millis(5);

fn main() -> anyhow::Result<()> {
    let site = Site::new()?;
    let mirror = site.fed()?;
    let served = Served::mirroring(&site, &mirror, ListenerLimits::PRESET)?;
    let kit = Kit::new(&site.packages, Profile::Native)?;
    let pushes_each = (2 * (TURNS + 1) * PUSHES).div_ceil(USERS);
    let mut honest = Vec::new();
    for number in 0..USERS {
        let member = Member::new(number);
        let token = Token::new(&served.token(&member)?).context("a token")?;
        let pushes = offline(&member, &kit, &mirror, pushes_each * OPERATIONS, OPERATIONS)?;
        honest.push((token, pushes.iter().map(encode_push).collect::<Vec<_>>().into_iter()));
    }
    let attack = Attack::start(&served, &kit, &mirror)?;
    let client = transport(&served)?;
    let mut next = 0;
    let mut latency = || -> anyhow::Result<Duration> {
        let mut taken = Duration::ZERO;
        for _ in 0..PUSHES {
            let (token, pushes) = &mut honest[next % USERS];
            next += 1;
            let bytes = pushes.next().context("there are as many as turns")?;
            let start = Instant::now();
            let answer = client.push(token, &bytes)?;
            taken += start.elapsed();
            let is_taken = matches!(decode_pushed(&answer)?, Pushed::Taken { .. });
            anyhow::ensure!(is_taken, "an honest push was not taken");
        }
        Ok(taken / PUSHES as u32)
    };
    let latency = std::cell::RefCell::new(&mut latency);
    let turns = take_long_turns(
        TURNS,
        || {
            attack.is_on.store(true, Ordering::Relaxed);
            thread::sleep(PAUSE * 2);
            let taken = latency.borrow_mut()();
            attack.is_on.store(false, Ordering::Relaxed);
            thread::sleep(PAUSE * 2);
            taken
        },
        || latency.borrow_mut()(),
    )?;
    let (sent, refused) = (attack.sent.load(Ordering::Relaxed), attack.refused.load(Ordering::Relaxed));
    anyhow::ensure!(sent > 0 && sent == refused, "of {sent} hostile requests {refused} were refused or parked");
    let (under, quiet) = (Quantity::Nanoseconds(turns.subject_ns), Quantity::Nanoseconds(turns.baseline_ns));
    keep(
        "hostile",
        &[Figure::limited(
            "a push while one device sends forged and oversize ones",
            Quantity::Percent((turns.ratio - 1.0) * 100.0),
            Quantity::Percent(10.0),
            format!("{under} over HTTP for {OPERATIONS} operations; else {quiet}; {sent} hostile requests, none taken"),
        )],
    )
}

fn transport(served: &Served) -> anyhow::Result<HttpTransport> {
    let settings =
        HttpSettings { address: served.address.clone(), authorities: None, user_agent: "benches".to_owned() };
    Ok(HttpTransport::new(&settings)?)
}

/// A device that sends what it must not, while it is on.
struct Attack {
    is_on: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
    refused: Arc<AtomicU64>,
}

impl Attack {
    fn start(served: &Served, kit: &Kit, mirror: &lockstep_server::Mirror) -> anyhow::Result<Self> {
        let (member, victim) = (Member::new(USERS), Member::new(0));
        let token = Token::new(&served.token(&member)?).context("a token")?;
        let requests = hostile(&offline(&member, kit, mirror, 3, 3)?, &victim);
        let transport = transport(served)?;
        let attack = Self { is_on: Arc::default(), sent: Arc::default(), refused: Arc::default() };
        let (is_on, sent, refused) = (attack.is_on.clone(), attack.sent.clone(), attack.refused.clone());
        thread::spawn(move || {
            for request in requests.iter().cycle() {
                while !is_on.load(Ordering::Relaxed) {
                    thread::sleep(PAUSE);
                }
                sent.fetch_add(1, Ordering::Relaxed);
                if is_refused(&transport.push(&token, request)) {
                    refused.fetch_add(1, Ordering::Relaxed);
                }
                thread::sleep(PAUSE);
            }
        });
        Ok(attack)
    }
}

/// Others' messages, messages out of order, receipts that lie, too much, and what is no push at all.
fn hostile(own: &[Push], victim: &Member) -> Vec<Vec<u8>> {
    let Some(own) = own.first() else { return Vec::new() };
    let changed = |change: &dyn Fn(&mut lockstep_model::Operation)| {
        let mut push = own.clone();
        for message in &mut push.messages {
            if let Message::Operation(operation) = message {
                change(operation);
            }
        }
        push
    };
    let mut forged = changed(&|operation| operation.id.device.clone_from(&victim.device));
    forged.device.clone_from(&victim.device);
    let gapped = changed(&|operation| operation.id.sequence += 1000);
    let lying = changed(&|operation| operation.receipt.outcome = Digest::of(b"another"));
    let mut requests: Vec<_> = [&lying, &forged, &gapped].map(encode_push).into();
    requests.push(vec![0x7f; 2 << 20]);
    requests.push(vec![0x05; 32 << 10]);
    requests
}

/// It was refused, or parked, and nothing has come of it.
fn is_refused(answer: &Result<Vec<u8>, TransportError>) -> bool {
    let Ok(answer) = answer else { return true };
    match decode_pushed(answer) {
        Ok(Pushed::Taken { verdicts, .. }) => {
            verdicts.values().all(|verdict| matches!(lockstep_server::mirror::word(verdict), "parked" | "rejected"))
        }
        Ok(Pushed::Gap { .. }) => true,
        Err(_) => false,
    }
}
