pub struct WebhookBatch {
    events: Vec<Webhook>,
}
#[automatically_derived]
impl ::durable_jobs::__private::Declared for WebhookBatch {
    type Kind = ::durable_jobs::__private::kind::Debounce;
    const CLASS: &'static str = "WebhookBatch";
}
#[automatically_derived]
impl ::durable_jobs::__private::DeclaredDebounce for WebhookBatch {
    const SPEC: ::durable_jobs::__private::DebounceSpec = ::durable_jobs::__private::DebounceSpec::new(
        "WebhookBatch",
    );
}
/// Client for [`WebhookBatch`].
pub type WebhookBatchClient = ::durable_jobs::DebounceClient<WebhookBatch>;
::durable_jobs::__private::export_job! {
    job : WebhookBatch, class : "WebhookBatch", marker : "__durable_job_WebhookBatch"
}
::core::compile_error! {
    "`max_events` must be at least 1\n\nhelp: leave `max_events` out to flush on `flush_after` alone"
}
