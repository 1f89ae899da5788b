//! The model's behaviour as its users see it.

mod blocking;
mod canonical;
mod check;
mod derived;
mod descriptor;
mod json;
mod rounds;
mod sample;
mod stored;
mod tables;
mod vectors;
mod views;
