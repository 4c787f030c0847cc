-- A file of version 1 as that version made it: a batch of two events, and a job that beats once a minute.
CREATE TABLE instance (
  key           INTEGER PRIMARY KEY,
  job           TEXT NOT NULL,
  id            TEXT NOT NULL,
  incarnation   TEXT NOT NULL,
  status        TEXT NOT NULL,
  wake_at       INTEGER,
  run_count     INTEGER NOT NULL,
  state_version INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  last_error    TEXT,
  record        TEXT NOT NULL,
  state         TEXT,
  UNIQUE (job, id)
) STRICT;
CREATE INDEX instance_wake_at ON instance (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE event (
  instance   INTEGER NOT NULL,
  sequence   INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  arrived_at INTEGER NOT NULL,
  event_id   TEXT,
  event      TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_sequence ON event (instance, sequence);

CREATE TABLE event_id (
  instance   INTEGER NOT NULL,
  event_id   TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (instance, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_id_expiry ON event_id (instance, expires_at);

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('created_by', 'durable-jobs-embedded 0.1.0'), ('syncs', '0');

CREATE VIEW parked AS
  SELECT job, id, last_error, run_count,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000.0, 'unixepoch') AS since
  FROM instance WHERE status = 'parked' ORDER BY updated_at;
CREATE VIEW failing AS
  SELECT job, id, status, last_error, run_count,
    strftime('%Y-%m-%dT%H:%M:%fZ', wake_at / 1000.0, 'unixepoch') AS next_attempt_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000.0, 'unixepoch') AS updated_at
  FROM instance
  WHERE status = 'retrying' OR coalesce(json_extract(record, '$.consecutive_failures'), 0) > 0
  ORDER BY instance.updated_at;
CREATE VIEW due AS
  SELECT job, id, status,
    strftime('%Y-%m-%dT%H:%M:%fZ', wake_at / 1000.0, 'unixepoch') AS due_at,
    round((julianday('now') - 2440587.5) * 86400 - wake_at / 1000.0, 3) AS seconds_late
  FROM instance WHERE wake_at <= (julianday('now') - 2440587.5) * 86400000 ORDER BY wake_at;

INSERT INTO instance (key, job, id, incarnation, status, wake_at, run_count, state_version,
                      updated_at, last_error, record, state)
VALUES (1, 'Lines', 'contact:7', 'd7a56fe68963fa29', 'debouncing', 1700003600000, 0, 1,
        1700000000000, NULL,
        '{"life":{"incarnation":"d7a56fe68963fa29","created_at":1700000000000,"phase":"active","timers":{"flush":1700003600000},"run":null,"runs_begun":0,"attempts_begun":0,"last_run_at":null,"saved_at":1700000000000,"last_error":null},"generation":1,"sequence":1,"claim":null,"asked_for":false,"flush_count":0,"total_events":0}',
        NULL),
       (2, 'Pulse', 'p', '270952359c9d0006', 'waiting', 1700000060000, 0, 1,
        1700000000000, NULL,
        '{"life":{"incarnation":"270952359c9d0006","created_at":1700000000000,"phase":"active","timers":{"schedule":1700000060000},"run":null,"runs_begun":0,"attempts_begun":0,"last_run_at":null,"saved_at":1700000000000,"last_error":null},"schedule":"every 60000ms","last_slot":null,"skipped":0,"consecutive_failures":0}',
        'null');
INSERT INTO event VALUES (1, 1, 1, 1700000000000, 'e1', '"hello"'), (1, 2, 1, 1700000000000, NULL, '"world"');
INSERT INTO event_id VALUES (1, 'e1', 1700003600000);
INSERT INTO meta VALUES ('schedule:Failing', 'every 86400000ms'), ('schedule:Gated', 'every 86400000ms'),
                        ('schedule:Pulse', 'every 60000ms');

PRAGMA application_id = 0x444A4F42;
PRAGMA user_version = 1;
PRAGMA journal_mode = wal;
