//! How many events of a task may wait while a handler is out.

use durable_jobs_runtime::{ClientError, task::TaskClient};
use durable_jobs_testing::{
    TestHost, block_on,
    conformance::{
        Program, World, begin,
        fixtures::ledger::{Command, Ledger, Retried},
    },
};

const MOST: u64 = 10_000;

#[test]
fn ten_thousand_events_may_wait_and_one_more_is_refused() {
    block_on(async {
        let world = World::default();
        let builder = Program::First.enlist(TestHost::new(world.services()));
        let host = builder.start().await.unwrap();
        let ledgers = TaskClient::<Ledger<Retried>>::new(&host);
        let slow = begin(ledgers.send("a", Command::Wait("slow".into()))).await;
        host.advance("0s").await;
        let mut waiting = Vec::new();
        for _ in 0..MOST {
            waiting.push(begin(ledgers.send("a", Command::Cancel)).await);
        }
        let refused = ledgers.send("a", Command::Cancel).await.unwrap_err();
        let is_full = matches!(refused, ClientError::Overflow { limit: MOST, .. });
        assert!(is_full, "{refused}");
        world.release("a");
        slow.answer().await.unwrap();
        for sent in waiting {
            sent.answer().await.unwrap();
        }
        assert_eq!(ledgers.status("a").await.unwrap().event_count, MOST + 1);
    });
}
