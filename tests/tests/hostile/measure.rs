//! A well-behaved guest, for comparison.

pub(crate) mod ten_fields {
    use lockstep_model::{Conclusion, Evaluate, RecordSet, Request};
    use lockstep_tests::guests;

    use crate::{LIMITS, load, thing};

    /// Item, quantity, price, discount, tax, requested, currency (absent), booked.
    fn line() -> RecordSet {
        let decimals = [(12, 0), (1_999, 2), (125, 1), (825, 2)];
        RecordSet {
            rows: 1,
            present: vec![0b1011_1111],
            integers: vec![20_100, 20_000],
            decimals: decimals.into_iter().flat_map(|(low, scale)| [low, scale << 32]).collect(),
            text_ends: vec![9, 9],
            texts: "ITEM-1000".into(),
        }
    }

    #[test]
    fn both_engines_price_a_line_alike_with_the_same_fuel() {
        let mut request = Request { entity: 0, ..thing(1) };
        request.document.header = line();
        let [native, portable] =
            load(guests::TEN_FIELDS).map(|plugin| plugin.evaluate(&request, &LIMITS).expect("it is served"));
        assert_eq!(native, portable);
        let Conclusion::Outcome(outcome) = native.answer.conclusion else { panic!("nothing is looked up") };
        // 12 × 19.99 less 12.5 % is 209.90 after rounding: canonical, 209.9; 8.25 % of it is 17.32.
        assert_eq!(outcome.derived.header.decimals, [2_099, 1 << 32, 1_732, 2 << 32]);
        assert_eq!(outcome.derived.header.texts, "EUR");
    }
}
