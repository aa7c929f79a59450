//! Reads configuration once, wires everything, offers the use cases that front ends translate.
