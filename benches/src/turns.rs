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
    let stretches = stretches.into_inner();
    Turns {
        subject_ns: median(stretches.iter().map(|[subject, _]| *subject)),
        baseline_ns: median(stretches.iter().map(|[_, baseline]| *baseline)),
        ratio: median(stretches.iter().map(|[subject, baseline]| subject / baseline)),
    }
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
