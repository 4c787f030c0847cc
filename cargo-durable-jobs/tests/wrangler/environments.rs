//! Named environments.

use expect_test::expect;

use crate::project::{ORDER, Project};

const STAGING: &str = "
[env.staging]
vars = { GREETING = \"hello\" }
";

const BOUND_IN_STAGING: &str = "
[[env.staging.durable_objects.bindings]]
name = \"ORDER\"
class_name = \"Order\"
";

const CHECK: [&str; 4] = ["wrangler", "--check", "--env", "staging"];

fn project(lines: &str) -> Project {
    Project::with_jobs(&["Order"]).toml(&format!("{ORDER}{lines}"))
}

#[test]
fn an_environment_does_not_inherit_bindings() {
    project(STAGING).run(&CHECK).wrong(expect![[r#"
        error: `Order` has no binding
         --> wrangler.toml
        help: add:

        [[env.staging.durable_objects.bindings]]
        name = "ORDER"
        class_name = "Order"

        wrangler.toml [env.staging]: 1 problem; to write these lines: cargo durable-jobs wrangler --write --env staging
    "#]]);
}

#[test]
fn an_environment_inherits_the_rest() {
    let project = project(&format!("{STAGING}{BOUND_IN_STAGING}"));
    project
        .run(&CHECK)
        .right("wrangler.toml [env.staging]: 1 job, 1 binding, storage sqlite");
}

#[test]
fn an_environment_may_override_the_rest() {
    project(&format!(
        "
[env.staging]
compatibility_date = \"2024-01-01\"
migrations = []
{BOUND_IN_STAGING}"
    ))
    .run(&CHECK)
    .wrong(expect![[r#"
        error: `compatibility_date` is 2024-01-01
         --> wrangler.toml:14
        help: jobs need 2026-02-24 or later: from then on an object that is deleted loses its alarm too
        help: write in line 14:

        compatibility_date = "2026-07-30"

        error: nothing creates storage for `Order`
         --> wrangler.toml
        help: add to `env.staging.migrations` (line 15):

        { tag = "v1", new_sqlite_classes = ["Order"] }

        wrangler.toml [env.staging]: 2 problems; to write these lines: cargo durable-jobs wrangler --write --env staging
    "#]]);
}

#[test]
fn the_environment_may_come_from_the_variable_that_wrangler_reads() {
    let project = project(STAGING);
    let ran = project.run_with("", &["wrangler", "--check"], Some("staging"));
    assert!(
        ran.err.contains("[[env.staging.durable_objects.bindings]]"),
        "{}",
        ran.err
    );
    let right = "wrangler.toml: 1 job, 1 binding, storage sqlite";
    project
        .run_with("", &["wrangler", "--check", "--env", ""], Some("staging"))
        .right(right);
    project
        .run_with("", &["wrangler", "--check"], Some(""))
        .right(right);
}

#[test]
fn the_name_of_an_environments_worker_is_known() {
    let named = |lines: &str, script: &str| {
        let binding = format!("{BOUND_IN_STAGING}script_name = \"{script}\"\n");
        project(&format!("{lines}{binding}")).run(&CHECK).code
    };
    assert_eq!(named("[env.staging]\n", "shop-staging"), Some(0));
    assert_eq!(named("[env.staging]\n", "shop"), Some(1));
    assert_eq!(named("[env.staging]\nname = \"trial\"\n", "trial"), Some(0));
    assert_eq!(
        named("[env.staging]\nname = \"trial\"\n", "shop-staging"),
        Some(1)
    );
}

#[test]
fn an_environment_that_is_not_there_is_told() {
    project(STAGING)
        .run(&["wrangler", "--check", "--env", "stagin"])
        .failed(expect![[r#"
            error: wrangler.toml: there is no environment `stagin`

            help: the environments are: staging
        "#]]);
    project("")
        .run(&["wrangler", "--check", "-e", "staging"])
        .failed(expect![[r#"
            error: wrangler.toml: there is no environment `staging`
        "#]]);
}

#[test]
fn write_adds_to_the_environment_what_it_does_not_inherit() {
    let project = Project::with_jobs(&["Order", "V2Sync"]).toml(&format!(
        "{ORDER}
[env.staging]
compatibility_date = \"2024-01-01\" # for once

[env.\"pre prod\"]
"
    ));
    let ran = project.run(&["wrangler", "--write", "--env", "staging"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let ran = project.run(&["wrangler", "--write", "--env", "pre prod"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    expect![[r#"
        name = "shop"
        main = "build/index.js"
        compatibility_date = "2026-07-30"

        [[durable_objects.bindings]]
        name = "ORDER"
        class_name = "Order"

        [[migrations]]
        tag = "v1"
        new_sqlite_classes = ["Order"]

        [[migrations]]
        tag = "v2"
        new_sqlite_classes = ["V2Sync"]

        [env.staging]
        compatibility_date = "2026-07-30" # for once

        [[env.staging.durable_objects.bindings]]
        name = "ORDER"
        class_name = "Order"

        [[env.staging.durable_objects.bindings]]
        name = "V2_SYNC"
        class_name = "V2Sync"

        [env."pre prod"]

        [[env."pre prod".durable_objects.bindings]]
        name = "ORDER"
        class_name = "Order"

        [[env."pre prod".durable_objects.bindings]]
        name = "V2_SYNC"
        class_name = "V2Sync"
    "#]]
    .assert_eq(&project.read("wrangler.toml"));
}
