//! Leaves the names of functions out of the module: they are a fifth of what is uploaded, and only make the stack
//! traces of panics readable. Their messages say without them what happened.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        // wasm-bindgen has to know which features the module may use.
        for argument in ["--strip-all", "--keep-section=target_features"] {
            println!("cargo::rustc-link-arg-cdylib={argument}");
        }
    }
}
