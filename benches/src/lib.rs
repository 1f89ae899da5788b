//! Lockstep's figures: speed and memory as ratios taken in one run.
