#[derive(Default, Serialize, Deserialize)]
pub struct Order;
#[automatically_derived]
impl ::durable_jobs::__private::Declared for Order {
    type Kind = ::durable_jobs::__private::kind::Task;
    const CLASS: &'static str = "Order";
    const TARGETS: &'static [::durable_jobs::__private::Target] = &[
        ::durable_jobs::__private::Target::of::<Order>(),
        ::durable_jobs::__private::Target::of::<crate::invoices::Invoice>(),
    ];
}
#[automatically_derived]
impl ::durable_jobs::__private::DeclaredTask for Order {
    const SPEC: ::durable_jobs::__private::TaskSpec = ::durable_jobs::__private::TaskSpec::new(
            "Order",
        )
        .no_retry();
    type Timer = ::durable_jobs::__private::UnnamedTimer;
}
/// Client for [`Order`].
pub type OrderClient = ::durable_jobs::TaskClient<Order>;
#[automatically_derived]
impl ::durable_jobs::__private::SendsTo<Order> for Order {}
#[automatically_derived]
impl ::durable_jobs::__private::SendsTo<crate::invoices::Invoice> for Order {}
::durable_jobs::__private::export_job! {
    job : Order, class : "Order", marker : "__durable_job_Order"
}
const _: () = ::durable_jobs::__private::assert_task::<Order>();
