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
        .delay(::durable_jobs::__private::Delay::AfterRun);
}
/// Client for [`Report`].
type ReportClient = ::durable_jobs::ContinuousClient<Report>;
::durable_jobs::__private::export_job! {
    job : Report, class : "Report", marker : "__durable_job_Report"
}
const _: () = ::durable_jobs::__private::assert_continuous::<Report>();
