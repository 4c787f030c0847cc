//! What is left when times and keys are taken out.

use serde_json::Value;

use crate::services::{Asked, Log};

/// Fields that hold a time.
const TIMES: [&str; 5] = [
    "created_at",
    "last_run_at",
    "next_run_at",
    "next_step_at",
    "scheduled_at",
];

/// An answer without what differs from run to run.
pub(crate) fn without_times(mut body: Value) -> Value {
    for name in TIMES {
        if let Some(time) = body.get_mut(name).filter(|time| time.is_number()) {
            *time = "a time".into();
        }
    }
    body
}

/// Idempotency keys as numbers: what matters is which are the same.
pub(crate) fn without_keys(log: Log) -> Log {
    let entries = log.into_iter();
    entries
        .map(|(about, asked)| (about, numbered(asked)))
        .collect()
}

fn numbered(mut asked: Vec<Asked>) -> Vec<Asked> {
    let mut keys = Vec::new();
    for asked in &mut asked {
        let Some(key) = asked.headers.get_mut("idempotency-key") else {
            continue;
        };
        let known = keys.iter().position(|known| known == key);
        let number = known.unwrap_or_else(|| {
            keys.push(key.clone());
            keys.len() - 1
        });
        *key = format!("key {number}");
    }
    asked
}
