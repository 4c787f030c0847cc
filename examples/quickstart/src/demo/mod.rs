//! **Demonstration only**: the world that the programs play where nobody has named a real one.
//!
//! Users, a token endpoint that trusts them, a CRM and a shop that fail now and then, senders of webhooks and orders.
//! Nothing here is a model for a service of yours: the jobs beside it are.

mod crm;
pub mod feed;
mod senders;
mod shop;
mod token_server;

use durable_jobs::ClientError;

pub use self::{
    crm::{DemoCrm, Received},
    senders::Senders,
    shop::DemoShop,
    token_server::{CLIENT_ID, CLIENT_SECRET, TokenServer, first_refresh_token},
};
use crate::{TokenRefresher, Traffic, TrafficClient, clients::Clients};

/// The instance of the job that plays senders and customers.
pub const TRAFFIC: &str = "demo";

/// How many users have signed in.
const USERS: u64 = 12;

/// The services that the demonstration plays.
#[derive(Debug, Default)]
pub struct Demo {
    /// At `/oauth/token`.
    pub tokens: TokenServer,
    /// At `/crm`.
    pub crm: DemoCrm,
    /// At `/shop`.
    pub shop: DemoShop,
}

/// Starts a refresher for every user; those that there are go on as they are.
pub async fn sign_in(clients: &Clients) -> Result<(), ClientError> {
    for user in user_ids() {
        let state = TokenRefresher::new(first_refresh_token(&user));
        if !clients.tokens.start(&user, state).await?.created {
            clients.tokens.resume(&user).await?;
        }
    }
    Ok(())
}

/// Lets no refresher of the users run until they sign in again.
pub(crate) async fn sign_out(clients: &Clients) -> Result<(), ClientError> {
    for user in user_ids() {
        clients.tokens.pause(&user).await?;
    }
    Ok(())
}

/// Lets the job that plays the world run. A second time changes nothing.
pub async fn play(traffic: &TrafficClient) -> Result<(), ClientError> {
    if !traffic.start(TRAFFIC, Traffic::default()).await?.created {
        traffic.resume(TRAFFIC).await?;
    }
    Ok(())
}

fn user_ids() -> impl Iterator<Item = String> {
    (1..=USERS).map(|number| format!("user-{number:02}"))
}

/// A number that follows from a text, always the same one (FNV-1a). It proves nothing to an attacker.
fn seal(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
