//! Promise 6: one handler at a time, and none from the past.

use durable_jobs_testing::{
    block_on,
    conformance::{
        Act, begin,
        fixtures::{basket::Item, ledger::Command, ticker::Ticker},
    },
};

use super::Stage;

#[test]
fn promise_6_exclusive() {
    block_on(async {
        let stage = Stage::new().await;
        for id in ["ticker", "basket", "ledger"] {
            stage.world.script(id, [Act::Wait, Act::Wait]);
        }
        stage
            .tickers
            .start("ticker", Ticker::from(0))
            .await
            .unwrap();
        stage.baskets.add("basket", Item::Put(1)).await.unwrap();
        stage.ledgers.send("ledger", Command::In(5)).await.unwrap();
        stage.host.advance("5s").await;
        // Everything that could begin a second run while the first is out.
        let triggers = (
            begin(stage.tickers.trigger("ticker")).await,
            begin(stage.tickers.trigger("ticker")).await,
            begin(stage.baskets.flush("basket")).await,
            begin(stage.ledgers.trigger("ledger")).await,
            begin(
                stage
                    .ledgers
                    .send("ledger", Command::Note("queued".to_owned())),
            )
            .await,
        );
        stage
            .baskets
            .add_many("basket", (2..=9).map(Item::Put))
            .await
            .unwrap();
        for instance in stage.host.timers().into_keys() {
            stage.host.wake_now(&instance).await;
        }
        stage.host.advance("3h").await;
        for id in ["ticker", "basket", "ledger"] {
            assert_eq!(stage.world.runs(id).len(), 1, "{id}");
            stage.world.release(id);
            stage.world.release(id);
        }
        stage.host.advance("1m").await;
        assert_eq!(
            triggers.0.answer().await.unwrap(),
            triggers.1.answer().await.unwrap()
        );
        assert!(triggers.2.answer().await.unwrap().flushed);
        assert!(triggers.3.answer().await.unwrap().triggered);
        triggers.4.answer().await.unwrap();
        for id in ["ticker", "basket", "ledger"] {
            assert_eq!(stage.world.most_at_once(id), 1, "{id}");
            assert!(stage.world.runs(id).len() >= 2, "{id}");
        }
        assert_eq!(
            stage
                .ledgers
                .state("ledger")
                .await
                .unwrap()
                .unwrap()
                .state
                .notes,
            ["queued"]
        );
    });
    a_run_that_was_cut_off_commits_nothing();
}

fn a_run_that_was_cut_off_commits_nothing() {
    block_on(async {
        let stage = Stage::new().await;
        stage.world.script("a", [Act::Wait]);
        stage.tickers.start("a", Ticker::from(0)).await.unwrap();
        stage.host.advance("0s").await;
        stage.tickers.terminate("a", "x").await.unwrap();
        stage.world.script("a", [Act::Wait]);
        stage.tickers.start("a", Ticker::from(100)).await.unwrap();
        stage.world.release("a");
        assert_eq!(stage.tickers.state("a").await.unwrap().unwrap().count, 100);
        stage.host.advance("0s").await;
        assert_eq!(stage.tickers.state("a").await.unwrap().unwrap().count, 101);
        assert_eq!(stage.world.most_at_once("a"), 1);
    });
}
