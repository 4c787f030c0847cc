//! The quickstart as a Cloudflare Worker.
//!
//! Nothing is written here: the classes of the jobs and the handler of requests are exported by the library.

#![forbid(unsafe_code)]

pub use quickstart::*;
