//! The limit that a receiver is kept from being flooded by.

use durable_jobs::prelude::*;

/// What one receiver gets at most, from however many queues.
#[rate_limit(permits = 50, window = "1s")]
#[derive(Debug)]
pub struct Receiver;
