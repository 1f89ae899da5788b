//! The command as its users run it: a process with arguments, files, exit codes and two output streams.

mod bad_input;
mod codes;
mod devices;
mod evaluating;
mod inspecting;
mod interruption;
mod publishing;
mod registry;
mod scaffold;
mod signing;
mod support;
mod usage;
