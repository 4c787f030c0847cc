//! The event ids that an instance remembers.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use crate::{Address, ClientError, Timestamp, storage::Write};

/// Expired ids are deleted this many at a time, so that not every event pays for a deletion.
const FORGET_AT: usize = 32;

/// The longest id, in bytes of UTF-8: as long as that of an instance.
const LONGEST: usize = 512;

/// The most that one instance remembers, about 10 MB of them. Forgetting one early would let its repetition through.
const MOST: usize = 100_000;

/// The ids seen within the window, oldest first.
#[derive(Debug, Default)]
pub(crate) struct EventIds {
    known: BTreeSet<Arc<str>>,
    by_age: VecDeque<(Timestamp, Arc<str>)>,
    /// Ids that are forgotten here and still stored.
    expired: usize,
}

impl EventIds {
    pub(crate) fn restore(stored: Vec<(Arc<str>, Timestamp)>) -> Self {
        let mut ids = Self::default();
        for (id, expires_at) in stored {
            ids.known.insert(Arc::clone(&id));
            ids.by_age.push_back((expires_at, id));
        }
        ids
    }

    pub(crate) fn knows(&mut self, id: &str, now: Timestamp) -> bool {
        while self
            .by_age
            .front()
            .is_some_and(|(expires_at, _)| *expires_at <= now)
        {
            let expired = self.by_age.pop_front();
            self.expired += usize::from(expired.is_some_and(|(_, id)| self.known.remove(&id)));
        }
        self.known.contains(id)
    }

    /// Whether all of these, which it does not know, can be remembered.
    pub(crate) fn admit<'a>(
        &self,
        new: impl Iterator<Item = &'a Arc<str>>,
        address: &Address,
        now: Timestamp,
    ) -> Result<(), ClientError> {
        let mut count = 0;
        for event_id in new {
            if event_id.len() > LONGEST {
                return Err(too_long(event_id, address));
            }
            count += 1;
        }
        match count == 0 || self.known.len() + count <= MOST {
            true => Ok(()),
            false => Err(self.too_many(address, now)),
        }
    }

    fn too_many(&self, address: &Address, now: Timestamp) -> ClientError {
        let oldest = self.by_age.front();
        ClientError::TooManyEventIds {
            job: address.job.to_owned(),
            id: address.id.as_str().to_owned(),
            limit: MOST as u64,
            retry_after: oldest.map_or(Duration::ZERO, |(expires_at, _)| expires_at.since(now)),
        }
    }

    /// Remembers an id and hands out the writes that keep the store in step.
    pub(crate) fn remember(
        &mut self,
        id: &Arc<str>,
        expires_at: Timestamp,
        now: Timestamp,
        mut write: impl FnMut(Write),
    ) {
        self.known.insert(Arc::clone(id));
        self.by_age.push_back((expires_at, Arc::clone(id)));
        write(Write::RememberEventId {
            event_id: Arc::clone(id),
            expires_at,
        });
        if self.expired >= FORGET_AT {
            self.expired = 0;
            write(Write::ForgetEventIds { now });
        }
    }
}

fn too_long(event_id: &str, address: &Address) -> ClientError {
    ClientError::Validation {
        job: address.job.to_owned(),
        id: address.id.as_str().to_owned(),
        field: Some("event_id".to_owned()),
        reason: format!(
            "an event id may have {LONGEST} bytes, this one has {}: use a shorter key, or a hash of it",
            event_id.len()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InstanceId, JobKind};

    const KEPT_FOR: Duration = Duration::from_secs(60);

    fn id(number: usize) -> Arc<str> {
        number.to_string().into()
    }

    /// Remembers ids, one each second; says after how many it has the expired ones deleted.
    fn deletions(ids: &mut EventIds, numbers: std::ops::Range<usize>) -> Vec<usize> {
        let mut deletions = Vec::new();
        for number in numbers {
            let now = Timestamp::default() + Duration::from_secs(number as u64);
            assert!(!ids.knows(&id(number), now));
            ids.remember(&id(number), now + KEPT_FOR, now, |write| {
                if matches!(write, Write::ForgetEventIds { .. }) {
                    deletions.push(number);
                }
            });
        }
        deletions
    }

    #[test]
    fn expired_ids_are_deleted_many_at_a_time() {
        let mut ids = EventIds::default();
        assert_eq!(deletions(&mut ids, 0..200), [91, 123, 155, 187]);
        assert_eq!((ids.known.len(), ids.by_age.len()), (60, 60));
    }

    #[test]
    fn so_many_are_remembered() {
        let address = Address {
            kind: JobKind::Task,
            job: "Order",
            id: InstanceId::new("o-1").expect("a valid id"),
        };
        let mut ids = EventIds::default();
        let now = Timestamp::default();
        let admits = |ids: &EventIds, count| {
            let new: Vec<_> = (MOST..MOST + count).map(id).collect();
            ids.admit(new.iter(), &address, now)
        };
        for number in 0..MOST - 2 {
            ids.remember(&id(number), now + KEPT_FOR, now, drop);
        }
        assert!(admits(&ids, 2).is_ok(), "n");
        let error = admits(&ids, 3).expect_err("n + 1");
        assert!(
            matches!(
                error,
                ClientError::TooManyEventIds {
                    retry_after: KEPT_FOR,
                    ..
                }
            ),
            "{error}"
        );
        for number in MOST - 2..MOST {
            ids.remember(&id(number), now + KEPT_FOR, now, drop);
        }
        assert!(
            admits(&ids, 0).is_ok(),
            "an event without an id needs no room"
        );
        assert!(admits(&ids, 1).is_err());
    }
}
