//! A queue that delivers webhooks.
//!
//! [`Delivery`] is the job. [`Post`] is the way to the receivers: real connections in the program, made up in tests.

#![forbid(unsafe_code)]

mod delivery;
mod post;

pub use self::{
    delivery::{Delivery, DeliveryClient, Services},
    post::{Answer, Outgoing, Post, Web},
};
