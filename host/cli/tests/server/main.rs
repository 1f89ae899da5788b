//! `lockstep serve` and `lockstep token` as administrators run them: processes, ports, signals, exit codes.

mod policy;
mod running;
mod starting;
mod support;
mod tls;
