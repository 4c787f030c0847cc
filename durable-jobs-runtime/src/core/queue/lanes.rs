//! The lanes of a queue: which message may begin next.

use std::collections::BTreeSet;

use super::message::{Message, Place};
use crate::queue::{Order, QueueSpec};

/// The partitions of one instance. Each has its share of the concurrency, and its order.
#[derive(Debug)]
pub(super) struct Lanes {
    lanes: Vec<Lane>,
    order: Order,
    limit: u32,
    /// Whose turn it is.
    turn: usize,
    ready: usize,
}

#[derive(Debug, Default)]
struct Lane {
    /// What may be processed now, in order.
    ready: BTreeSet<Place>,
    /// How many are being processed.
    out: u32,
    /// In a lane with order, the message that has been begun and is not done: the others wait for it.
    head: Option<Place>,
}

impl Lanes {
    pub(super) fn new(spec: &QueueSpec) -> Self {
        let lanes = (0..spec.partitions.max(1)).map(|_| Lane::default());
        Self {
            lanes: lanes.collect(),
            order: spec.order,
            limit: spec.lane_limit(),
            turn: 0,
            ready: 0,
        }
    }

    /// The lane of a key, by rendezvous: when a lane is added, messages move to it only.
    pub(super) fn lane_of(&self, key: u64) -> u32 {
        let lanes = 0..u32::try_from(self.lanes.len()).unwrap_or(u32::MAX);
        lanes
            .max_by_key(|lane| mixed(key ^ mixed(u64::from(*lane) + 1)))
            .unwrap_or(0)
    }

    /// How many messages may be processed now as far as their time goes.
    pub(super) fn ready(&self) -> usize {
        self.ready
    }

    /// Lets a message be processed when its turn comes.
    pub(super) fn offer(&mut self, message: &Message) {
        let place = message.place();
        if let Some(lane) = self.lanes.get_mut(message.lane as usize) {
            self.ready += usize::from(lane.ready.insert(place));
        }
    }

    /// Takes back a message that is not being processed.
    pub(super) fn withdraw(&mut self, message: &Message) {
        let place = message.place();
        if let Some(lane) = self.lanes.get_mut(message.lane as usize) {
            self.ready -= usize::from(lane.ready.remove(&place));
            if lane.head == Some(place) {
                lane.head = None;
            }
        }
    }

    /// Whether a message could begin now.
    pub(super) fn may_begin(&self) -> bool {
        self.ready > 0
            && self
                .lanes
                .iter()
                .any(|lane| lane.next(self.limit).is_some())
    }

    /// Takes the next message to begin, of one lane after the other.
    pub(super) fn begin_next(&mut self) -> Option<u64> {
        if self.ready == 0 {
            return None;
        }
        let count = self.lanes.len();
        for step in 0..count {
            let index = (self.turn + step) % count;
            if let Some(lane) = self.lanes.get_mut(index)
                && let Some(place) = lane.next(self.limit)
            {
                lane.ready.remove(&place);
                lane.out += 1;
                lane.head = (self.order == Order::Fifo).then_some(place);
                self.ready -= 1;
                self.turn = (index + 1) % count;
                return Some(place.2);
            }
        }
        None
    }

    /// Notes that an attempt has ended and another one will follow: in a lane with order the others still wait.
    pub(super) fn end_attempt(&mut self, message: &Message) {
        if let Some(lane) = self.lanes.get_mut(message.lane as usize) {
            lane.out = lane.out.saturating_sub(1);
        }
    }

    /// Notes that the message was begun before: in a lane with order the others wait for it.
    pub(super) fn keep_waiting_for(&mut self, message: &Message) {
        let lane = self.lanes.get_mut(message.lane as usize);
        if let (Some(lane), Order::Fifo) = (lane, self.order) {
            lane.head.get_or_insert_with(|| message.place());
        }
    }

    /// Notes that an attempt has ended, and the message with it.
    pub(super) fn end(&mut self, message: &Message) {
        if let Some(lane) = self.lanes.get_mut(message.lane as usize) {
            lane.out = lane.out.saturating_sub(1);
            lane.head = None;
        }
    }

    /// The first `most` messages of every lane that may be processed as far as their time goes.
    pub(super) fn first(&self, most: usize) -> Vec<Place> {
        let lanes = self.lanes.iter();
        let mut places: Vec<Place> = lanes
            .flat_map(|lane| lane.ready.iter().take(most).copied())
            .collect();
        places.sort_unstable();
        places.truncate(most);
        places
    }
}

impl Lane {
    fn next(&self, limit: u32) -> Option<Place> {
        if self.out >= limit {
            return None;
        }
        match self.head {
            Some(head) => Some(head).filter(|head| self.ready.contains(head)),
            None => self.ready.first().copied(),
        }
    }
}

/// A number for a text, the same in every program and on every host.
pub(super) fn hashed(text: &str) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    mixed(text.bytes().fold(OFFSET, fold))
}

/// The end of splitmix64: each bit of the input changes about half of the output.
pub(super) fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(partitions: u32) -> Lanes {
        Lanes::new(&QueueSpec::new("Deliveries").partitions(partitions))
    }

    #[test]
    fn a_key_has_the_same_lane_in_every_version() {
        let lanes = lanes(8);
        let of_names =
            ["a", "b", "user-1", "user-2", "", "\u{fc}"].map(|name| lanes.lane_of(hashed(name)));
        let of_numbers = [1, 2, 3, 4, 5, 6].map(|number| lanes.lane_of(mixed(number)));
        assert_eq!(of_names, [5, 4, 1, 7, 5, 1]);
        assert_eq!(of_numbers, [6, 2, 1, 5, 7, 3]);
        assert_eq!(hashed("user-1"), 0xc499_b5f8_a721_df58);
    }

    #[test]
    fn keys_are_spread_evenly() {
        let lanes = lanes(10);
        let mut counts = [0; 10];
        for number in 0..10_000 {
            let name = format!("user-{number}");
            counts[lanes.lane_of(hashed(&name)) as usize] += 1;
        }
        assert!(
            counts.iter().all(|count| (900..1100).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn another_lane_takes_from_all_and_moves_nothing_between_them() {
        let (few, more) = (lanes(4), lanes(5));
        let moved = |key: &u64| few.lane_of(*key) != more.lane_of(*key);
        let moved: Vec<u64> = (0..1000).map(mixed).filter(moved).collect();
        assert!((150..250).contains(&moved.len()), "{}", moved.len());
        assert!(moved.iter().all(|key| more.lane_of(*key) == 4));
    }

    #[test]
    fn lanes_take_turns() {
        let mut lanes = lanes(2);
        lanes.limit = 2;
        for (number, lane) in [(1, 0), (2, 0), (3, 1), (4, 1)] {
            lanes.offer(&Message::sample(number, lane));
        }
        let begun: Vec<_> = std::iter::from_fn(|| lanes.begin_next()).collect();
        assert_eq!(begun, [1, 3, 2, 4]);
    }
}
