//! One persistent shell on a machine.
