//! What callers make grow has an end, and says so.

use std::time::Duration;

use durable_jobs::{ClientError, prelude::*};
use durable_jobs_testing::{TestHost, block_on};

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
        let host = TestHost::new(()).job::<Counted>().start().await.unwrap();
        let counted = CountedClient::new(&host);
        let events = (0..MOST).map(|number| (number.to_string(), ()));
        counted.add_many_once("a", events).await.unwrap();
        host.advance("10m").await;
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
        host.advance(retry_after).await;
        counted.add_once("a", "one more", ()).await.unwrap();
        assert_eq!(
            counted.status("a").await.unwrap().event_count,
            MOST as u64 + 2
        );
    });
}
