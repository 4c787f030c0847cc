//! `wrangler.json` and `wrangler.jsonc`.

use expect_test::expect;

use crate::project::Project;

const RIGHT: &str = r#"{
  // The shop.
  "name": "shop",
  "main": "build/index.js",
  "compatibility_date": "2026-07-30", /* today */
  "durable_objects": { "bindings": [{ "name": "ORDER", "class_name": "Order", },] },
  "migrations": [
    { "tag": "v1", "new_sqlite_classes": ["Order"] }, // orders
  ],
  "exports": null,
}
"#;

#[test]
fn comments_and_commas_at_the_end_are_read() {
    for name in ["wrangler.jsonc", "wrangler.json"] {
        let project = Project::with_jobs(&["Order"]).file(name, RIGHT);
        project
            .check()
            .right(&format!("{name}: 1 job, 1 binding, storage sqlite"));
    }
}

#[test]
fn the_lines_to_add_are_told() {
    let project = Project::with_jobs(&["Order", "V2Sync"]).file("wrangler.jsonc", RIGHT);
    project.check().wrong(expect![[r#"
        error: `V2Sync` has no binding
         --> wrangler.jsonc
        help: add to `durable_objects.bindings` (line 6):

        { "name": "V2_SYNC", "class_name": "V2Sync" }

        error: nothing creates storage for `V2Sync`
         --> wrangler.jsonc
        help: add to `migrations` (line 7):

        { "tag": "v2", "new_sqlite_classes": ["V2Sync"] }

        wrangler.jsonc: 2 problems; to write these lines: cargo durable-jobs wrangler --write
    "#]]);
}

#[test]
fn comments_and_layout_stay() {
    let project = Project::with_jobs(&["Order", "V2Sync"])
        .file("wrangler.jsonc", RIGHT.replace("2026-07-30", "2025-01-01"));
    project.written("wrangler.jsonc", expect![[r#"
        {
          // The shop.
          "name": "shop",
          "main": "build/index.js",
          "compatibility_date": "2026-07-30", /* today */
          "durable_objects": { "bindings": [{ "name": "ORDER", "class_name": "Order", }, { "name": "V2_SYNC", "class_name": "V2Sync" },] },
          "migrations": [
            { "tag": "v1", "new_sqlite_classes": ["Order"] }, // orders
            { "tag": "v2", "new_sqlite_classes": ["V2Sync"] },
          ],
          "exports": null,
        }
    "#]]);
}

#[test]
fn what_is_not_there_is_made() {
    let project = Project::with_jobs(&["Order", "V2Sync"]).file(
        "wrangler.json",
        "{\n\t\"name\": \"shop\", // the shop\n\t\"vars\": { \"A\": \"}\" }\n\t// the end\n}\n",
    );
    project.written(
        "wrangler.json",
        expect![[r#"
        {
        	"name": "shop", // the shop
        	"vars": { "A": "}" },
        	// the end
        	"main": "build/index.js",
        	"compatibility_date": "2026-07-30",
        	"durable_objects": {
        		"bindings": [
        			{ "name": "ORDER", "class_name": "Order" },
        			{ "name": "V2_SYNC", "class_name": "V2Sync" }
        		]
        	},
        	"migrations": [
        		{ "tag": "v1", "new_sqlite_classes": ["Order", "V2Sync"] }
        	]
        }
    "#]],
    );
}

#[test]
fn one_line_stays_one_line() {
    let project = Project::with_jobs(&["Order"]).file("wrangler.json", "{\"name\":\"shop\"}");
    project.written("wrangler.json", expect![[r#"{"name":"shop", "main": "build/index.js", "compatibility_date": "2026-07-30", "durable_objects": { "bindings": [{ "name": "ORDER", "class_name": "Order" }] }, "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Order"] }]}"#]]);
}

#[test]
fn an_empty_object_can_be_added_to() {
    let project = Project::with_jobs(&["Order"]).file("wrangler.json", "{\n}\n");
    project.written(
        "wrangler.json",
        expect![[r#"
        {
          "main": "build/index.js",
          "compatibility_date": "2026-07-30",
          "durable_objects": {
            "bindings": [
              { "name": "ORDER", "class_name": "Order" }
            ]
          },
          "migrations": [
            { "tag": "v1", "new_sqlite_classes": ["Order"] }
          ]
        }
    "#]],
    );
}

#[test]
fn null_is_as_if_it_were_not_there() {
    let text = RIGHT
        .replace("\"main\": \"build/index.js\"", "\"main\": null")
        .replace("\"exports\": null,", "\"durable_objects\": null");
    let project = Project::with_jobs(&["Order"]).file("wrangler.jsonc", text);
    let ran = project.check();
    assert!(ran.err.contains("`main` is missing"), "{}", ran.err);
    assert!(ran.err.contains("`Order` has no binding"), "{}", ran.err);
    assert_eq!(
        project.write().code,
        Some(0),
        "{}",
        project.read("wrangler.jsonc")
    );
}

#[test]
fn lines_keep_their_endings() {
    let text = RIGHT.replace('\n', "\r\n");
    let project = Project::with_jobs(&["Order", "V2Sync"]).file("wrangler.jsonc", text);
    assert_eq!(project.write().code, Some(0));
    let written = project.read("wrangler.jsonc");
    assert_eq!(
        written.matches('\n').count(),
        written.matches("\r\n").count()
    );
    assert!(
        written.contains("// orders\r\n    { \"tag\": \"v2\""),
        "{written}"
    );
}

#[test]
fn exports_and_environments_are_added_to() {
    let project = Project::with_jobs(&["Order"]).file(
        "wrangler.jsonc",
        r#"{
  "name": "shop",
  "main": "build/index.js",
  "compatibility_date": "2026-07-30",
  "exports": {
    "ChatRoom": { "type": "durable-object", "state": "deleted" }
  },
  "env": {
    "staging": {}
  }
}
"#,
    );
    let ran = project.run(&["wrangler", "--write", "--env", "staging"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    expect![[r#"
        {
          "name": "shop",
          "main": "build/index.js",
          "compatibility_date": "2026-07-30",
          "exports": {
            "ChatRoom": { "type": "durable-object", "state": "deleted" },
            "Order": { "type": "durable-object", "storage": "sqlite" }
          },
          "env": {
            "staging": { "durable_objects": { "bindings": [{ "name": "ORDER", "class_name": "Order" }] } }
          }
        }
    "#]].assert_eq(&project.read("wrangler.jsonc"));
}

#[test]
fn a_file_that_is_no_object_is_told() {
    let project = Project::with_jobs(&["Order"]).file("wrangler.json", "[]");
    project.check().failed(expect![[r#"
        error: wrangler.json:1: `the file`: expected a table of keys and values
    "#]]);
}
