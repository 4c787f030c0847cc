//! Handlers that call other instances, deep and wide, and while the host ends.

use std::sync::{Arc, Mutex, OnceLock};

use durable_jobs::{
    ClientError,
    embedded::{Host, HostBuilder, RunsAtShutdown},
    prelude::*,
};
use tokio::sync::Semaphore;

use crate::jobs::{Bench, until};

const LINKS: u32 = 5_000;

/// What relays reach each other by.
#[derive(Clone)]
struct Network {
    relays: Arc<OnceLock<RelayClient>>,
    entered: Arc<Mutex<u32>>,
    gate: Arc<Semaphore>,
}

#[derive(Serialize, Deserialize)]
enum Message {
    /// Ends here.
    Arrive,
    /// Is passed on to the next relay, so many times.
    Pass(u32),
    /// Goes to a leaf of the relay's own and, so many times, to the next relay, both at once.
    Fork(u32),
    /// Is passed on to a leaf when the test opens the gate.
    PassLater,
}

#[task]
#[derive(Default, Serialize, Deserialize)]
struct Relay {
    messages: u32,
}

fn leaf(id: &str) -> String {
    format!("leaf of {id}")
}

fn next(id: &str) -> JobResult<String> {
    Ok((id.parse::<u32>()? + 1).to_string())
}

impl Task for Relay {
    type Event = Message;
    type Env = Network;

    async fn on_event(&mut self, message: Message, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let relays = ctx.env().relays.get().ok_or("no client")?.clone();
        self.messages += 1;
        match message {
            Message::Arrive | Message::Pass(0) | Message::Fork(0) => {}
            Message::Pass(left) => {
                let next = next(ctx.id())?;
                relays.send(&next, Message::Pass(left - 1)).await?;
            }
            Message::Fork(left) => {
                let (leaf, next) = (leaf(ctx.id()), next(ctx.id())?);
                let (first, second) = tokio::join!(
                    relays.send(&leaf, Message::Arrive),
                    relays.send(&next, Message::Fork(left - 1)),
                );
                first?;
                second?;
            }
            Message::PassLater => {
                *ctx.env().entered.lock().unwrap() += 1;
                ctx.env().gate.acquire().await?.forget();
                relays.send(&leaf(ctx.id()), Message::Arrive).await?;
            }
        }
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

fn network() -> Network {
    Network {
        relays: Arc::default(),
        entered: Arc::default(),
        gate: Arc::new(Semaphore::new(0)),
    }
}

fn host(bench: &Bench, network: &Network) -> HostBuilder<Network> {
    Host::open(bench.path())
        .env(network.clone())
        .clock(bench.clock.clone())
        .without_tracing()
        .instances_in_memory(4 * LINKS as usize)
        .job::<Relay>()
}

async fn start(bench: &Bench, network: &Network) -> (Host, RelayClient) {
    let host = host(bench, network).start().await.unwrap();
    let relays = RelayClient::new(&host);
    assert!(network.relays.set(relays.clone()).is_ok());
    (host, relays)
}

/// Takes instances into memory, so that calls of them need not wait for the file.
async fn warm(host: &Host, relays: &RelayClient, ids: impl Iterator<Item = String>) {
    let sent: Vec<_> = ids
        .map(|id| {
            let relays = relays.clone();
            tokio::spawn(async move { relays.send(&id, Message::Arrive).await })
        })
        .collect();
    for sent in sent {
        sent.await.unwrap().unwrap();
    }
    host.settled().await;
}

async fn messages(relays: &RelayClient, id: &str) -> u32 {
    relays.state(id).await.unwrap().unwrap().state.messages
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_calls_through_instances_in_memory_is_as_long_as_it_likes() {
    let (bench, network) = (Bench::new(), network());
    let (host, relays) = start(&bench, &network).await;
    warm(&host, &relays, (0..LINKS).map(|link| link.to_string())).await;
    relays.send("0", Message::Pass(LINKS - 1)).await.unwrap();
    assert_eq!(messages(&relays, &(LINKS - 1).to_string()).await, 2);
    host.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_calls_that_branches_is_as_long_as_it_likes() {
    let (bench, network) = (Bench::new(), network());
    let (host, relays) = start(&bench, &network).await;
    let links = (0..LINKS / 2).map(|link| link.to_string());
    let leaves = (0..LINKS / 2).map(|link| leaf(&link.to_string()));
    warm(&host, &relays, links.chain(leaves)).await;
    let depth = LINKS / 2 - 1;
    relays.send("0", Message::Fork(depth)).await.unwrap();
    assert_eq!(messages(&relays, &depth.to_string()).await, 2);
    assert_eq!(messages(&relays, &leaf("0")).await, 2);
    host.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_a_handler_makes_while_the_host_ends_are_taken() {
    let (bench, network) = (Bench::new(), network());
    let (host, relays) = start(&bench, &network).await;
    let sender = relays.clone();
    let sent = tokio::spawn(async move { sender.send("a", Message::PassLater).await });
    until(|| *network.entered.lock().unwrap() == 1).await;
    let ending = tokio::spawn(host.shutdown());
    loop {
        match relays.status("b").await {
            Err(ClientError::ShuttingDown { .. }) => break,
            _ => tokio::task::yield_now().await,
        }
    }
    network.gate.add_permits(1);
    assert_eq!(ending.await.unwrap().runs, RunsAtShutdown::Finished);
    sent.await.unwrap().unwrap();

    let again = self::network();
    let (host, relays) = start(&bench, &again).await;
    assert_eq!(messages(&relays, "a").await, 1);
    assert_eq!(messages(&relays, &leaf("a")).await, 1);
    host.shutdown().await;
}
