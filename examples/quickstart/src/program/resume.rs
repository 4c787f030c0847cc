//! What the program finds in the file when it starts.

use std::fmt;

use durable_jobs::{ClientError, Listed, Page};

use quickstart::clients::Clients;

use super::narrator::counted;

/// Work that waits in the file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    refreshers: u64,
    batches: u64,
    webhooks: u64,
    orders: u64,
}

/// Lists what the file holds of each job.
pub(crate) async fn look(clients: &Clients) -> Result<Found, ClientError> {
    let Clients {
        tokens,
        webhooks,
        orders,
        ..
    } = clients;
    let mut found = Found {
        refreshers: all(async |after| tokens.list(None, after).await)
            .await?
            .len() as u64,
        orders: all(async |after| orders.list(None, after).await)
            .await?
            .len() as u64,
        ..Found::default()
    };
    for listed in all(async |after| webhooks.list(None, after).await).await? {
        let waiting = webhooks.status(&listed.id).await?.event_count;
        found.batches += u64::from(waiting > 0);
        found.webhooks += waiting;
    }
    Ok(found)
}

/// All pages of a list.
async fn all(
    list: impl AsyncFn(Option<&str>) -> Result<Page, ClientError>,
) -> Result<Vec<Listed>, ClientError> {
    let (mut listed, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = list(after.as_deref()).await?;
        listed.extend(page.instances);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(listed),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            refreshers,
            batches,
            webhooks,
            orders,
        } = self;
        if refreshers + batches + orders == 0 {
            return f.write_str("nothing waits in it: everything begins anew");
        }
        write!(
            f,
            "resuming {}, {} with {}, {}",
            counted(*refreshers, "token refresher"),
            counted(*batches, "open batch"),
            counted(*webhooks, "webhook"),
            counted(*orders, "order"),
        )
    }
}
