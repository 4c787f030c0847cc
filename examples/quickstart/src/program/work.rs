//! What the program does once it serves: signs users in, takes input, ends in order.

use std::{
    error::Error,
    io,
    sync::Arc,
    time::{Duration, SystemTime},
};

use durable_jobs::{ClientError, Host, Timestamp};
use quickstart::{clients::Clients, demo};

use super::{
    console::{Console, Line},
    input::{self, Input},
    narrator::counted,
    options::Demonstration,
    tally::{Recent, Tally},
};

/// What is done beside serving and printing.
pub(super) struct Work {
    pub(super) host: Host,
    pub(super) clients: Clients,
    pub(super) console: Console,
    pub(super) tally: Arc<Tally>,
    pub(super) run_for: Option<Duration>,
    pub(super) demonstration: Demonstration,
}

impl Work {
    pub(super) async fn run(self) -> Result<(), Box<dyn Error>> {
        tokio::select! {
            failed = self.demonstrate() => failed?,
            ended = told_to_end(self.run_for) => ended?,
            () = self.summarise() => {}
        }
        self.console
            .say("ending: waiting for what runs, keeping the rest in the file");
        input::silence(&self.clients.traffic).await?;
        self.host.shutdown().await;
        Ok(())
    }

    /// Never ends: when there is no more input, the jobs go on.
    async fn demonstrate(&self) -> Result<(), ClientError> {
        if self.demonstration == Demonstration::Played {
            demo::sign_in(&self.clients).await?;
            self.take_input().await?;
        }
        std::future::pending().await
    }

    async fn take_input(&self) -> Result<(), ClientError> {
        let (clients, console) = (self.clients.clone(), self.console.clone());
        Input {
            clients,
            console,
            tally: Arc::clone(&self.tally),
        }
        .run()
        .await
    }

    /// Tells once a second how many webhooks have come, because one line for each would be too many.
    async fn summarise(&self) {
        let mut seconds = tokio::time::interval(Duration::from_secs(1));
        loop {
            seconds.tick().await;
            let recent = self.tally.take_recent();
            if recent.durable + recent.repeated > 0 {
                self.console.say(summary(&recent));
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program ends after a time of the real clock"
)]
pub(super) async fn after(time: Duration) {
    tokio::time::sleep(time).await;
}

async fn told_to_end(run_for: Option<Duration>) -> io::Result<()> {
    match run_for {
        Some(time) => tokio::select! {
            () = after(time) => Ok(()),
            interrupted = tokio::signal::ctrl_c() => interrupted,
        },
        None => tokio::signal::ctrl_c().await,
    }
}

fn summary(recent: &Recent) -> String {
    let Recent {
        durable,
        repeated,
        contacts,
    } = recent;
    let webhooks = counted(*durable, "webhook");
    let what = match repeated {
        0 => format!("{webhooks} on disk"),
        _ => format!("{webhooks} on disk, {repeated} known already"),
    };
    let instance = counted(contacts.len() as u64, "contact");
    Line {
        at: now(),
        job: "(arrived)",
        instance: &instance,
        what: &what,
        attempt: 1,
    }
    .to_string()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the time of a line that no job has told"
)]
fn now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
