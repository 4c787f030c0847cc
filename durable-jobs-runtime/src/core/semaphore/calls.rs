//! What the calls of a semaphore do.

use std::time::Duration;

use super::{Living, Machine, Out, held::Held, line::Claim};
use crate::{
    ClientError, Timestamp,
    core::{
        Caller, Moment, Waiter,
        existence::{Existence, never_granted, terminated},
    },
    hex,
    semaphore::{Acquired, Permit, Released, Renewed, SemaphoreSpec, SemaphoreStatus},
    storage::Write,
    telemetry::Happening,
    time::whole_millis,
    wire::{Answer, Status},
};

/// The most callers that wait at a time.
const MOST_WAITING: usize = 10_000;

impl Machine {
    pub(super) fn acquire(
        &mut self,
        permits: u32,
        wait_ms: u64,
        caller: Caller,
        moment: Moment,
        out: &mut Out,
    ) {
        let (now, waiter) = (moment.now, caller.waiter);
        if let Some(error) = never_granted(&self.address, permits, self.spec.permits) {
            return out.refuse(waiter, error);
        }
        if self.is_known(caller, moment, out) {
            return;
        }
        let (job, id) = self.names();
        let created = self.living.is_none();
        if created {
            out.tell(Happening::Started);
        }
        let living = self.living.get_or_insert_with(|| Living::begin(moment));
        if living.line.is_empty() && permits <= living.free(self.spec, now) {
            let permit = Some(living.grant(permits, caller, self.spec, moment, out));
            out.reply(waiter, Answer::of(Acquired { created, permit }));
        } else if wait_ms == 0 {
            let permit = None;
            out.reply(waiter, Answer::of(Acquired { created, permit }));
        } else if living.line.len() >= MOST_WAITING {
            let limit = MOST_WAITING as u64;
            out.refuse(waiter, ClientError::Overflow { job, id, limit });
        } else {
            let claim = Claim {
                permits,
                until: now + Duration::from_millis(wait_ms),
                wait_ms,
                request: caller.request,
            };
            living.line.join(claim, waiter, out);
        }
    }

    /// Whether a call has a place or a permit already, which it is then given.
    fn is_known(&mut self, caller: Caller, moment: Moment, out: &mut Out) -> bool {
        let (Some(request), Some(living)) = (caller.request, &mut self.living) else {
            return false;
        };
        if let Some(permit) = living.held.of_request(request, moment.now) {
            let (created, permit) = (false, Some(permit));
            out.reply(caller.waiter, Answer::of(Acquired { created, permit }));
            return true;
        }
        let found = living.line.find_again(request, caller.waiter);
        if found {
            self.advance(moment, out);
        }
        found
    }

    pub(super) fn renew(
        &mut self,
        fence: u64,
        owner: &str,
        now: Timestamp,
        out: &mut Out,
    ) -> Renewed {
        let lease = self.spec.lease;
        let living = self.living.as_mut();
        let renewed = living.and_then(|living| {
            let mut held = living.held.find(fence, owner, now)?.clone();
            (held.expires_at, held.lease_ms) = (now + lease, whole_millis(lease));
            living.held.hold(fence, held, out);
            Some(now + lease)
        });
        Renewed {
            renewed: renewed.is_some(),
            expires_at: renewed,
        }
    }

    pub(super) fn release_permit(
        &mut self,
        fence: u64,
        owner: &str,
        moment: Moment,
        out: &mut Out,
    ) -> Released {
        let living = self.living.as_mut();
        let held = living.filter(|living| living.held.find(fence, owner, moment.now).is_some());
        let released = held.is_some();
        if let Some(living) = held {
            living.held.give_back(fence, out);
            living.serve(self.spec, moment, out);
        }
        Released { released }
    }

    /// Deletes everything, and refuses those who wait: they were to be served in this life.
    pub(super) fn terminate(&mut self, reason: String, waiter: Waiter, out: &mut Out) {
        let living = self.living.take();
        let terminated = terminated(living.is_some(), reason);
        if let Some(mut living) = living {
            let (reason, run_count) = (terminated.reason.clone(), 0);
            out.tell(Happening::Terminated { reason, run_count });
            out.write(Write::Erase);
            for waiting in living.line.part() {
                let (job, id) = self.names();
                let reason = format!(
                    "the instance was terminated meanwhile: {}",
                    terminated.reason
                );
                out.refuse(waiting, ClientError::Rejected { job, id, reason });
            }
        }
        out.reply(waiter, Answer::of(terminated));
    }

    pub(super) fn status(&self, now: Timestamp) -> SemaphoreStatus {
        let living = self.living.as_ref();
        SemaphoreStatus {
            status: living.map_or(Status::NotFound, |living| living.status(now)),
            created_at: living.map(|living| living.existence.created_at),
            permits: self.spec.permits,
            held: living.map_or(0, |living| living.held.count(now)),
            waiting: living.map_or(0, |living| living.line.waiting(now) as u64),
        }
    }
}

impl Living {
    /// The first fencing number of a life is above those of the lives before it, as time is.
    fn begin(moment: Moment) -> Self {
        Self {
            existence: Existence::begin(moment),
            fence: u64::try_from(moment.now.as_millis()).unwrap_or(0),
            held: Default::default(),
            line: Default::default(),
            shown: None,
        }
    }

    fn free(&self, spec: &SemaphoreSpec, now: Timestamp) -> u32 {
        spec.permits.saturating_sub(self.held.count(now))
    }

    /// Serves the first one for as long as there are permits for it.
    pub(super) fn serve(&mut self, spec: &SemaphoreSpec, moment: Moment, out: &mut Out) {
        while let Some((claim, caller)) = self.line.head() {
            let permits = claim.permits;
            if permits > self.free(spec, moment.now) {
                return;
            }
            self.line.pop_head(out);
            let permit = Some(self.grant(permits, caller, spec, moment, out));
            let created = false;
            out.reply(caller.waiter, Answer::of(Acquired { created, permit }));
        }
    }

    fn grant(
        &mut self,
        permits: u32,
        caller: Caller,
        spec: &SemaphoreSpec,
        moment: Moment,
        out: &mut Out,
    ) -> Permit {
        self.fence = self.fence.saturating_add(1);
        let held = Held {
            // One step may give to several.
            owner: hex::digits(moment.entropy.wrapping_add(self.fence)),
            permits,
            expires_at: moment.now + spec.lease,
            lease_ms: whole_millis(spec.lease),
            request: caller.request,
        };
        let permit = held.permit(self.fence);
        self.held.hold(self.fence, held, out);
        permit
    }
}
