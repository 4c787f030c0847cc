//! The program around the jobs: services, server, input, output.

mod clients;
mod console;
mod crm;
mod feed;
mod input;
mod narrator;
pub(crate) mod options;
mod resume;
mod server;
mod shop;
mod tally;
mod web;

use std::{
    error::Error,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use durable_jobs::{ClientError, Host, Timestamp};
use quickstart::{Order, Services, TokenRefresher, Traffic, WebhookBatch};

use self::{
    clients::Clients,
    console::{Console, Line, Printer},
    crm::DemoCrm,
    feed::Feed,
    input::Input,
    narrator::Narrator,
    options::Options,
    server::Shared,
    shop::DemoShop,
    tally::{Recent, Tally},
    web::Web,
};

/// How many users have signed in.
const USERS: u64 = 12;

/// Runs until Ctrl-C, or as long as the options say.
pub(crate) async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let listener = server::listen(options.port).await?;
    let address = listener.local_addr()?;
    let feed = Feed::shipped()?;
    let tally = Arc::new(Tally::default());
    let (console, mut printer) = console::open();

    let narrator = Narrator {
        console: console.clone(),
        tally: Arc::clone(&tally),
    };
    let host = Host::open(&options.db)
        .env(services(address, &feed, &options)?)
        .job::<TokenRefresher>()
        .job::<WebhookBatch>()
        .job::<Order>()
        .job::<Traffic>()
        .observer(narrator)
        .without_tracing()
        .start()
        .await?;

    let clients = Clients::new(&host);
    let shared = Shared {
        clients: clients.clone(),
        tally: Arc::clone(&tally),
        db: options.db.clone(),
    };
    let work = Work {
        host,
        clients,
        console,
        tally: Arc::clone(&tally),
        feed,
        options,
        address,
    };
    tokio::select! {
        ended = work.run() => ended?,
        failed = server::serve(listener, shared) => failed?,
        () = printer.run() => {}
    }
    finish(printer, &tally)
}

fn services(
    address: SocketAddr,
    feed: &Feed,
    options: &Options,
) -> Result<Services, Box<dyn Error>> {
    let web = Arc::new(Web::new(&format!("http://{address}"), feed.clone())?);
    let crm = DemoCrm::new(options.crm_log.as_deref())
        .map_err(|error| format!("the log of the CRM cannot be opened: {error}"))?;
    Ok(Services {
        token_endpoint: Arc::clone(&web) as _,
        crm: Arc::new(crm),
        shop: Arc::new(DemoShop::default()),
        world: web,
    })
}

/// The numbers come last, as one line of JSON.
fn finish(mut printer: Printer, tally: &Tally) -> Result<(), Box<dyn Error>> {
    printer.drain();
    console::print(&serde_json::to_string(&tally.totals())?);
    Ok(())
}

/// What is done beside serving and printing.
struct Work {
    host: Host,
    clients: Clients,
    console: Console,
    tally: Arc<Tally>,
    feed: Feed,
    options: Options,
    address: SocketAddr,
}

impl Work {
    async fn run(self) -> Result<(), Box<dyn Error>> {
        self.greet().await?;
        self.sign_in().await?;
        tokio::select! {
            failed = self.take_input() => failed?,
            ended = told_to_end(self.options.run_for) => ended?,
            () = self.summarise() => {}
        }
        self.console
            .say("ending: waiting for what runs, keeping the rest in the file");
        self.host.shutdown().await;
        Ok(())
    }

    async fn greet(&self) -> Result<(), ClientError> {
        let Self {
            console, address, ..
        } = self;
        let found = resume::look(&self.clients, &self.feed).await?;
        let pid = std::process::id();
        console.say(format_args!(
            "quickstart: durable jobs in {}",
            self.options.db.display()
        ));
        console.say(format_args!("found:      {found}"));
        console.say(format_args!("serving:    http://{address}"));
        console.say(format_args!(
            "try:        kill -9 {pid}   and start it again: nothing is lost"
        ));
        console.say(format_args!("            curl http://{address}/status"));
        console.say(format_args!(
            "            curl -d '{}' http://{address}/webhooks/contact-0042",
            r#"{"id":"mine-1","type":"form.submitted","occurred_at":1767225600000,"payload":{"city":"Graz"}}"#
        ));
        console.say(format_args!(
            "            curl -d '{}' http://{address}/orders/mine/events",
            r#"{"type":"placed","total_cents":4999}"#
        ));
        console.say("");
        console.say("time (UTC) job            instance        what happened");
        Ok(())
    }

    /// Starts a refresher for every user; those that are in the file go on as they are.
    async fn sign_in(&self) -> Result<(), ClientError> {
        for user in user_ids() {
            let state = TokenRefresher::new(server::oauth::first_refresh_token(&user));
            self.clients.tokens.start(&user, state).await?;
        }
        Ok(())
    }

    /// Never ends: when there is no more input, the jobs go on.
    async fn take_input(&self) -> Result<(), ClientError> {
        let (clients, console) = (self.clients.clone(), self.console.clone());
        Input {
            clients,
            console,
            tally: Arc::clone(&self.tally),
        }
        .run()
        .await?;
        std::future::pending().await
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
async fn after(time: Duration) {
    tokio::time::sleep(time).await;
}

async fn told_to_end(run_for: Option<Duration>) -> std::io::Result<()> {
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
    let what = match repeated {
        0 => format!("{durable} webhooks on disk"),
        _ => format!("{durable} webhooks on disk, {repeated} known already"),
    };
    let instance = format!("{} contacts", contacts.len());
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

fn user_ids() -> impl Iterator<Item = String> {
    (1..=USERS).map(|number| format!("user-{number:02}"))
}

fn order_id(number: u64) -> String {
    format!("order-{number:04}")
}

/// A number that follows from a text, always the same one (FNV-1a). It proves nothing to an attacker.
fn seal(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
