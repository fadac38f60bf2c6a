//! Source code to predicted behaviours: language front ends, one intermediate form, one abstract interpreter.
