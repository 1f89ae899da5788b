//! Write Lockstep plugins: entities, rules, look-ups, issues, and tests that run without a host.
