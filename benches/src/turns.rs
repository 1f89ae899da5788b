//! Timing by turns: a subject and what it is measured against run in short stretches, one after the other.

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use criterion::Criterion;

/// How long one stretch is to take: long enough for the clock, and so short that most are left in peace.
const STRETCH: Duration = Duration::from_micros(300);

/// How long one question is measured.
const MEASUREMENT: Duration = Duration::from_secs(5);

/// What came of two that took turns: medians.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    /// Nanoseconds the subject takes.
    pub subject_ns: f64,
    /// Nanoseconds the other takes.
    pub baseline_ns: f64,
    /// Subject divided by baseline, stretch by stretch.
    pub ratio: f64,
}

impl Turns {
    fn of(turns: &[[f64; 2]]) -> Self {
        Self {
            subject_ns: median(turns.iter().map(|[subject, _]| *subject)),
            baseline_ns: median(turns.iter().map(|[_, baseline]| *baseline)),
            ratio: median(turns.iter().map(|[subject, baseline]| subject / baseline)),
        }
    }
}

/// criterion as it is used here: it takes the samples, prints them and compares with the last run.
pub fn criterion() -> Criterion {
    let warm_up = Duration::from_millis(500);
    Criterion::default().warm_up_time(warm_up).measurement_time(MEASUREMENT).sample_size(50).configure_from_args()
}

/// Times `subject` under this name, in turns with `baseline`.
pub fn take_turns(criterion: &mut Criterion, name: &str, subject: impl FnMut(), mut baseline: impl FnMut()) -> Turns {
    take_turns_from(criterion, name, subject, || (), |()| baseline())
}

/// The same where the baseline consumes what `make` gives: making it is not timed.
pub fn take_turns_from<I>(
    criterion: &mut Criterion,
    name: &str,
    mut subject: impl FnMut(),
    mut make: impl FnMut() -> I,
    mut baseline: impl FnMut(I),
) -> Turns {
    let (subject_runs, baseline_runs) = (runs_in_a_stretch(&mut subject), runs_in_a_stretch(&mut || baseline(make())));
    let stretches = RefCell::new(Vec::new());
    criterion.bench_function(name, |bencher| {
        bencher.iter_custom(|iterations| {
            let mut taken = Duration::ZERO;
            for start in (0..iterations).step_by(subject_runs as usize) {
                let runs = subject_runs.min(iterations - start);
                let of_subject = time(runs, &mut subject);
                taken += of_subject;
                let mut inputs = (0..baseline_runs).map(|_| make()).collect::<Vec<_>>().into_iter();
                let of_baseline = time(baseline_runs, &mut || inputs.next().into_iter().for_each(&mut baseline));
                if runs == subject_runs {
                    stretches
                        .borrow_mut()
                        .push([nanoseconds(of_subject, runs), nanoseconds(of_baseline, baseline_runs)]);
                }
            }
            taken
        });
    });
    Turns::of(&stretches.into_inner())
}

/// The same for what takes long, and says itself how long: so many turns of each, with one of each before them.
///
/// # Errors
/// When one of them fails.
pub fn take_long_turns(
    count: usize,
    mut subject: impl FnMut() -> anyhow::Result<Duration>,
    mut baseline: impl FnMut() -> anyhow::Result<Duration>,
) -> anyhow::Result<Turns> {
    subject()?;
    baseline()?;
    let mut turns = Vec::with_capacity(count);
    for _ in 0..count {
        turns.push([nanoseconds(subject()?, 1), nanoseconds(baseline()?, 1)]);
    }
    Ok(Turns::of(&turns))
}

/// The median of so many runs of what takes long, in nanoseconds; it says itself how long.
///
/// # Errors
/// When it fails.
pub fn take_long(count: usize, mut subject: impl FnMut() -> anyhow::Result<Duration>) -> anyhow::Result<f64> {
    let taken: anyhow::Result<Vec<_>> = (0..count).map(|_| Ok(nanoseconds(subject()?, 1))).collect();
    Ok(median(taken?.into_iter()))
}

/// Times `subject` alone: the median in nanoseconds.
pub fn take_time(criterion: &mut Criterion, name: &str, subject: impl FnMut()) -> f64 {
    take_turns(criterion, name, subject, || {}).subject_ns
}

fn runs_in_a_stretch(body: &mut impl FnMut()) -> u64 {
    let warm_up = Instant::now();
    let mut runs = 0;
    while runs == 0 || warm_up.elapsed() < STRETCH * 10 {
        body();
        runs += 1;
    }
    (runs / 10).clamp(1, 1_000_000)
}

fn time(runs: u64, body: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..runs {
        body();
    }
    start.elapsed()
}

fn nanoseconds(taken: Duration, runs: u64) -> f64 {
    taken.as_nanos() as f64 / runs as f64
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
