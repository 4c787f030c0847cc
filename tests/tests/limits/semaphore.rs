//! A long random life of a semaphore: its users come, wait, renew, release, crash and come back.

mod checks;

use std::time::Duration;

use durable_jobs::{
    ClientError, RequestId, SemaphoreClient, SemaphoreStatus, Timestamp, prelude::*,
};
use durable_jobs_testing::{TestHost, block_on, conformance::begin};

use crate::steps::{Answer, Calling, Claim, Holds, Kept, Known, Waiting};

const PERMITS: u32 = 5;
const LEASE: Duration = Duration::from_secs(10);
const KEPT_FOR: Duration = Duration::from_secs(10);

#[semaphore(permits = 5, lease = "10s")]
struct Desk;

struct Life {
    host: TestHost,
    desk: SemaphoreClient<Desk>,
    rng: fastrand::Rng,
    known: Vec<Known>,
    waiting: Vec<Waiting>,
    lost: Vec<Claim>,
    /// Answered in this step.
    answered: Vec<(Claim, Answer, Kept)>,
    /// When this step began.
    before: Timestamp,
    era: u32,
    next_place: u64,
    next_request: u64,
    last_fence: u64,
    granted: u64,
}

impl Life {
    async fn begin(seed: u64) -> Self {
        let host = TestHost::new(())
            .job::<Desk>()
            .seed(seed)
            .start()
            .await
            .unwrap();
        Self {
            desk: SemaphoreClient::new(&host),
            host,
            rng: fastrand::Rng::with_seed(seed),
            known: Vec::new(),
            waiting: Vec::new(),
            lost: Vec::new(),
            answered: Vec::new(),
            before: Timestamp::default(),
            era: 0,
            next_place: 1,
            next_request: 1,
            last_fence: 0,
            granted: 0,
        }
    }

    async fn step(&mut self) {
        self.before = self.host.now();
        match self.rng.u32(..1000) {
            0..300 => self.acquire().await,
            300..600 => self.release().await,
            600..720 => self.renew().await,
            720..900 => self.pass_time().await,
            900..940 => self.give_up(),
            940..980 => self.come_back().await,
            980..985 => self.restart().await,
            985..990 => self.host.crash_before_commit(self.rng.u32(1..4)),
            990..995 => self.host.crash_after_commit(self.rng.u32(1..4)),
            995..998 => self.step_the_clock_back().await,
            _ => self.host.wake_now("semaphore:Desk:a").await,
        }
        self.look_at_answers().await;
        self.check().await;
    }

    async fn acquire(&mut self) {
        let wait_ms = if self.rng.bool() {
            0
        } else {
            self.rng.u64(1..20_000)
        };
        let until = self.host.now() + Duration::from_millis(wait_ms);
        let request = self.rng.bool().then(|| {
            self.next_request += 1;
            RequestId::new(self.next_request)
        });
        self.next_place += 1;
        let claim = Claim {
            permits: if self.rng.u32(..8) == 0 {
                PERMITS
            } else {
                self.rng.u32(1..3)
            },
            wait_ms,
            until: (until, until),
            request,
            place: (self.next_place, self.next_place),
            kept_until: until,
            era: self.era,
            repeated: false,
        };
        self.call(claim).await;
    }

    async fn call(&mut self, claim: Claim) {
        let desk = match claim.request {
            Some(request) => self.desk.clone().with_request(request),
            None => self.desk.clone(),
        };
        let wait = Duration::from_millis(claim.wait_ms);
        let calling: Calling =
            Box::pin(async move { desk.acquire("a", claim.permits, wait).await });
        let mut call = begin(calling).await;
        match call.answered().await {
            true => {
                let answer = call.answer().await;
                self.answered.push((claim, answer, Kept::Perhaps));
            }
            false => self.waiting.push(Waiting { claim, call }),
        }
    }

    /// Looks which calls have been answered meanwhile. They are served in the order of their places.
    async fn look_at_answers(&mut self) {
        let (mut still, mut answered) = (Vec::new(), std::mem::take(&mut self.answered));
        for mut waiting in std::mem::take(&mut self.waiting) {
            match waiting.call.answered().await {
                true => {
                    let answer = waiting.call.answer().await;
                    answered.push((waiting.claim, answer, Kept::Surely));
                }
                false => still.push(waiting),
            }
        }
        let first = still.iter().map(|waiting| waiting.claim.place.1).min();
        self.waiting = still;
        for (claim, answer, kept) in answered {
            let is_granted = matches!(&answer, Ok(acquired) if acquired.permit.is_some());
            let is_old = claim.repeated && kept == Kept::Perhaps;
            let overtakes = !is_old && first.is_some_and(|first| claim.place.0 > first);
            assert!(!(is_granted && overtakes), "{claim:?} overtook {first:?}");
            self.take(claim, answer, kept).await;
        }
    }

    async fn take(&mut self, claim: Claim, answer: Answer, kept: Kept) {
        match answer {
            Ok(acquired) => match acquired.permit {
                Some(permit) => {
                    assert_eq!(permit.permits, claim.permits);
                    self.granted += 1;
                    // A clock that has stepped back meanwhile has shortened the lease.
                    let holds = match claim.era == self.era {
                        true => Holds::Until(permit.expires_at),
                        false => Holds::Unknown,
                    };
                    if !self
                        .known
                        .iter()
                        .any(|known| known.permit.fence == permit.fence)
                    {
                        self.known.push(Known { permit, holds });
                    }
                }
                None => {
                    let is_over = claim.until.0 <= self.host.now() || claim.era != self.era;
                    assert!(is_over, "{claim:?} at {}", self.host.now());
                }
            },
            Err(ClientError::OutcomeUnknown { .. } | ClientError::ShuttingDown { .. }) => {
                self.lose(claim, kept);
                self.restart().await;
            }
            Err(error) => panic!("{claim:?}: {error}"),
        }
    }

    /// The answer of a call was lost; its place is kept if it was stored.
    fn lose(&mut self, mut claim: Claim, kept: Kept) {
        if claim.request.is_some() {
            if kept == Kept::Perhaps {
                claim.place.1 = u64::MAX;
            }
            claim.kept_until = claim.until.1.min(self.host.now() + KEPT_FOR);
            self.lost.push(claim);
        }
    }

    fn give_up(&mut self) {
        if !self.waiting.is_empty() {
            let waiting = self
                .waiting
                .swap_remove(self.rng.usize(..self.waiting.len()));
            self.lose(waiting.claim, Kept::Surely);
        }
    }

    async fn come_back(&mut self) {
        if self.lost.is_empty() {
            return;
        }
        let mut claim = self.lost.swap_remove(self.rng.usize(..self.lost.len()));
        let now = self.host.now();
        claim.repeated = true;
        if claim.kept_until <= now || claim.place.1 == u64::MAX {
            // It begins anew, unless it was answered before, or its place was kept longer because of a crash.
            self.next_place += 1;
            claim.place.1 = self.next_place;
            claim.until.1 = now + Duration::from_millis(claim.wait_ms);
        }
        self.call(claim).await;
    }

    /// Mostly one that is held.
    fn some_permit(&mut self) -> Option<usize> {
        let any = self.rng.u32(..3) == 0;
        let from = self.known.len().saturating_sub(12);
        let known = self.known.iter().enumerate().skip(from);
        let wanted = known.filter(|(_, known)| any || matches!(known.holds, Holds::Until(_)));
        let wanted: Vec<usize> = wanted.map(|(index, _)| index).collect();
        let chosen = self.rng.usize(..wanted.len().max(1));
        wanted.get(chosen).copied()
    }

    async fn release(&mut self) {
        let Some(index) = self.some_permit() else {
            return;
        };
        let permit = self.known[index].permit.clone();
        let released = self.desk.release("a", &permit).await;
        self.known[index].holds = match released {
            Ok(released) => {
                self.expect(index, released.released);
                Holds::No
            }
            Err(_) => Holds::Unknown,
        };
    }

    async fn renew(&mut self) {
        let Some(index) = self.some_permit() else {
            return;
        };
        let permit = self.known[index].permit.clone();
        let renewed = self.desk.renew("a", &permit).await;
        self.known[index].holds = match renewed {
            Ok(renewed) => {
                self.expect(index, renewed.renewed);
                assert_eq!(renewed.expires_at.is_some(), renewed.renewed);
                renewed.expires_at.map_or(Holds::No, Holds::Until)
            }
            Err(_) => Holds::Unknown,
        };
    }

    /// A call about a permit finds it held if and only if it is.
    fn expect(&self, index: usize, held: bool) {
        let Known { permit, holds } = &self.known[index];
        match holds {
            Holds::Until(at) => assert_eq!(held, *at > self.host.now(), "{permit:?} {holds:?}"),
            Holds::No => assert!(!held, "{permit:?}"),
            Holds::Unknown => {}
        }
    }

    async fn pass_time(&mut self) {
        let longest = if self.rng.u32(..20) == 0 {
            15_000
        } else {
            1_500
        };
        self.host
            .advance(Duration::from_millis(self.rng.u64(..longest)))
            .await;
    }

    /// What the host says. If it is gone, it is started again.
    async fn status(&mut self) -> SemaphoreStatus {
        if let Ok(status) = self.desk.status("a").await {
            return status;
        }
        self.restart().await;
        self.desk.status("a").await.unwrap()
    }

    async fn restart(&mut self) {
        let now = self.host.now();
        for waiting in std::mem::take(&mut self.waiting) {
            self.lose(waiting.claim, Kept::Surely);
        }
        self.host.restart().await.unwrap();
        let before = self.before.min(now);
        for claim in self
            .lost
            .iter_mut()
            .filter(|claim| claim.kept_until >= before)
        {
            claim.kept_until = claim.until.1.min(now + KEPT_FOR);
        }
    }

    /// Nothing lasts longer than if it had begun now.
    async fn step_the_clock_back(&mut self) {
        let back = Duration::from_millis(self.rng.u64(..60_000));
        let now = Timestamp::from_millis(self.host.now().as_millis() - back.as_millis() as i64);
        self.host.set_clock(now);
        self.era += 1;
        self.host.wake_now("semaphore:Desk:a").await;
        for known in &mut self.known {
            if let Holds::Until(at) = &known.holds {
                known.holds = match *at > self.before {
                    true => Holds::Until((*at).min(now + LEASE)),
                    // Whether its row is still there is nobody's business.
                    false => Holds::Unknown,
                };
            }
        }
        let claims = self.waiting.iter_mut().map(|waiting| &mut waiting.claim);
        for claim in claims.chain(&mut self.lost) {
            let latest = now + Duration::from_millis(claim.wait_ms);
            claim.until = (claim.until.0.min(latest), claim.until.1.min(latest));
            claim.kept_until = claim.kept_until.min(now + KEPT_FOR).min(claim.until.1);
        }
    }
}

#[test]
fn a_hundred_thousand_steps() {
    for seed in 1..=4 {
        block_on(async {
            let mut life = Life::begin(seed).await;
            for _ in 0..25_000 {
                life.step().await;
            }
            life.end().await;
        });
    }
}
