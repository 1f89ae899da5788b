//! What other servers have changed: listened to on an address that leads past poolers, else asked for.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::poll_fn,
    sync::Arc,
    time::Duration,
};

use deadpool_postgres::Pool;
use serde::{Deserialize, Serialize};
use tokio_postgres::{AsyncMessage, Config, NoTls, types::Type};

use super::{
    text::kept,
    transaction::{number_of, text_of},
};
use crate::mirror::store::{Follower, Moved, Result};

/// Where changes are told.
pub(super) const CHANNEL: &str = "lockstep_moved";

/// What a notification can hold is a little more.
const PAYLOAD_BYTES_MAX: usize = 7_900;

/// How often is asked where nobody tells, and how soon it is tried again to listen.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Serialize, Deserialize)]
struct Payload {
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    scopes: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    devices: BTreeSet<String>,
}

/// A change as it is told; none: there is nothing to tell. One that does not fit in is everything.
pub(super) fn payload(moved: &Moved) -> Option<String> {
    if moved.scopes.is_empty() && moved.devices.is_empty() && !moved.is_all {
        return None;
    }
    let payload = Payload { scopes: moved.scopes.clone(), devices: moved.devices.clone() };
    let json = serde_json::to_string(&payload).ok().filter(|json| !moved.is_all && json.len() <= PAYLOAD_BYTES_MAX);
    Some(json.unwrap_or_default())
}

fn read(payload: &str) -> Moved {
    match serde_json::from_str(payload) {
        Ok(Payload { scopes, devices }) => Moved { scopes, devices, is_all: false },
        Err(_) => Moved { is_all: true, ..Moved::default() },
    }
}

/// Listens for ever. After each gap anything may have changed.
pub(super) async fn listen(direct: Config, follower: Arc<dyn Follower>) {
    loop {
        if let Err(error) = listen_once(&direct, &*follower).await {
            tracing::warn!(%error, "the database cannot be listened to: it is tried again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen_once(direct: &Config, follower: &dyn Follower) -> Result<()> {
    let (client, mut connection) = direct.connect(NoTls).await?;
    let sql = format!("LISTEN {CHANNEL}");
    let (begun, mut begins) = tokio::sync::oneshot::channel();
    let asking = async {
        client.batch_execute(&sql).await?;
        let _ = begun.send(());
        // The connection lasts as long as its client.
        std::future::pending::<Result<(), tokio_postgres::Error>>().await
    };
    tokio::pin!(asking);
    let mut is_begun = false;
    loop {
        tokio::select! {
            done = &mut asking => done?,
            _ = &mut begins, if !is_begun => {
                is_begun = true;
                follower.moved(&Moved { is_all: true, ..Moved::default() });
            }
            message = poll_fn(|context| connection.poll_message(context)) => match message {
                Some(Ok(AsyncMessage::Notification(told))) if told.channel() == CHANNEL => {
                    follower.moved(&read(told.payload()));
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => return Ok(()),
            },
        }
    }
}

/// Asks for ever. Before the first answer anything may have changed.
pub(super) async fn poll(pool: Pool, follower: Arc<dyn Follower>) {
    let mut before: Option<(Counts, Counts)> = None;
    while !pool.is_closed() {
        tokio::time::sleep(PAUSE).await;
        match ask(&pool, &follower.devices()).await {
            Ok((scopes, told)) => {
                let moved = match &before {
                    Some((scopes_before, told_before)) => {
                        let (scopes, devices) = (newer(scopes_before, &scopes), newer(told_before, &told));
                        Moved { scopes, devices, is_all: false }
                    }
                    None => Moved { is_all: true, ..Moved::default() },
                };
                if moved != Moved::default() {
                    follower.moved(&moved);
                }
                before = Some((scopes, told));
            }
            Err(error) => tracing::warn!(%error, "the database cannot be asked for changes: it is asked again"),
        }
    }
}

/// Those that count further than before, or were not known.
fn newer(before: &Counts, now: &Counts) -> BTreeSet<String> {
    now.iter().filter(|(name, last)| before.get(*name) != Some(last)).map(|(name, _)| name.clone()).collect()
}

type Counts = BTreeMap<String, u64>;

async fn ask(pool: &Pool, devices: &[String]) -> Result<(Counts, Counts)> {
    let client = pool.get().await?;
    let mut scopes = Counts::new();
    for row in client.query_typed("SELECT company, last FROM lockstep.scope", &[]).await? {
        scopes.insert(text_of(&row, "company")?, number_of(&row, "last")?);
    }
    let devices: Vec<_> = devices.iter().map(|device| kept(device)).collect();
    let mut told = Counts::new();
    if !devices.is_empty() {
        let sql = "SELECT id, told FROM lockstep.device WHERE id = ANY($1)";
        for row in client.query_typed(sql, &[(&devices, Type::TEXT_ARRAY)]).await? {
            told.insert(text_of(&row, "id")?, number_of(&row, "told")?);
        }
    }
    Ok((scopes, told))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_read_again_and_what_does_not_fit_is_everything() {
        let moved = Moved { scopes: ["c1".to_owned()].into(), devices: ["d\0".to_owned()].into(), is_all: false };
        assert_eq!(read(&payload(&moved).expect("something")), moved);
        assert_eq!(payload(&Moved::default()), None);
        let many = Moved { scopes: (0..2_000).map(|company| format!("company {company}")).collect(), ..moved };
        assert!(read(&payload(&many).expect("something")).is_all);
    }
}
