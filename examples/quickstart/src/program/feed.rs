//! The webhooks that come with the program.

use std::sync::Arc;

use quickstart::Webhook;
use serde::{Deserialize, Serialize};

const FILE: &str = include_str!("../../data/webhooks.jsonl");

/// One line of a file of webhooks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// Whom it is about.
    pub(crate) contact: String,
    #[serde(flatten)]
    pub(crate) webhook: Webhook,
}

/// The deliveries of the shipped file, again and again.
#[derive(Clone, Debug)]
pub(crate) struct Feed(Arc<[Delivery]>);

impl Feed {
    /// Reads the shipped file.
    pub(crate) fn shipped() -> serde_json::Result<Self> {
        FILE.lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// `count` deliveries from `position` on. Each time round the ids are new.
    pub(crate) fn from(&self, position: u64, count: u64) -> impl Iterator<Item = Delivery> + '_ {
        (position..position + count).filter_map(|position| {
            let length = u64::try_from(self.0.len())
                .ok()
                .filter(|&length| length > 0)?;
            let (round, index) = (position / length, usize::try_from(position % length).ok()?);
            let mut delivery = self.0.get(index)?.clone();
            if round > 0 {
                delivery.webhook.id = format!("{}-{round}", delivery.webhook.id);
            }
            Some(delivery)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_anew_at_the_end_with_new_ids() {
        let feed = Feed::shipped().unwrap();
        let length = u64::try_from(feed.0.len()).unwrap();
        let last_and_first: Vec<_> = feed.from(length - 1, 2).collect();
        let first = feed.from(0, 1).next().unwrap();
        assert_eq!(last_and_first.len(), 2);
        assert_eq!(
            last_and_first[1].webhook.id,
            format!("{}-1", first.webhook.id)
        );
        assert_eq!(last_and_first[1].webhook.payload, first.webhook.payload);
    }
}
