//! Three jobs at once on real input.
