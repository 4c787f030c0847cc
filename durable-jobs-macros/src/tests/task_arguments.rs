//! What each mistake in the keys that only tasks take is told.

use super::{messages, problems};
use crate::kind::Task;

#[test]
fn one_mistake_about_a_task_is_one_message() {
    let cases = [
        ("timers", "`timers` takes the path of an enum"),
        ("timers = 2", "`timers` takes the path of an enum"),
        (
            "timers(Remind, Expire)",
            "`timers` takes the path of an enum",
        ),
        (
            "timers = [OrderTimer]",
            "`timers` takes the path of an enum",
        ),
        ("timer = OrderTimer", "`#[task]` has no key `timer`"),
        ("history = 0", "`history` must be at least 1"),
        ("history = 1001", "`history` is larger than 1000"),
        (r#"history = "10""#, "`history` takes a whole number"),
    ];
    for (arguments, problem) in cases {
        assert_eq!(problems::<Task>(arguments), [problem], "{arguments}");
    }
    for arguments in [
        "timers = OrderTimer",
        "timers = \"OrderTimer\"",
        "timers = crate::orders::OrderTimer, history = 1",
        "timers = ::orders::OrderTimer, history = 1_000",
    ] {
        assert_eq!(messages::<Task>(arguments), [""; 0], "{arguments}");
    }
}
