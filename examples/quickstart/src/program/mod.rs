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
mod work;

use std::{error::Error, net::SocketAddr, sync::Arc};

use durable_jobs::{ClientError, Host};
use quickstart::{Order, Services, TokenRefresher, Traffic, WebhookBatch};

use self::{
    clients::Clients, console::Printer, crm::DemoCrm, feed::Feed, narrator::Narrator,
    options::Options, server::Shared, shop::DemoShop, tally::Tally, web::Web, work::Work,
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

    let narrator = Narrator::new(console.clone(), Arc::clone(&tally));
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
    greet(&clients, &options, address).await?;
    let work = Work {
        host,
        clients,
        console,
        tally: Arc::clone(&tally),
        run_for: options.run_for,
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

/// Says what is going on and how to try it, before the first job has its say.
async fn greet(
    clients: &Clients,
    options: &Options,
    address: SocketAddr,
) -> Result<(), ClientError> {
    let found = resume::look(clients).await?;
    let (db, pid) = (options.db.display(), std::process::id());
    console::print(&format!(
        r#"quickstart: durable jobs in {db}
found:      {found}
serving:    http://{address}
try:        kill -9 {pid}   and start it again: nothing is lost
            curl http://{address}/status
            curl -d '{{"id":"mine-1","type":"form.submitted","occurred_at":1767225600000,"payload":{{"city":"Graz"}}}}' http://{address}/webhooks/contact-0042
            curl -d '{{"type":"placed","total_cents":4999}}' http://{address}/orders/mine/events

time (UTC) job            instance        what happened"#
    ));
    Ok(())
}

/// The numbers come last, as one line of JSON.
fn finish(mut printer: Printer, tally: &Tally) -> Result<(), Box<dyn Error>> {
    printer.drain();
    console::print(&serde_json::to_string(&tally.totals())?);
    Ok(())
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
