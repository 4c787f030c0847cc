//! Messages that leave, arrive, and do not.

use super::*;
use crate::{InstanceId, wire::Json};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

fn draft(id: &str, bytes: usize) -> Draft {
    Draft {
        job: "Order",
        id: InstanceId::new(id).expect("a valid id"),
        call: Json(format!("{:>bytes$}", "{}").into()),
    }
}

/// An outbox with stored messages to these ids, and the rows that they are in.
fn outbox(drafts: Vec<Draft>) -> (Outbox, Vec<u64>) {
    let mut outbox = Outbox::default();
    let last = outbox.send(drafts, NOW, Some(NOW), 1);
    outbox.is_stored(last.unwrap_or_default());
    let rows = written(&mut outbox);
    (outbox, rows)
}

fn written(outbox: &mut Outbox) -> Vec<u64> {
    let mut writes = Vec::new();
    outbox.write_changes(&mut writes);
    let row = |write| match write {
        Write::PutItem(row) => Some(row.number),
        _ => None,
    };
    writes.into_iter().filter_map(row).collect()
}

fn report(outbox: &mut Outbox, id: &str, number: u64, error: Option<ClientError>) {
    let to = Recipient {
        job: "Order".into(),
        id: id.into(),
    };
    let report = DeliveryReport {
        to,
        arrived: error.is_none().then_some(number),
        failed: error.map(|error| (number, error)),
    };
    outbox.take_report(report, NOW, Some(NOW));
}

fn no_way() -> ClientError {
    ClientError::Transport {
        job: "Order".to_owned(),
        id: "a".to_owned(),
        reason: "no way".to_owned(),
    }
}

#[test]
fn a_row_takes_so_many_messages_and_so_much_text() {
    let rows = |drafts| outbox(drafts).1;
    let short = |count| (0..count).map(|_| draft("a", 2)).collect();
    assert_eq!(rows(short(0)), [0; 0]);
    assert_eq!(rows(short(MOST_IN_ROW)), [1]);
    assert_eq!(rows(short(MOST_IN_ROW + 1)), [1, 2]);
    let half = MOST_BYTES_IN_ROW / 2;
    assert_eq!(rows(vec![draft("a", half), draft("a", half)]), [1]);
    assert_eq!(rows(vec![draft("a", half), draft("a", half + 1)]), [1, 2]);
    let thirds = (0..4).map(|_| draft("a", MOST_BYTES_IN_ROW / 3));
    assert_eq!(rows(thirds.collect()), [1, 2]);
    let nothing = Outbox::default().send(Vec::new(), NOW, None, 1);
    assert_eq!(nothing, None);
}

#[test]
fn whoever_writes_more_knows_how_many_wait() {
    let (mut outbox, _) = outbox(vec![draft("a", 2), draft("b", 2), draft("b", 2)]);
    let waiting = outbox.waiting();
    assert_eq!(waiting.load(Ordering::Relaxed), 3);
    outbox.leave(NOW);
    report(&mut outbox, "b", 3, None);
    assert_eq!(waiting.load(Ordering::Relaxed), 1);
    let mut emptied = outbox.emptied();
    assert_eq!(waiting.load(Ordering::Relaxed), 0);
    emptied.send(vec![draft("a", 2)], NOW, None, 1);
    assert_eq!(waiting.load(Ordering::Relaxed), 1);
}

#[test]
fn so_many_recipients_are_written_to_at_a_time() {
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let (mut outbox, _) = outbox(ids.map(|id| draft(id, 2)).into());
    assert_eq!(outbox.leave(NOW).len(), MOST_OUT);
    assert_eq!(outbox.leave(NOW).len(), 0);
    report(&mut outbox, "a", 1, None);
    assert_eq!(outbox.leave(NOW).len(), 1);
}

#[test]
fn what_waits_for_another_time_is_not_busy_and_is_stored_without_what_has_arrived() {
    let (mut outbox, _) = outbox(vec![draft("a", 2), draft("b", 2), draft("c", 2)]);
    outbox.leave(NOW);
    report(&mut outbox, "a", 1, Some(no_way()));
    report(&mut outbox, "b", 2, None);
    assert!(outbox.is_busy());
    assert_eq!(written(&mut outbox), [0; 0], "another one is out");
    report(&mut outbox, "c", 3, None);
    assert!(!outbox.is_busy());
    assert_eq!(written(&mut outbox), [1]);
    assert_eq!(outbox.wakes_at(), Some(NOW + SHORTEST_PAUSE));
    assert!(!Outbox::default().is_busy());
}

#[test]
fn who_has_looked_looks_again_later() {
    let (mut outbox, _) = outbox(vec![draft("a", 2)]);
    outbox.leave(NOW - Duration::from_millis(1));
    assert_eq!(outbox.wakes_at(), Some(NOW), "it is not time yet");
    outbox.leave(NOW);
    assert_eq!(outbox.wakes_at(), Some(NOW + LOOK_AFTER));
    report(&mut outbox, "a", 1, Some(no_way()));
    let again_at = NOW + SHORTEST_PAUSE;
    outbox.durable = 0;
    outbox.leave(again_at);
    assert_eq!(outbox.wakes_at(), Some(again_at), "it is still due");
}
