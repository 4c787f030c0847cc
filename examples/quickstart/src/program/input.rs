//! Webhooks on standard input, or from the shipped file when there are none.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, IsTerminal},
    sync::Arc,
    time::Duration,
};

use durable_jobs::{ClientError, Status};
use quickstart::{
    TrafficClient, Webhook,
    clients::Clients,
    demo::{self, TRAFFIC, feed::Delivery},
};
use tokio::{
    sync::mpsc::{self, Receiver},
    task::JoinSet,
};

use super::{console::Console, tally::Tally};

/// How long standard input may be silent before the shipped file is played.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many lines are added at once.
const CHUNK: usize = 512;

/// Takes webhooks from wherever they come.
#[derive(Clone)]
pub(crate) struct Input {
    pub(crate) clients: Clients,
    pub(crate) console: Console,
    pub(crate) tally: Arc<Tally>,
}

/// Webhooks by contact, each with its id.
type Chunk = BTreeMap<String, Vec<(String, Webhook)>>;

impl Input {
    /// Ends when standard input does; what is played goes on.
    pub(crate) async fn run(&self) -> Result<(), ClientError> {
        if io::stdin().is_terminal() {
            return demo::play(&self.clients.traffic).await;
        }
        let mut lines = lines_of_standard_input();
        let first = tokio::select! {
            line = lines.recv() => line,
            () = super::work::after(PATIENCE) => {
                demo::play(&self.clients.traffic).await?;
                lines.recv().await
            }
        };
        match first {
            Some(first) => self.take(first, lines).await,
            None => demo::play(&self.clients.traffic).await,
        }
    }

    /// Adds what comes on standard input, while nothing is played.
    async fn take(&self, first: String, mut lines: Receiver<String>) -> Result<(), ClientError> {
        self.clients.traffic.pause(TRAFFIC).await?;
        let mut buffer = vec![first];
        let mut line_number = 0;
        while !buffer.is_empty() {
            let chunk = self.read(&mut line_number, buffer.drain(..));
            self.add(chunk).await;
            lines.recv_many(&mut buffer, CHUNK).await;
        }
        self.console.say(format_args!(
            "standard input ended after {line_number} lines"
        ));
        Ok(())
    }

    fn read(&self, line_number: &mut u64, lines: impl Iterator<Item = String>) -> Chunk {
        let mut chunk = Chunk::new();
        for line in lines {
            *line_number += 1;
            match Delivery::read(&line) {
                Ok(Delivery { contact, webhook }) => {
                    chunk
                        .entry(contact)
                        .or_default()
                        .push((webhook.id.clone(), webhook));
                }
                Err(_) if line.trim().is_empty() => {}
                Err(error) => self.refuse(format_args!("line {line_number}: {error}")),
            }
        }
        chunk
    }

    /// One call for each contact, all at once: their commits share the waits for the disk.
    async fn add(&self, chunk: Chunk) {
        let mut calls = JoinSet::new();
        for (contact, webhooks) in chunk {
            let input = self.clone();
            calls.spawn(async move { input.add_to(&contact, webhooks).await });
        }
        calls.join_all().await;
    }

    async fn add_to(&self, contact: &str, webhooks: Vec<(String, Webhook)>) {
        let count = u64::try_from(webhooks.len()).unwrap_or(u64::MAX);
        match self.clients.webhooks.add_many_once(contact, webhooks).await {
            Ok(added) => {
                let durable = count.saturating_sub(added.duplicates);
                self.tally.acknowledged(contact, durable, added.duplicates);
            }
            Err(error) => self.refuse(format_args!("{count} webhooks not taken: {error}")),
        }
    }

    fn refuse(&self, reason: std::fmt::Arguments<'_>) {
        self.tally.errors.add(1);
        self.console.say(format_args!("standard input: {reason}"));
    }
}

/// Stops what is played, and waits for the step that is out.
pub(crate) async fn silence(traffic: &TrafficClient) -> Result<(), ClientError> {
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let mut status = traffic.pause(TRAFFIC).await?;
    while status == Status::Running {
        ticks.tick().await;
        status = traffic.status(TRAFFIC).await?.status;
    }
    Ok(())
}

/// Reads on a thread of its own, which ends with the process: a read of a terminal or pipe cannot be given up.
#[expect(
    clippy::disallowed_methods,
    reason = "the program reads its input beside the host"
)]
fn lines_of_standard_input() -> Receiver<String> {
    let (sender, receiver) = mpsc::channel(CHUNK);
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            // Bytes that are not UTF-8 end the input like an error of the pipe.
            let Ok(line) = line else { return };
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
