struct Order;
#[automatically_derived]
impl ::durable_jobs::__private::Declared for Order {
    type Kind = ::durable_jobs::__private::kind::Task;
    const CLASS: &'static str = "Order";
}
#[automatically_derived]
impl ::durable_jobs::__private::DeclaredTask for Order {
    const SPEC: ::durable_jobs::__private::TaskSpec = ::durable_jobs::__private::TaskSpec::new(
        "Order",
    );
    type Timer = orders::OrderTimer;
}
/// Client for [`Order`].
type OrderClient = ::durable_jobs::TaskClient<Order>;
::durable_jobs::__private::export_job! {
    job : Order, class : "Order", marker : "__durable_job_Order"
}
::core::compile_error! {
    "`history` must be at least 1\n\nhelp: leave `history` out to keep none"
}
