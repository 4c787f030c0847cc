//! The program around the jobs: services, server, input, output.

mod console;
mod crm_log;
mod input;
mod narrator;
pub(crate) mod options;
mod resume;
mod server;
mod tally;
mod web;
mod work;

use std::{error::Error, net::SocketAddr, sync::Arc};

use durable_jobs::{ClientError, Host};
use quickstart::{
    Order, Services, TokenRefresher, Traffic, WebhookBatch,
    clients::Clients,
    demo::Demo,
    server::Server,
    web::{self as places, Place},
};

use self::{
    console::Printer, narrator::Narrator, options::Options, server::Embedded, tally::Tally,
    web::Web, work::Work,
};

/// Runs until Ctrl-C, or as long as the options say.
pub(crate) async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let listener = server::listen(options.port).await?;
    let address = listener.local_addr()?;
    let tally = Arc::new(Tally::default());
    let (console, mut printer) = console::open();

    let narrator = Narrator::new(console.clone(), Arc::clone(&tally));
    let host = Host::open(&options.db)
        .env(services(address)?)
        .job::<TokenRefresher>()
        .job::<WebhookBatch>()
        .job::<Order>()
        .job::<Traffic>()
        .observer(narrator)
        .without_tracing()
        .start()
        .await?;

    let clients = Clients::new(&host);
    let server = Server {
        clients: clients.clone(),
        demo: Arc::new(demonstration(&options)?),
        program: Arc::new(Embedded {
            tally: Arc::clone(&tally),
            db: options.db.clone(),
        }),
    };
    greet(&clients, &options, address).await?;
    let work = Work {
        host,
        clients,
        console,
        tally: Arc::clone(&tally),
        run_for: options.run_for,
        demonstration: options.demonstration,
    };
    tokio::select! {
        ended = work.run() => ended?,
        failed = server::serve(listener, server) => failed?,
        () = printer.run() => {}
    }
    finish(printer, &tally)
}

/// Services that environment variables name; this program plays the others, over connections to itself.
fn services(address: SocketAddr) -> Result<Services, Box<dyn Error>> {
    let web = Web::open()?;
    let demonstration = Place::new(
        "the demonstration",
        format!("http://{address}"),
        Arc::clone(&web),
    );
    let variable = |name: &str| std::env::var(name).ok();
    Ok(places::services(variable, &web, &demonstration))
}

fn demonstration(options: &Options) -> Result<Demo, Box<dyn Error>> {
    let crm = crm_log::open(options.crm_log.as_deref())
        .map_err(|error| format!("the log of the CRM cannot be opened: {error}"))?;
    Ok(Demo {
        crm,
        ..Demo::default()
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
            curl -d '{{"placed":{{"total_cents":4999}}}}' http://{address}/orders/mine/events

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
