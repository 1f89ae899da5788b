//! Builds Lockstep plugins: crate, module, component, package.
