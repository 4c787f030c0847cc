//! What is stored stays readable: the files in `tests/schema` say what it looks like.

use durable_jobs_testing::schema_lock;
use quickstart::{Order, TokenRefresher, Traffic, WebhookBatch};

#[test]
fn stored_shapes_are_compatible() {
    schema_lock("tests/schema")
        .job::<TokenRefresher>()
        .job::<WebhookBatch>()
        .job::<Order>()
        .job::<Traffic>()
        .check();
}
