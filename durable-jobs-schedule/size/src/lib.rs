//! A module that exports one function: without a feature it does nothing, with one it computes
//! the next occurrence of a schedule. The difference of the two files is what a schedule costs.
//!
//! Build it three times, without features, with `utc` and with `new-york`:
//!
//! ```sh
//! cargo build --manifest-path durable-jobs-schedule/size/Cargo.toml \
//!     --profile wasm-size --target wasm32-unknown-unknown [--features utc | --features new-york]
//! ```

#[cfg(any(feature = "utc", feature = "new-york"))]
mod schedule;

/// Milliseconds since the Unix epoch of the next occurrence, or -1.
#[cfg(not(any(feature = "utc", feature = "new-york")))]
#[unsafe(no_mangle)]
pub extern "C" fn next_after(after_ms: i64) -> i64 {
    after_ms
}
