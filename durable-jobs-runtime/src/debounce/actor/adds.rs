//! How events come into the batch in memory.

use std::sync::Arc;

use super::{DebounceActor, Out};
use crate::{
    ClientError,
    core::{
        Effects, Moment, Waiter,
        debounce::{Adding, Arrival, Room},
    },
    debounce::{
        Debounce, NewEvent,
        adding::{Draft, Drafter, Folded, Incoming, read},
        batch::{FoldError, drop_oldest},
    },
    storage::EventRow,
    telemetry::Happening,
};

impl<J: Debounce> DebounceActor<J> {
    pub(super) fn add(&mut self, moment: Moment, events: Vec<NewEvent>, waiter: Waiter) -> Out {
        match self.draft(moment, events) {
            Ok((draft, adding)) => self.store(moment, draft, adding, waiter),
            Err(error) => {
                let full = match &error {
                    ClientError::Overflow { limit, .. } => Some(*limit),
                    _ => None,
                };
                let mut out = Effects::refusal(waiter, error);
                out.tell_all(full.map(|limit| Happening::Overflow { limit, dropped: 0 }));
                out
            }
        }
    }

    /// Folds the events of one call, all or none. Whether there is room is known before anything is folded, so that
    /// a refusal costs no new fold.
    fn draft(
        &mut self,
        moment: Moment,
        events: Vec<NewEvent>,
    ) -> Result<(Draft<J>, Adding), ClientError> {
        let read = |event| read::<J>(event, moment.now);
        let events: Result<Vec<_>, _> = events.into_iter().map(read).collect();
        let events = events.map_err(|error| self.refusal(error))?;
        let ids: Vec<_> = events.iter().map(Incoming::event_id).collect();
        let mut adding = self.machine.admit(&ids, moment.now)?;
        let draft = self.fold(events, &mut adding);
        let draft = draft.map_err(|error| self.refusal(error))?;
        Ok((draft, adding))
    }

    fn fold(
        &mut self,
        events: Vec<Incoming<J::Event>>,
        adding: &mut Adding,
    ) -> Result<Draft<J>, FoldError> {
        let (base, watch) = (self.machine.base(), &mut self.watch);
        Drafter::begin(&mut self.open, base, adding.room, watch)?.fold(events, adding)
    }

    /// Stores what has been folded.
    fn store(
        &mut self,
        moment: Moment,
        draft: Draft<J>,
        mut adding: Adding,
        waiter: Waiter,
    ) -> Out {
        let mut out = Effects::none();
        for error in draft.skipped {
            out.tell(Happening::Skipped { error });
        }
        for (place, folded) in draft.replaced {
            self.replace(place, folded, &mut adding, &mut out);
        }
        self.make_room(moment, &mut adding, &mut out);
        for folded in draft.appended {
            self.append(moment, folded, &mut adding, &mut out);
        }
        self.open.fold = Some(draft.fold);
        self.machine.added(moment, adding, waiter, &mut out);
        out
    }

    fn make_room(&mut self, moment: Moment, adding: &mut Adding, out: &mut Out) {
        match adding.room {
            Room::Enough => {}
            Room::WithoutOldest(count) => {
                let gone = drop_oldest(&mut self.open.events, count);
                self.machine.drop_oldest(&gone, adding, out);
            }
            Room::NextBatch => {
                self.machine.claim_full(moment, adding, out);
                self.arrange();
            }
        }
    }

    fn replace(&mut self, place: usize, folded: Folded, adding: &mut Adding, out: &mut Out) {
        let events = Arc::make_mut(&mut self.open.events);
        let Some(kept) = events.get_mut(place) else {
            return;
        };
        let before = std::mem::replace(kept, folded.kept);
        let row = EventRow {
            sequence: kept.sequence,
            generation: self.open_generation,
            arrived_at: kept.context.arrived_at,
            event_id: kept.context.event_id.clone(),
            event: Arc::clone(&kept.event),
        };
        self.machine
            .replace(row, before.event.len(), folded.flushes, adding, out);
    }

    fn append(&mut self, moment: Moment, folded: Folded, adding: &mut Adding, out: &mut Out) {
        let Folded { mut kept, flushes } = folded;
        let arrival = Arrival {
            event: Arc::clone(&kept.event),
            event_id: kept.context.event_id.clone(),
            flushes,
        };
        kept.sequence = self.machine.append(moment, arrival, adding, out);
        self.open.keep(kept);
    }
}
