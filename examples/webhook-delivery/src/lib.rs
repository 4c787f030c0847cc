//! A queue that delivers webhooks.
//!
//! [`Delivery`] is the job, and [`Receiver`] the limit that it keeps to. [`Post`] is the way to the receivers: real
//! connections in the program and in the Worker, made up in tests.

#![forbid(unsafe_code)]

mod delivery;
mod post;
mod receiver;
#[cfg(not(target_family = "wasm"))]
mod web;
#[cfg(target_family = "wasm")]
mod worker;

#[cfg(not(target_family = "wasm"))]
pub use self::web::Web;
pub use self::{
    delivery::{Delivery, DeliveryClient, Services},
    post::{Answer, Outgoing, Post},
    receiver::{Receiver, ReceiverClient},
};
