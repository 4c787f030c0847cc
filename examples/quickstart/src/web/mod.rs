//! The services of the jobs, as servers that are asked over HTTP.

mod basic;
mod crm;
mod place;
mod shop;
mod token_endpoint;

use std::sync::Arc;

pub use self::place::Place;
use self::{crm::HttpCrm, shop::HttpShop, token_endpoint::HttpTokenEndpoint};
use crate::{
    demo::{self, Senders},
    http::Http,
    services::Services,
};

/// The variables that name services of yours. What is not named is played by the demonstration.
///
/// | variable | what it says |
/// |---|---|
/// | `TOKEN_ENDPOINT` | the URL of an OAuth token endpoint (RFC 6749, section 3.2) |
/// | `CLIENT_ID`, `CLIENT_SECRET` | as whom the endpoint knows this program |
/// | `CRM` | the base of the URLs `/contacts/{contact}`, which take updates by POST |
/// | `SHOP` | the base of the URLs `/orders/{order}/reminder`, `/orders/{order}/parcel` and `/parcels/{tracking}` |
/// | `TRAFFIC` | where the demonstration sends its webhooks and orders; to this program unless it is set |
pub const VARIABLES: [&str; 6] = [
    "TOKEN_ENDPOINT",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "CRM",
    "SHOP",
    "TRAFFIC",
];

/// The services that `variable` names, reached by `outside`; those it does not name in the `demonstration`.
pub fn services(
    variable: impl Fn(&str) -> Option<String>,
    outside: &Arc<dyn Http>,
    demonstration: &Place,
) -> Services {
    let place = |name, path| match variable(name) {
        Some(url) => Place::new(name, url, Arc::clone(outside)),
        None => demonstration.within(name, path),
    };
    let credentials = basic::credentials(
        &variable("CLIENT_ID").unwrap_or_else(|| demo::CLIENT_ID.to_owned()),
        &variable("CLIENT_SECRET").unwrap_or_else(|| demo::CLIENT_SECRET.to_owned()),
    );
    Services {
        token_endpoint: Arc::new(HttpTokenEndpoint {
            at: place("TOKEN_ENDPOINT", "/oauth/token"),
            credentials,
        }),
        crm: Arc::new(HttpCrm {
            at: place("CRM", "/crm"),
        }),
        shop: Arc::new(HttpShop {
            at: place("SHOP", "/shop"),
        }),
        world: Arc::new(Senders {
            to: place("TRAFFIC", ""),
        }),
    }
}
