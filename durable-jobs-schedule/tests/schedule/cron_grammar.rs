//! What the parser accepts, what it refuses, and what it says.

use durable_jobs_schedule::parse::{self, CronError, Subject};
use durable_jobs_schedule::{Fields, TimeOfDay};

fn fields(expression: &str) -> Fields {
    parse::cron(expression, None).unwrap().as_cron().fields()
}

fn errors(expression: &str, timezone: Option<&str>) -> Vec<CronError> {
    parse::cron(expression, timezone).unwrap_err()
}

#[track_caller]
fn refuses(expression: &str, message: &str, help: &str) {
    let errors = errors(expression, None);
    let [error] = errors.as_slice() else {
        panic!("one error expected: {errors:?}")
    };
    assert_eq!(
        (error.to_string().as_str(), error.help().as_str()),
        (message, help)
    );
    assert_eq!(error.subject(), Subject::Expression);
}

#[test]
fn different_spellings_mean_the_same() {
    let same = [
        ("0 9 * * MON-FRI", "0 9 * * 1-5"),
        ("0 9 * * mon,Tue", "0 9 * * 1,2"),
        ("0 0 * * 7", "0 0 * * 0"),
        ("0 0 * * FRI-SUN", "0 0 * * 5,6,0"),
        ("0 0 * * SUN-TUE", "0 0 * * 0-2"),
        ("0 0 * * FRIL", "0 0 * * 5L"),
        ("0 0 * * 7#2", "0 0 * * SUN#2"),
        ("0 0 1 jan *", "0 0 1 1 *"),
        ("0 0 * * 0-7", "0 0 * * 0-6"),
        ("1,1-2 0 * * *", "1,2 0 * * *"),
        ("0 0 1 */3 *", "0 0 1 1,4,7,10 *"),
        ("10-30/10 0 * * *", "10,20,30 0 * * *"),
        ("0 0-23/23 * * *", "0 0,23 * * *"),
        ("00 09 * * *", "0 9 * * *"),
        ("  0\t9  * * * ", "0 9 * * *"),
        ("@hourly", "0 * * * *"),
        ("@daily", "0 0 * * *"),
        ("@Midnight", "0 0 * * *"),
        ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
    ];
    for (left, right) in same {
        assert_eq!(fields(left), fields(right), "{left} and {right}");
    }
}

#[test]
fn masks_hold_the_values() {
    let quarter_hours = fields("*/15 0 L * *");
    assert_eq!(quarter_hours.minutes, 1 | 1 << 15 | 1 << 30 | 1 << 45);
    assert_eq!((quarter_hours.hours, quarter_hours.days), (1, 1));
    assert_eq!((quarter_hours.months, quarter_hours.weekdays), (0x1ffe, 0));
    assert_eq!(fields("0 0 * * MON").weekdays, 0x02_0202_0202);
    assert_eq!(fields("0 0 * * MON#2,FRIL").weekdays, 0x2000_0000_0200);
}

#[test]
fn only_a_bare_star_counts_as_not_given() {
    assert_eq!(fields("0 0 * * *").days, 0xffff_fffe);
    assert_eq!(fields("0 0 * * MON").days, 0);
    assert_eq!(fields("0 0 */1 * MON").days, 0xffff_fffe);
    assert_eq!(fields("0 0 13 * FRI").days, 1 << 13);
    assert_ne!(fields("0 0 13 * FRI").weekdays, 0);
    assert_ne!(fields("0 0 13 * */2").weekdays, 0);
}

#[test]
fn a_star_in_minute_or_hour_makes_a_schedule_follow_elapsed_time() {
    for expression in [
        "* 2 * * *",
        "0 * * * *",
        "*/5 2 * * *",
        "0 */2 * * *",
        "1,*/5 2 * * *",
    ] {
        assert_eq!(
            fields(expression).time_of_day,
            TimeOfDay::Wildcard,
            "{expression}"
        );
    }
    for expression in ["0 2 * * *", "0,30 1-3 * * *", "0-59 0-23 * * *"] {
        assert_eq!(
            fields(expression).time_of_day,
            TimeOfDay::Fixed,
            "{expression}"
        );
    }
}

#[test]
fn a_fingerprint_is_free_of_spelling_and_tables() {
    let cron = parse::cron(" 0  9 * * mon ", Some("Europe/Berlin")).unwrap();
    assert_eq!(cron.fingerprint(), "0 9 * * MON Europe/Berlin");
    assert_eq!(cron.to_string(), cron.fingerprint());
    assert_eq!(cron.as_cron().expression(), "0 9 * * MON");
    assert_eq!(
        parse::cron("@DAILY", None).unwrap().fingerprint(),
        "@daily UTC"
    );
}

#[test]
fn every_wrong_field_is_reported() {
    let errors = errors("61 24 0 13 8", Some("Europe/Berln"));
    let messages: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "field 1 (minute) is `61`, outside 0..=59",
            "field 2 (hour) is `24`, outside 0..=23",
            "field 3 (day of month) is `0`, outside 1..=31",
            "field 4 (month) is `13`, outside 1..=12",
            "field 5 (day of week) is `8`, outside 0..=7",
            "there is no time zone `Europe/Berln`",
        ]
    );
    let help = "the fields are: minute hour day-of-month month day-of-week";
    assert_eq!(errors[0].help(), help);
}

#[test]
fn every_wrong_item_of_a_list_is_reported() {
    assert_eq!(errors("60,0,99 0 * * *", None).len(), 2);
}

#[test]
fn wrong_items_say_what_to_write() {
    let not_a_time =
        "write a number, a range, a step or a list, as in `0`, `9-17`, `*/15` or `0,30`";
    refuses(
        "x 0 * * *",
        "field 1 (minute) is `x`, which is not understood",
        not_a_time,
    );
    refuses(
        "-1 0 * * *",
        "field 1 (minute) is `-1`, which is not understood",
        not_a_time,
    );
    refuses(
        "+1 0 * * *",
        "field 1 (minute) is `+1`, which is not understood",
        not_a_time,
    );
    refuses(
        "0 1- * * *",
        "field 2 (hour) is `1-`, which is not understood",
        not_a_time,
    );
    refuses(
        "0 1-2-3 * * *",
        "field 2 (hour) is `1-2-3`, which is not understood",
        not_a_time,
    );
    refuses(
        "0 */ * * *",
        "field 2 (hour) is `*/`, which is not understood",
        not_a_time,
    );
    refuses(
        "0 L * * *",
        "field 2 (hour) is `L`, which is not understood",
        not_a_time,
    );
    refuses(
        "1,,2 0 * * *",
        "field 1 (minute) has an empty item in a list",
        not_a_time,
    );
    refuses(
        "0 0 15W * *",
        "field 3 (day of month) is `15W`, which is not understood",
        "write a number, a range, a step, a list or `L`, as in `1,15` or `L`",
    );
    refuses(
        "0 0 * JANUARY *",
        "field 4 (month) is `JANUARY`, which is not understood",
        "write numbers or names, as in `1`, `JAN`, `JAN-MAR` or `*/3`",
    );
    refuses(
        "0 0 * * L",
        "field 5 (day of week) is `L`, which is not understood",
        "write numbers or names, as in `1`, `MON-FRI`, `MON#1` (the first) or `FRIL` (the last)",
    );
    refuses(
        "300 0 * * *",
        "field 1 (minute) is `300`, outside 0..=59",
        "the fields are: minute hour day-of-month month day-of-week",
    );
    refuses(
        "0 0 * * MON#6",
        "field 5 (day of week) is `MON#6`, outside `#1` to `#5`",
        "write 1 to 5 after `#`, as in `MON#1` for the first Monday of the month",
    );
}

#[test]
fn wrong_ranges_and_steps_come_with_a_right_one() {
    refuses(
        "0 22-4 * * *",
        "field 2 (hour) is `22-4`, which ends before it begins",
        "split it in two, as in `22-23,0-4`",
    );
    refuses(
        "0 0 * * FRI-MON",
        "field 5 (day of week) is `FRI-MON`, which ends before it begins",
        "split it in two, as in `FRI-SAT,SUN-MON`",
    );
    refuses(
        "0 0 * * 1-0",
        "field 5 (day of week) is `1-0`, which ends before it begins",
        "write `MON-SUN`",
    );
    refuses(
        "5/10 0 * * *",
        "field 1 (minute) is `5/10`, a step without a range",
        "write the whole range, as in `5-59/10`",
    );
    refuses(
        "/10 0 * * *",
        "field 1 (minute) is `/10`, a step without a range",
        "write the whole range, as in `0-59/10`",
    );
    refuses(
        "*/0 0 * * *",
        "field 1 (minute) is `*/0`, a step of zero",
        "write a step of at least 1",
    );
    refuses(
        "*/90 * * * *",
        "field 1 (minute) is `*/90`, a step longer than its range",
        "write a shorter step, or use a fixed interval (`every`)",
    );
    refuses(
        "0 */30 * * *",
        "field 2 (hour) is `*/30`, a step longer than its range",
        "write a shorter step, or use a fixed interval (`every`)",
    );
    refuses(
        "0 0 */31 * *",
        "field 3 (day of month) is `*/31`, a step longer than its range",
        "write a shorter step, or the value alone",
    );
    refuses(
        "0 0 * * */7",
        "field 5 (day of week) is `*/7`, a step longer than its range",
        "write a shorter step, or the value alone",
    );
    refuses(
        "0 9-17/9 * * *",
        "field 2 (hour) is `9-17/9`, a step longer than its range",
        "write a shorter step, or use a fixed interval (`every`)",
    );
    refuses(
        "0 0 *,5 * *",
        "field 3 (day of month) has `*` in a list",
        "write `*` alone, or leave it out of the list",
    );
}

#[test]
fn wrong_numbers_of_fields() {
    let help =
        "the fields are: minute hour day-of-month month day-of-week, as in `0 9 * * MON-FRI`";
    refuses("", "the cron expression is empty", help);
    refuses(" ", "the cron expression is empty", help);
    refuses(
        "* * * *",
        "a cron expression has 5 fields, this one has 4",
        help,
    );
    refuses(
        "* * * * * * * *",
        "a cron expression has 5 fields, this one has 8",
        help,
    );
    refuses(
        "daily",
        "a cron expression has 5 fields, this one has 1",
        help,
    );
    refuses(
        "@reboot",
        "there is no nickname `@reboot`",
        "the nicknames are: @hourly @daily @midnight @weekly @monthly @yearly @annually",
    );
}

#[test]
fn quartz_expressions_are_translated() {
    let message = "seconds, years and `?` belong to Quartz expressions";
    refuses("0 0 9 ? * MON-FRI", message, "write `0 9 * * MON-FRI`");
    refuses("0 0 9 ? * 2-6 *", message, "write `0 9 * * MON-FRI`");
    refuses("0 0 9 * * MON", message, "write `0 9 * * MON`");
    refuses("0 0 9 ? * *", message, "write `0 9 * * *`");
    refuses("0 9 ? * MON", message, "write `0 9 * * MON`");
    let by_hand =
        "write five fields, without seconds and years, with `*` for `?` and weekdays by name";
    refuses("*/10 * * * * *", message, by_hand);
    refuses("0 0 9 ? * MON 2027", message, by_hand);
    refuses("0 0 9 * * 2", message, by_hand);
}

#[test]
fn a_schedule_that_never_fires_is_refused() {
    let message = "this schedule never fires: there is no such date";
    let help = "choose a day that the month has; `L` is the last day of every month";
    for expression in ["0 0 31 2 *", "0 0 30 FEB *", "0 0 31 4,6,9,11 *"] {
        refuses(expression, message, help);
    }
    for expression in [
        "0 0 29 2 *",
        "0 0 * 2 MON#5",
        "0 0 31 2 MON",
        "0 0 30,31 1,2 *",
    ] {
        assert!(parse::cron(expression, None).is_ok(), "{expression}");
    }
    let skipped = errors("*/5 2 * 3 SUN#2", Some("America/New_York"));
    let message = "this schedule never fires: the clocks of its zone skip all its times";
    assert_eq!(skipped[0].to_string(), message);
    assert!(parse::cron("5 2 * 3 SUN#2", Some("America/New_York")).is_ok());
}

#[test]
fn rare_dates_are_found() {
    let next = |expression, after| parse::cron(expression, None).unwrap().next_after(after);
    // From 2096-02-29T00:00 to 2104-02-29T00:00: 2100 has no leap day.
    assert_eq!(
        next("0 0 29 2 *", 3_981_312_000_000),
        Some(4_233_686_400_000)
    );
    // From Monday 2072-02-29T00:00 to Monday 2112-02-29T00:00.
    assert_eq!(
        next("0 0 * 2 MON#5", 3_223_929_600_000),
        Some(4_486_147_200_000)
    );
}

#[test]
fn unknown_zones_come_with_the_nearest_name() {
    let suggestions = [
        ("Europe/Berln", "did you mean `Europe/Berlin`?"),
        ("america/new_york", "did you mean `America/New_York`?"),
        ("New York", "did you mean `America/New_York`?"),
        ("Berlin", "did you mean `Europe/Berlin`?"),
        ("utc", "did you mean `UTC`?"),
        ("", "write an IANA name, as in `America/New_York`"),
        ("0123456789", "write an IANA name, as in `America/New_York`"),
    ];
    for (zone, help) in suggestions {
        let errors = errors("@daily", Some(zone));
        assert_eq!(errors.len(), 1);
        assert_eq!(
            errors[0].to_string(),
            format!("there is no time zone `{zone}`")
        );
        assert_eq!(
            (errors[0].help().as_str(), errors[0].subject()),
            (help, Subject::TimeZone)
        );
    }
}
