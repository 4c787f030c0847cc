//! Who reaches an object.

use durable_jobs_tests_cloudflare::{Live, block_on};

const CALL: &str =
    r#"{"v":1,"job":"Retried","id":"a","call":{"task":{"terminate":{"reason":"x"}}}}"#;

#[test]
fn an_object_is_reached_through_the_code_of_the_worker_only() {
    block_on(async {
        let live = Live::start().await;
        for (path, host) in [
            ("/", "durable-object"),
            ("/", "127.0.0.1"),
            ("/Retried", "durable-object"),
            ("/RETRIED/task:Retried:a", "127.0.0.1"),
            ("/testing/derive", "durable-object"),
        ] {
            let answer = live.post(path, host, CALL).await;
            assert_eq!(answer.status, 404, "{path} of {host}: {answer:?}");
        }
        assert_eq!(live.received().await, 0);
    });
}
