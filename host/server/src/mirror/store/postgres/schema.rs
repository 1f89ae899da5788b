//! The tables, and how they come to be.

use tokio_postgres::{Client, types::Type};

use crate::mirror::store::{Result, StoreError};

/// The migrations, in their order. What was released is never changed; what is new comes last.
const MIGRATIONS: &[&str] = &[include_str!("schema/1.sql")];

/// What servers that start at once lock, so that one migrates and the others wait for it.
const LOCK: i64 = 0x6c6f_636b_7374_6570;

/// Brings the tables up to date, and gives the secret. `random` gives a new store's epoch and secret.
pub(super) async fn migrate(client: &Client, random: impl FnOnce() -> Option<([u8; 16], [u8; 32])>) -> Result<Vec<u8>> {
    client.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE").await?;
    let done = migrate_within(client, random).await;
    client.batch_execute(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    done
}

async fn migrate_within(client: &Client, random: impl FnOnce() -> Option<([u8; 16], [u8; 32])>) -> Result<Vec<u8>> {
    client.query_typed("SELECT pg_advisory_xact_lock($1)", &[(&LOCK, Type::INT8)]).await?;
    client
        .batch_execute(
            "CREATE SCHEMA IF NOT EXISTS lockstep;
             CREATE TABLE IF NOT EXISTS lockstep.migration (number bigint PRIMARY KEY)",
        )
        .await?;
    let row = client.query_typed_one("SELECT coalesce(max(number), 0) FROM lockstep.migration", &[]).await?;
    let (found, known) = (usize::try_from(row.get::<_, i64>(0)).unwrap_or(usize::MAX), MIGRATIONS.len());
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (number, migration) in (1_i64..).zip(MIGRATIONS).skip(found) {
        client.batch_execute(migration).await?;
        client.query_typed("INSERT INTO lockstep.migration VALUES ($1)", &[(&number, Type::INT8)]).await?;
    }
    if let Some(row) = client.query_typed_opt("SELECT secret FROM lockstep.mirror", &[]).await? {
        return Ok(row.get(0));
    }
    let no_random = || StoreError::Failed("there are no random numbers to be had".to_owned());
    let (epoch, secret) = random().ok_or_else(no_random)?;
    let values: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
        [(&&epoch[..], Type::BYTEA), (&&secret[..], Type::BYTEA)];
    client.query_typed("INSERT INTO lockstep.mirror (one, epoch, secret) VALUES (1, $1, $2)", &values).await?;
    Ok(secret.to_vec())
}
