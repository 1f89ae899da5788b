//! What a document of a thousand lines costs. The figures are printed; the bounds are far above them, so that only a
//! mistake in the order of growth fails.

use std::time::{Duration, Instant};

use lockstep_model::{
    canonical::encode_document,
    json::{read_document, write_document},
};

use crate::sample::{descriptor, json, limits, request, silent};

fn least(mut run: impl FnMut()) -> Duration {
    let times = (0..50).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    times.min().expect("fifty runs")
}

#[test]
fn a_thousand_lines_take_little() {
    let descriptor = descriptor();
    let line = |number: u32| format!(r#"{{"item": "I-{number}", "quantity": "{}.{:03}"}}"#, number % 97, number % 1000);
    let lines: Vec<_> = (0..1000).map(line).collect();
    let text = format!(r#"{{"customer": "C-100", "status": "draft", "lines": [{}]}}"#, lines.join(","));
    let (_, document) = read_document(&json(&text), &descriptor).unwrap();
    let request = lockstep_model::Request { document, ..request() };
    let mut outcome = silent(&request, &descriptor.entities[0]);
    for (number, words) in outcome.derived.collections[0].decimals.as_chunks_mut().0.iter_mut().enumerate() {
        *words = [number as u64 * 7 + 1, 2 << 32];
    }
    outcome.derived.collections[0].present.fill(u64::MAX);
    outcome.derived.collections[0].integers.fill(20_000);
    let past_the_end = outcome.derived.collections[0].present.len() * 64 - 3000;
    *outcome.derived.collections[0].present.last_mut().unwrap() >>= past_the_end;
    let untouched = outcome.clone();
    outcome.normalise();

    let small = crate::sample::request();
    let small_outcome = silent(&small, &descriptor.entities[0]);
    let thousand = |run: &dyn Fn()| (0..1000).for_each(|_| run());
    let figures = [
        ("a thousand checks of a small request", least(|| thousand(&|| small.check(&descriptor).unwrap()))),
        (
            "a thousand checks of a small outcome",
            least(|| thousand(&|| small_outcome.check(&small, &descriptor, &limits()).unwrap())),
        ),
        (
            "a thousand receipts of a small outcome",
            least(|| {
                thousand(&|| {
                    let package = lockstep_model::Digest([0; 32]);
                    std::hint::black_box(lockstep_model::Receipt::new(package, "", &small, &small_outcome, None));
                });
            }),
        ),
        ("check of the request", least(|| request.check(&descriptor).unwrap())),
        ("check of the outcome", least(|| outcome.check(&request, &descriptor, &limits()).unwrap())),
        ("normalising the outcome (with a copy)", least(|| untouched.clone().normalise())),
        ("copy of the outcome", least(|| drop(std::hint::black_box(untouched.clone())))),
        ("canonical bytes", least(|| drop(std::hint::black_box(encode_document(&request.document))))),
        ("document from JSON", least(|| drop(read_document(&json(&text), &descriptor)))),
        ("document to JSON", least(|| drop(write_document(&request.document, &descriptor.entities[0]).to_string()))),
    ];
    for (what, time) in figures {
        println!("{what}: {} µs", time.as_micros());
        assert!(time < Duration::from_millis(200), "{what}");
    }
}
