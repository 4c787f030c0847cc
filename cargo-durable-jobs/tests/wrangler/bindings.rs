//! Bindings of jobs.

use expect_test::expect;

use crate::project::{ORDER, Project, module};

const STORAGE: &str = "
[[migrations]]
tag = \"v1\"
new_sqlite_classes = [\"Order\"]
";

#[test]
fn a_job_without_a_binding_is_told_the_lines() {
    let project = Project::with_jobs(&["Order"]).toml(STORAGE);
    project.check().wrong(expect![[r#"
        error: `Order` has no binding
         --> wrangler.toml
        help: add:

        [[durable_objects.bindings]]
        name = "ORDER"
        class_name = "Order"

        wrangler.toml: 1 problem; to write these lines: cargo durable-jobs wrangler --write
    "#]]);
}

#[test]
fn several_jobs_without_a_binding_are_one_problem() {
    let storage = STORAGE.replace("[\"Order\"]", "[\"Order\", \"HTTPPing\", \"V2Sync\"]");
    let project = Project::with_jobs(&["Order", "HTTPPing", "V2Sync"]).toml(&storage);
    project.check().wrong(expect![[r#"
        error: 3 jobs have no binding: `HTTPPing`, `Order` and `V2Sync`
         --> wrangler.toml
        help: add:

        [[durable_objects.bindings]]
        name = "HTTPPING"
        class_name = "HTTPPing"

        [[durable_objects.bindings]]
        name = "ORDER"
        class_name = "Order"

        [[durable_objects.bindings]]
        name = "V2_SYNC"
        class_name = "V2Sync"

        wrangler.toml: 1 problem; to write these lines: cargo durable-jobs wrangler --write
    "#]]);
}

#[test]
fn a_binding_of_another_name_is_noted() {
    let project = Project::with_jobs(&["Order"]).toml(&ORDER.replace("\"ORDER\"", "\"PURCHASES\""));
    let ran = project.check();
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    expect![[r#"
        note: `Order` is bound as `PURCHASES` (line 5) and not as `ORDER`, so its client must say `host.binding::<Order>("PURCHASES")`
        wrangler.toml: 1 job, 1 binding, storage sqlite
    "#]].assert_eq(&ran.out);
}

#[test]
fn a_second_name_beside_the_conventional_one_is_not_noted() {
    let project = Project::with_jobs(&["Order"]).toml(&format!(
        "
[[durable_objects.bindings]]
name = \"PURCHASES\"
class_name = \"Order\"
{ORDER}"
    ));
    project
        .check()
        .right("wrangler.toml: 1 job, 2 bindings, storage sqlite");
}

#[test]
fn a_binding_to_another_worker_is_not_ours() {
    let elsewhere = ORDER.replace(
        "class_name = \"Order\"\n",
        "class_name = \"Order\"\nscript_name = \"warehouse\"\n",
    );
    let project = Project::with_jobs(&["Order"]).toml(&elsewhere);
    project.check().wrong(expect![[r#"
        error: `Order` has no binding, and the name `ORDER` is that of `Order` in another Worker
         --> wrangler.toml:5
        help: bind `Order` under a free name, and tell its client: `host.binding::<Order>("NAME")`

        wrangler.toml: 1 problem
    "#]]);
}

#[test]
fn a_binding_that_names_this_worker_is_ours() {
    let here = ORDER.replace(
        "class_name = \"Order\"\n",
        "class_name = \"Order\"\nscript_name = \"shop\"\n",
    );
    let project = Project::with_jobs(&["Order"]).toml(&here);
    project
        .check()
        .right("wrangler.toml: 1 job, 1 binding, storage sqlite");
}

#[test]
fn a_name_that_another_class_has_is_told() {
    let project = Project::empty()
        .file("build/index_bg.wasm", module(&["Order"], &["Purchase"]))
        .toml(&format!(
            "
[[durable_objects.bindings]]
name = \"ORDER\"
class_name = \"Purchase\"
{STORAGE}"
        ));
    project.check().wrong(expect![[r#"
        error: `Order` has no binding, and the name `ORDER` is that of a binding of `Purchase`
         --> wrangler.toml:5
        help: bind `Order` under a free name, and tell its client: `host.binding::<Order>("NAME")`

        wrangler.toml: 1 problem
    "#]]);
}

#[test]
fn two_jobs_that_would_have_one_name_are_told() {
    let storage = STORAGE.replace("[\"Order\"]", "[\"HTTPping\", \"HTTPPing\"]");
    let project = Project::with_jobs(&["HTTPping", "HTTPPing"]).toml(&storage);
    let ran = project.check();
    ran.wrong(expect![[r#"
        error: `HTTPPing` and `HTTPping` would both be bound as `HTTPPING`
         --> wrangler.toml
        help: bind `HTTPping` under a free name, and tell its client: `host.binding::<HTTPping>("NAME")`

        error: `HTTPPing` has no binding
         --> wrangler.toml
        help: add:

        [[durable_objects.bindings]]
        name = "HTTPPING"
        class_name = "HTTPPing"

        wrangler.toml: 2 problems; to write the lines of 1 of them: cargo durable-jobs wrangler --write
    "#]]);
}
