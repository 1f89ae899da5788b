//! Values and names that are none.

#![allow(unused)]

use lockstep_sdk::prelude::*;

#[derive(Enumeration, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Draft,
    Sent { copies: i64 },
}

#[derive(Enumeration, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind;

const HALF: Decimal = dec!("0.5");
const TINY: Decimal = dec!(0.00000000000000000000000000001);
const HUGE: Decimal = dec!(79228162514264337593543950336);
const POWER: Decimal = dec!(1e3);

fn main() {}
