//! Durable background jobs: annotate a struct, write a trait impl, run it anywhere.
