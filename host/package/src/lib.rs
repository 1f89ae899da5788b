//! What a Lockstep package holds besides code: its sections and messages.
