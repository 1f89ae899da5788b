//! Workspaces that fit their plugin, and every way in which one does not.

mod file;
mod forms;
mod marks;
mod pages;
mod sample;
mod sections;
