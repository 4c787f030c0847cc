//! Where `data/webhooks.jsonl` comes from: `BLESS=1 cargo test -p quickstart --test data` writes it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{fmt::Write, path::Path};

use serde::Serialize;
use serde_json::{Value, json};

const EVENTS: usize = 3_000;
const CONTACTS: u64 = 160;

/// How many contacts are busy at the same time.
const SESSIONS: usize = 4;

/// 2026-03-02T08:00:00Z
const START_MS: u64 = 1_772_438_400_000;

const CITIES: [&str; 8] = [
    "Graz", "Porto", "Leeds", "Lyon", "Turku", "Ghent", "Brno", "Bergen",
];
const STAGES: [&str; 5] = ["lead", "qualified", "proposal", "negotiation", "won"];
const PAGES: [&str; 5] = ["/", "/pricing", "/docs", "/blog/durable-jobs", "/contact"];
const CAMPAIGNS: [&str; 3] = ["spring-news", "product-tour", "invitation"];

/// A linear congruential generator (Knuth's MMIX constants): the same numbers everywhere, for ever.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }
}

/// A line of the file.
#[derive(Serialize)]
struct Event {
    id: String,
    contact: String,
    #[serde(rename = "type")]
    kind: &'static str,
    occurred_at: u64,
    payload: Value,
}

/// A contact who is busy for a while.
struct Session {
    contact: u64,
    events_left: u64,
}

impl Session {
    /// Small numbers are drawn more often: some contacts are busier than others.
    fn begin(numbers: &mut Numbers) -> Self {
        let contact = numbers.below(CONTACTS).min(numbers.below(CONTACTS)) + 1;
        Self {
            contact,
            events_left: 4 + numbers.below(36),
        }
    }
}

fn happening(numbers: &mut Numbers) -> (&'static str, Value) {
    match numbers.below(20) {
        0..=7 => ("page.viewed", json!({ "last_page": numbers.pick(&PAGES) })),
        8..=11 => (
            "email.opened",
            json!({ "last_campaign": numbers.pick(&CAMPAIGNS) }),
        ),
        12..=13 => (
            "email.clicked",
            json!({ "last_campaign": numbers.pick(&CAMPAIGNS) }),
        ),
        14..=15 => ("contact.updated", json!({ "city": numbers.pick(&CITIES) })),
        16 => (
            "form.submitted",
            json!({ "wants_call": numbers.below(2) == 1 }),
        ),
        17 => (
            "deal.stage_changed",
            json!({ "deal_stage": numbers.pick(&STAGES) }),
        ),
        18 => ("note.added", json!({})),
        _ => ("contact.scored", json!({ "score": numbers.below(101) })),
    }
}

/// Every 50th line or so repeats an earlier one, as senders do, and some are late.
fn generate() -> String {
    let mut numbers = Numbers(42);
    let mut sessions: Vec<_> = (0..SESSIONS)
        .map(|_| Session::begin(&mut numbers))
        .collect();
    let (mut lines, mut now) = (Vec::<String>::new(), START_MS);
    let mut id = 0;
    while lines.len() < EVENTS {
        if lines.len() > 20 && numbers.below(50) == 0 {
            let back = 1 + usize::try_from(numbers.below(20)).unwrap();
            lines.push(lines[lines.len() - back].clone());
            continue;
        }
        let session = &mut sessions[usize::try_from(numbers.below(SESSIONS as u64)).unwrap()];
        id += 1;
        now += 200 + numbers.below(1_800);
        let late = if numbers.below(10) == 0 {
            numbers.below(20_000)
        } else {
            0
        };
        let (kind, payload) = happening(&mut numbers);
        let event = Event {
            id: format!("evt-{id:05}"),
            contact: format!("contact-{:04}", session.contact),
            kind,
            occurred_at: now - late,
            payload,
        };
        lines.push(serde_json::to_string(&event).unwrap());
        session.events_left -= 1;
        if session.events_left == 0 {
            *session = Session::begin(&mut numbers);
        }
    }
    lines.iter().fold(String::new(), |mut text, line| {
        writeln!(text, "{line}").unwrap();
        text
    })
}

#[test]
fn the_shipped_file_is_what_the_generator_writes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/webhooks.jsonl");
    let generated = generate();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let shipped = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        shipped == generated,
        "{} differs: run this test with BLESS=1",
        path.display()
    );
}
