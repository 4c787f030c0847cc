//! The event ids that an instance remembers.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use crate::{Timestamp, storage::Write};

/// Expired ids are deleted this many at a time, so that not every event pays for a deletion.
const FORGET_AT: usize = 32;

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
