//! The Worker as a whole: what is right, `main`, the compatibility date.

use expect_test::expect;

use crate::project::{HEAD, ORDER, Project, module};

#[test]
fn a_configuration_that_is_right_is_one_line() {
    let lines = ORDER.replace("[\"Order\"]", "[\"Order\", \"V2Sync\", \"order\"]")
        + "
[[durable_objects.bindings]]
name = \"V2_SYNC\"
class_name = \"V2Sync\"

[[durable_objects.bindings]]
name = \"LOWER\"
class_name = \"order\"

[[durable_objects.bindings]]
name = \"ANOTHER\"
class_name = \"V2Sync\"
";
    let project = Project::with_jobs(&["Order", "V2Sync", "order"]).toml(&lines);
    let ran = project.check();
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    expect![[r#"
        note: `order` is bound as `LOWER` (line 17) and not as `ORDER`, so its client must say `host.binding::<order>("LOWER")`
        wrangler.toml: 3 jobs, 4 bindings, storage sqlite
    "#]].assert_eq(&ran.out);
}

#[test]
fn a_single_job_is_counted_in_the_singular() {
    let project = Project::with_jobs(&["Order"]).toml(ORDER);
    project
        .check()
        .right("wrangler.toml: 1 job, 1 binding, storage sqlite");
}

#[test]
fn a_worker_without_jobs_needs_nothing() {
    let project = Project::with_jobs(&[]).toml("");
    project
        .check()
        .right("wrangler.toml: nothing to check, build/index_bg.wasm has no durable jobs");
}

#[test]
fn classes_that_are_no_jobs_need_nothing() {
    let project = Project::empty()
        .file("build/index_bg.wasm", module(&["Order"], &["ChatRoom"]))
        .toml(&format!(
            "{ORDER}
[[migrations]]
tag = \"v2\"
new_classes = [\"ChatRoom\", \"WrittenInJavaScript\"]
"
        ));
    project
        .check()
        .right("wrangler.toml: 1 job, 1 binding, storage sqlite");
}

#[test]
fn main_is_wanted() {
    let text = format!("{HEAD}{ORDER}").replace("main = \"build/index.js\"\n", "");
    let project = Project::with_jobs(&["Order"]).file("wrangler.toml", text);
    project.check().wrong(expect![[r#"
        error: `main` is missing: nothing says which file is the Worker
         --> wrangler.toml
        help: add above the first table:

        main = "build/index.js"

        wrangler.toml: 1 problem; to write these lines: cargo durable-jobs wrangler --write
    "#]]);
}

#[test]
fn a_compatibility_date_is_wanted() {
    let text = format!("{HEAD}{ORDER}").replace("compatibility_date = \"2026-07-30\"\n", "");
    let project = Project::with_jobs(&["Order"]).file("wrangler.toml", text);
    project.check().wrong(expect![[r#"
        error: `compatibility_date` is missing
         --> wrangler.toml
        help: jobs need 2026-02-24 or later: from then on an object that is deleted loses its alarm too
        help: add above the first table:

        compatibility_date = "2026-07-30"

        wrangler.toml: 1 problem; to write these lines: cargo durable-jobs wrangler --write
    "#]]);
}

#[test]
fn a_compatibility_date_must_not_be_older_than_what_jobs_rely_on() {
    let dated = |date: &str| {
        let text = format!("{HEAD}{ORDER}").replace("2026-07-30", date);
        Project::with_jobs(&["Order"])
            .file("wrangler.toml", text)
            .check()
    };
    dated("2026-02-23").wrong(expect![[r#"
        error: `compatibility_date` is 2026-02-23
         --> wrangler.toml:3
        help: jobs need 2026-02-24 or later: from then on an object that is deleted loses its alarm too
        help: write in line 3:

        compatibility_date = "2026-07-30"

        wrangler.toml: 1 problem; to write these lines: cargo durable-jobs wrangler --write
    "#]]);
    dated("2026-02-24").right("wrangler.toml: 1 job, 1 binding, storage sqlite");
    dated("2031-01-01").right("wrangler.toml: 1 job, 1 binding, storage sqlite");
}

#[test]
fn all_problems_are_told_at_once() {
    let project =
        Project::with_jobs(&["Order", "TokenRefresher"]).file("wrangler.toml", "name = \"shop\"\n");
    project.check().wrong(expect![[r#"
        error: `main` is missing: nothing says which file is the Worker
         --> wrangler.toml
        help: add above the first table:

        main = "build/index.js"

        error: `compatibility_date` is missing
         --> wrangler.toml
        help: jobs need 2026-02-24 or later: from then on an object that is deleted loses its alarm too
        help: add above the first table:

        compatibility_date = "2026-07-30"

        error: 2 jobs have no binding: `Order` and `TokenRefresher`
         --> wrangler.toml
        help: add:

        [[durable_objects.bindings]]
        name = "ORDER"
        class_name = "Order"

        [[durable_objects.bindings]]
        name = "TOKEN_REFRESHER"
        class_name = "TokenRefresher"

        error: nothing creates storage for `Order` and `TokenRefresher`
         --> wrangler.toml
        help: add:

        [[migrations]]
        tag = "v1"
        new_sqlite_classes = ["Order", "TokenRefresher"]

        wrangler.toml: 4 problems; to write these lines: cargo durable-jobs wrangler --write
    "#]]);
}
