//! Runs Lockstep plugins: wasmtime, narrowed to load, describe and evaluate.
