//! How much memory this process has resident.

use anyhow::Context as _;

const PAGE_BYTES: f64 = 4096.0;

/// Resident bytes, as the system counts them.
///
/// # Errors
/// Where there is no `/proc`.
pub fn resident_bytes() -> anyhow::Result<f64> {
    let counts = std::fs::read_to_string("/proc/self/statm").context("memory is counted on Linux alone")?;
    let pages = counts.split(' ').nth(1).context("/proc/self/statm has a second number")?;
    Ok(pages.parse::<f64>()? * PAGE_BYTES)
}

/// How much each of `count` things adds that `make` makes, all of them kept while it is measured. The first is made
/// before, so that what all share is not counted.
///
/// # Errors
/// When one cannot be made, or memory not be counted.
pub fn added_by_each<T>(count: usize, mut make: impl FnMut() -> anyhow::Result<T>) -> anyhow::Result<f64> {
    let first = make()?;
    let mut kept = Vec::with_capacity(count);
    let before = resident_bytes()?;
    for _ in 0..count {
        kept.push(make()?);
    }
    let after = resident_bytes()?;
    drop((first, kept));
    Ok((after - before) / count as f64)
}
