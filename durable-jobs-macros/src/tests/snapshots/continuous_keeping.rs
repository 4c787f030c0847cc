struct Report;
#[automatically_derived]
impl ::durable_jobs::__private::Declared for Report {
    type Kind = ::durable_jobs::__private::kind::Continuous;
    const CLASS: &'static str = "Report";
}
#[automatically_derived]
impl ::durable_jobs::__private::DeclaredContinuous for Report {
    const SPEC: ::durable_jobs::__private::ContinuousSpec = ::durable_jobs::__private::ContinuousSpec::every(
            "Report",
            ::core::time::Duration::from_millis(3600000u64),
        )
        .missed(::durable_jobs::__private::Missed::All {
            most: 10u32,
        })
        .jitter(::core::time::Duration::from_millis(30000u64))
        .max_consecutive_failures(3u32)
        .on_recovery(::durable_jobs::__private::OnRecovery::Skip)
        .history(20u32)
        .retain(::core::time::Duration::from_millis(604800000u64))
        .max_state_bytes(1000000u64)
        .version(2u32);
}
/// Client for [`Report`].
type ReportClient = ::durable_jobs::ContinuousClient<Report>;
::durable_jobs::__private::export_job! {
    job : Report, class : "Report", marker : "__durable_job_Report"
}
const _: () = ::durable_jobs::__private::assert_continuous::<Report>();
