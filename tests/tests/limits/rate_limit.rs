//! Rate limiters beside their definitions.

use std::time::Duration;

use durable_jobs::{RateLimitClient, Timestamp, prelude::*};
use durable_jobs_testing::{TestHost, block_on};

use crate::naive::{Grants, Kind, Limit};

const STEPS: u32 = 8_000;

macro_rules! limiters {
    ($($name:ident: $kind:ident, $permits:literal, $burst:literal, $window_ms:literal;
       #[rate_limit($($arguments:tt)*)])*) => {$(
        #[rate_limit($($arguments)*)]
        #[derive(Debug)]
        struct $name;

        impl Limited for $name {
            const LIMIT: Limit = Limit {
                kind: Kind::$kind,
                permits: $permits,
                burst: $burst,
                window: $window_ms,
            };
        }
    )*};
}

/// A limiter with what its attribute says.
trait Limited: durable_jobs::__private::DeclaredRateLimit {
    const LIMIT: Limit;
}

limiters! {
    Bucket: Bucket, 7, 7, 1_000; #[rate_limit(permits = 7, window = "1s")]
    Saving: Bucket, 3, 20, 500; #[rate_limit(permits = 3, window = "500ms", burst = 20)]
    Sliding: Sliding, 9, 9, 1_000;
    #[rate_limit(permits = 9, window = "1s", algorithm = "sliding_window")]
    Coarse: Sliding, 100, 100, 1_000;
    #[rate_limit(permits = 100, window = "1s", algorithm = "sliding_window")]
    Fixed: Fixed, 7, 7, 1_000;
    #[rate_limit(permits = 7, window = "1s", algorithm = "fixed_window")]
}

/// A limiter whose world goes on at random.
struct Life<J> {
    host: TestHost,
    client: RateLimitClient<J>,
    rng: fastrand::Rng,
    limit: Limit,
}

impl<J: Limited> Life<J> {
    async fn begin(seed: u64) -> Self {
        let host = TestHost::new(())
            .job::<J>()
            .seed(seed)
            .start()
            .await
            .unwrap();
        Self {
            client: RateLimitClient::new(&host),
            host,
            rng: fastrand::Rng::with_seed(seed),
            limit: J::LIMIT,
        }
    }

    fn now(&self) -> i64 {
        self.host.now().as_millis()
    }

    fn set_clock(&self, millis: i64) {
        self.host.set_clock(Timestamp::from_millis(millis));
    }

    /// Mostly some milliseconds, sometimes more than a window.
    fn pause(&mut self) -> i64 {
        match self.rng.u32(..20) {
            0 => self.rng.i64(0..3 * self.limit.window),
            1..10 => 0,
            _ => self.rng.i64(0..self.limit.window / 4),
        }
    }

    fn asked(&mut self) -> u32 {
        match self.rng.u32(..10) {
            0 => self.rng.u32(1..=self.limit.burst as u32),
            _ => self.rng.u32(1..=(self.limit.burst as u32).div_ceil(4)),
        }
    }

    async fn restart_sometimes(&mut self) {
        if self.rng.u32(..500) == 0 {
            self.host.restart().await.unwrap();
        }
    }

    /// Every answer is what the definition says.
    async fn agrees_with_its_definition(mut self) {
        let (limit, mut grants) = (self.limit, Grants::default());
        for step in 0..STEPS {
            let pause = self.pause();
            self.set_clock(self.now() + pause);
            self.restart_sometimes().await;
            let (now, asked) = (self.now(), self.asked());
            let there = limit.available(&grants, now);
            if there == limit.burst {
                grants.forget();
            }
            let answer = self.client.acquire("a", asked).await.unwrap();
            assert_eq!(
                answer.allowed,
                i64::from(asked) <= there,
                "step {step}: {asked} of {there}"
            );
            if answer.allowed {
                grants.add(now, i64::from(asked));
            }
            assert_eq!(
                i64::from(answer.remaining),
                limit.available(&grants, now),
                "step {step}"
            );
            if let Some(after) = answer.retry_after {
                let at = now + after.as_millis() as i64;
                assert!(
                    limit.available(&grants, at) >= i64::from(asked),
                    "step {step}"
                );
                assert!(
                    limit.available(&grants, at - 1) < i64::from(asked),
                    "step {step}"
                );
            }
            let full_at = answer.reset_at.as_millis();
            assert_eq!(
                limit.available(&grants, full_at),
                limit.burst,
                "step {step}"
            );
            let before = limit.available(&grants, full_at - 1);
            assert!(full_at == now || before < limit.burst, "step {step}");
        }
    }

    /// However often the clock steps back: no more is let through in real time, and who waits as long as it was told
    /// is let through.
    async fn bears_a_clock_that_steps_back(mut self) {
        let (limit, mut grants, mut real) = (self.limit, Grants::default(), 0);
        for step in 0..STEPS {
            let pause = self.pause();
            real += pause;
            self.set_clock(self.now() + pause);
            if self.rng.u32(..20) == 0 {
                let longest = if self.rng.bool() {
                    3_600_000
                } else {
                    limit.window
                };
                let back = self.rng.i64(0..longest);
                self.set_clock(self.now() - back);
            }
            self.restart_sometimes().await;
            let asked = self.asked();
            let mut answer = self.client.acquire("a", asked).await.unwrap();
            if let Some(after) = answer.retry_after.filter(|_| self.rng.u32(..10) == 0) {
                let after = after.as_millis() as i64;
                assert!(after <= limit.longest_wait(), "step {step}: {after}");
                real += after;
                self.set_clock(self.now() + after);
                answer = self.client.acquire("a", asked).await.unwrap();
                assert!(answer.allowed, "step {step}");
            }
            if answer.allowed {
                grants.add(real, i64::from(asked));
                for time in [1, limit.window / 3, limit.window, 3 * limit.window] {
                    let granted = grants.in_time(real + 1 - time..real + 1);
                    assert!(
                        granted <= limit.most_in(time - 1),
                        "step {step}: {granted} in {time}"
                    );
                }
            }
        }
    }
}

macro_rules! lives {
    ($($test:ident: $job:ident;)*) => {$(
        mod $test {
            use super::*;

            #[test]
            fn agrees_with_its_definition() {
                block_on(async { Life::<$job>::begin(1).await.agrees_with_its_definition().await });
            }

            #[test]
            fn bears_a_clock_that_steps_back() {
                block_on(async { Life::<$job>::begin(2).await.bears_a_clock_that_steps_back().await });
            }
        }
    )*};
}

lives! {
    a_bucket: Bucket;
    a_bucket_that_saves: Saving;
    a_sliding_window: Sliding;
    a_large_sliding_window: Coarse;
    a_fixed_window: Fixed;
}

/// A second is no multiple of a seventh of one: no error adds up over a day of steady use.
#[test]
fn a_day_of_steady_use_gets_exactly_what_drips_in() {
    block_on(async {
        let life = Life::<Bucket>::begin(3).await;
        life.client.acquire("a", 7).await.unwrap();
        let (begun, mut granted) = (life.now(), 0_i64);
        while granted < 20_000 {
            let answer = life.client.acquire("a", 1).await.unwrap();
            granted += i64::from(answer.allowed);
            let wait = answer.retry_after.unwrap_or(Duration::ZERO);
            life.set_clock(life.now() + wait.as_millis() as i64);
        }
        let due = (granted * 1_000 + 6) / 7;
        assert_eq!(life.now() - begun, due);
    });
}
