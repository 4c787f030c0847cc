//! Which files are read.

use crate::project::{HEAD, ORDER, Project, module};

const RIGHT: &str = "1 job, 1 binding, storage sqlite";

fn configuration() -> String {
    format!("{HEAD}{ORDER}")
}

#[test]
fn the_configuration_of_a_folder_above_is_found() {
    let project = Project::with_jobs(&["Order"])
        .toml(ORDER)
        .file("src/deep/x", "");
    project
        .run_in("src/deep", &["wrangler", "--check"])
        .right(&format!("FOLDER/wrangler.toml: {RIGHT}"));
}

#[test]
fn json_wins_over_jsonc_and_jsonc_over_toml_even_from_above() {
    let json = "{ \"name\": \"json\" }";
    let project = Project::with_jobs(&[]).file("inner/wrangler.toml", configuration());
    let found = || {
        let ran = project.run_in("inner", &["wrangler", "--check"]);
        let name = ran.err.lines().nth(1).unwrap().to_owned();
        (
            name.contains("wrangler.jsonc"),
            name.contains("wrangler.json"),
        )
    };
    project.put("wrangler.jsonc", json);
    assert_eq!(found(), (true, true));
    project.put("wrangler.json", json);
    assert_eq!(found(), (false, true));
}

#[test]
fn files_may_be_named() {
    let project = Project::empty()
        .file("ops/workers.toml", configuration())
        .file("out/shop.wasm", module(&["Order"], &[]));
    let arguments = [
        "wrangler",
        "--check",
        "--config",
        "ops/workers.toml",
        "--wasm",
        "out/shop.wasm",
    ];
    project
        .run(&arguments)
        .right(&format!("ops/workers.toml: {RIGHT}"));
}

#[test]
fn the_module_is_found_beside_main_wherever_that_is() {
    let layouts = [
        ("build/index.js", "build/index_bg.wasm"),
        ("build/worker/shim.mjs", "build/worker/index.wasm"),
        ("build/worker/shim.mjs", "build/index_bg.wasm"),
        ("dist/index.js", "dist/anything.wasm"),
        ("./build/index.js", "build/index_bg.wasm"),
        ("src/entry.mjs", "build/index_bg.wasm"),
        ("src/entry.mjs", "build/worker/index.wasm"),
        ("entry.mjs", "build/index_bg.wasm"),
    ];
    for (main, wasm) in layouts {
        let project = Project::empty()
            .file(
                "wrangler.toml",
                configuration().replace("build/index.js", main),
            )
            .file(wasm, module(&["Order"], &[]));
        let ran = project.check();
        assert_eq!(ran.code, Some(0), "{main}, {wasm}: {}", ran.err);
    }
}

#[test]
fn the_module_of_worker_build_is_told_from_others() {
    let project = Project::empty()
        .file("build/another.wasm", module(&["Another"], &[]))
        .file("build/index_bg.wasm", module(&["Order"], &[]))
        .toml(ORDER);
    project.check().right(&format!("wrangler.toml: {RIGHT}"));
}

#[test]
fn main_is_relative_to_the_configuration() {
    let project = Project::empty()
        .file("app/wrangler.toml", configuration())
        .file("app/build/index_bg.wasm", module(&["Order"], &[]));
    let ran = project.run(&["wrangler", "--check", "--config", "app/wrangler.toml"]);
    ran.right(&format!("app/wrangler.toml: {RIGHT}"));
}
