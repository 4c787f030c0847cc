//! A module that exports one function: without a feature it does nothing, with one it computes
//! the next occurrence of a schedule. The difference of the two files is what a schedule costs.
//!
//! Build it three times, without features, with `utc` and with `new-york`:
//!
//! ```sh
//! cargo build --manifest-path durable-jobs-schedule/size/Cargo.toml --target-dir target/size \
//!     --profile wasm-size --target wasm32-unknown-unknown [--features utc | --features new-york]
//! wc -c target/size/wasm32-unknown-unknown/wasm-size/durable_jobs_schedule_size.wasm
//! ```

#[cfg(any(feature = "utc", feature = "new-york"))]
mod schedule;

/// What the module is compared with.
#[cfg(not(any(feature = "utc", feature = "new-york")))]
#[unsafe(no_mangle)]
pub extern "C" fn next_after(after_ms: i64) -> i64 {
    after_ms
}
