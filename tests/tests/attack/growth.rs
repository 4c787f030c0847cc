//! What callers make grow has an end, and says so.

use std::time::Duration;

use durable_jobs::{ClientError, prelude::*};
use durable_jobs_embedded::clock::ManualClock;
use durable_jobs_runtime::{storage::Collection, task::TaskClient};
use durable_jobs_testing::{
    TestHost, block_on as block_on_test_host,
    conformance::{
        Program, World, begin,
        fixtures::clerk::{Clerk, Line, Order},
    },
};

use crate::everything::{BEGINNING, block_on};

/// As many event ids as an instance remembers.
const MOST: usize = 100_000;

/// Counts, and has room for more events than for event ids.
#[debounce(flush_after = "1d", max_buffered = 1_000_000, dedup_window = "1h")]
#[derive(Default, Serialize, Deserialize)]
struct Counted {
    count: u64,
}

impl Debounce for Counted {
    type Event = ();
    type Env = ();

    fn on_event(&mut self, (): (), _ctx: &EventContext) -> JobResult {
        self.count += 1;
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

#[test]
fn event_ids_are_remembered_up_to_a_limit_that_says_when_it_ends() {
    block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::new(BEGINNING);
        let host = Host::open(folder.path().join("jobs.db"))
            .clock(clock.clone())
            .job::<Counted>()
            .start()
            .await
            .unwrap();
        let counted = CountedClient::new(&host);
        let events = (0..MOST).map(|number| (number.to_string(), ()));
        counted.add_many_once("a", events).await.unwrap();
        clock.advance(Duration::from_mins(10));
        let full = counted.add_once("a", "one more", ()).await.unwrap_err();
        let ClientError::TooManyEventIds {
            limit, retry_after, ..
        } = full
        else {
            panic!("{full}");
        };
        assert_eq!((limit, retry_after), (MOST as u64, Duration::from_mins(50)));
        assert!(
            counted.add_once("a", "7", ()).await.unwrap().duplicate,
            "a repetition needs no room"
        );
        counted.add("a", ()).await.unwrap();
        clock.advance(retry_after);
        counted.add_once("a", "one more", ()).await.unwrap();
        assert_eq!(
            counted.status("a").await.unwrap().event_count,
            MOST as u64 + 2
        );
    });
}

/// As many as wait for a semaphore.
const MOST_WAITING: u64 = 10_000;

#[semaphore(permits = 1, lease = "1h")]
struct Door;

#[test]
fn ten_thousand_may_wait_for_a_semaphore_and_one_more_is_refused() {
    block_on_test_host(async {
        let host = TestHost::new(()).job::<Door>().start().await.unwrap();
        let doors = DoorClient::new(&host);
        doors.try_acquire("a", 1).await.unwrap().permit.unwrap();
        let minute = Duration::from_mins(1);
        let mut waiting = Vec::new();
        for _ in 0..MOST_WAITING {
            let doors = doors.clone();
            waiting.push(begin(async move { doors.acquire("a", 1, minute).await }).await);
        }
        let refused = doors.acquire("a", 1, minute).await.unwrap_err();
        let is_full = matches!(
            refused,
            ClientError::Overflow {
                limit: MOST_WAITING,
                ..
            }
        );
        assert!(is_full, "{refused}");
        assert_eq!(doors.status("a").await.unwrap().waiting, MOST_WAITING);
        host.advance("1m").await;
        for waits in waiting {
            assert_eq!(waits.answer().await.unwrap().permit, None);
        }
    });
}

#[test]
fn the_last_hundred_messages_that_cannot_arrive_are_kept() {
    block_on_test_host(async {
        let world = World::default();
        let builder = Program::First.enlist(TestHost::new(world.services()));
        let host = builder.start().await.unwrap();
        let clerks = TaskClient::<Clerk>::new(&host);
        let refused = vec![Line::Fail("l".to_owned()); 150];
        clerks.send("c", Order::Write(refused)).await.unwrap();
        host.advance("1m").await;
        let items = host.rows("task:Clerk:c").unwrap().items;
        let kept = items
            .iter()
            .filter(|item| item.collection == Collection::Undeliverable);
        assert_eq!(kept.count(), 100);
    });
}
