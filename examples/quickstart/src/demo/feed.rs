//! The webhooks that come with the programs.

use serde::Deserialize;

use crate::Webhook;

/// The shipped file.
#[cfg(not(target_family = "wasm"))]
const FILE: &str = include_str!("../../data/webhooks.jsonl");

/// The beginning of the shipped file: in a Worker size counts.
#[cfg(target_family = "wasm")]
const FILE: &str = {
    const BEGINNING: &[u8; 16 * 1024] =
        &match include_bytes!("../../data/webhooks.jsonl").first_chunk() {
            Some(beginning) => *beginning,
            None => panic!("the file is shorter"),
        };
    match str::from_utf8(BEGINNING) {
        Ok(text) => text,
        Err(_) => panic!("the file is not ASCII"),
    }
};

/// One line of a file of webhooks.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Whom it is about.
    pub contact: String,
    /// What has happened.
    pub webhook: Webhook,
}

/// What a line holds beside the webhook.
#[derive(Deserialize)]
struct About {
    contact: String,
}

impl Delivery {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// If it is not JSON with the fields of a webhook and a `contact`.
    pub fn read(line: &str) -> serde_json::Result<Self> {
        let About { contact } = serde_json::from_str(line)?;
        let webhook = serde_json::from_str(line)?;
        Ok(Self { contact, webhook })
    }
}

/// `count` deliveries from `position` on, of the shipped ones, again and again. Each time round the ids are new.
pub(crate) fn deliveries(
    position: u64,
    count: u64,
) -> impl Iterator<Item = serde_json::Result<Delivery>> {
    // What follows the last line feed may be half a line.
    let file = FILE.rsplit_once('\n').map_or(FILE, |(lines, _)| lines);
    let lines: Vec<&str> = file.lines().collect();
    let length = lines.len() as u64;
    (position..position + count).filter_map(move |position| {
        let (round, line) = (position.checked_div(length)?, position % length);
        let line = lines.get(usize::try_from(line).ok()?)?;
        Some(delivery(line, round))
    })
}

fn delivery(line: &str, round: u64) -> serde_json::Result<Delivery> {
    let mut delivery = Delivery::read(line)?;
    if round > 0 {
        delivery.webhook.id = format!("{}-{round}", delivery.webhook.id);
    }
    Ok(delivery)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_anew_at_the_end_with_new_ids() {
        let length = FILE.lines().count() as u64;
        let across_the_end: Vec<_> = deliveries(length - 1, 2).map(Result::unwrap).collect();
        let first = deliveries(0, 1).next().unwrap().unwrap();
        assert_eq!(across_the_end.len(), 2);
        assert_eq!(
            across_the_end[1].webhook.id,
            format!("{}-1", first.webhook.id)
        );
        assert_eq!(across_the_end[1].webhook.payload, first.webhook.payload);
        assert_ne!(across_the_end[0].webhook.id, first.webhook.id);
    }

    #[test]
    fn every_shipped_line_can_be_read() {
        let length = FILE.lines().count() as u64;
        assert!(deliveries(0, length).all(|delivery| delivery.is_ok()));
    }
}
