-- The outbox: an append-only ring of events, and the cursors of those who relay it.
--
-- Nothing here is updated or deleted per event. A relay remembers a snapshot: every event that is visible in it has been
-- delivered. What is visible now and was not visible then is the next window, so an event whose id was drawn early and
-- whose transaction committed late is found like any other, and a long transaction elsewhere holds nothing back.
-- The idea of batches between two snapshots comes from PgQ (https://wiki.postgresql.org/wiki/PGQ_Tutorial).
CREATE SCHEMA outbox;

CREATE SEQUENCE outbox.event_position AS bigint;

-- position: the order within a key. It is drawn after the transaction got its xid (the CASE forces that), so events of
--           transactions that began to write after a snapshot was taken have greater positions than any drawn before it.
-- slot:     which part of the ring; a part holds a quarter of an hour and is emptied by TRUNCATE when all of it has been
--           delivered and its turn is near again. It is the time of insertion, not of the transaction's begin.
CREATE TABLE outbox.event (
    position     bigint      NOT NULL DEFAULT CASE WHEN pg_current_xact_id() IS NOT NULL
                                              THEN nextval('outbox.event_position') END,
    xid          xid8        NOT NULL DEFAULT pg_current_xact_id(),
    slot         smallint    NOT NULL DEFAULT (extract(epoch FROM clock_timestamp())::bigint / 900 % 4)::smallint,
    shard        smallint    NOT NULL CHECK (shard BETWEEN 0 AND 15),
    event_id     uuid        NOT NULL,
    key          text        NOT NULL,
    topic        text        NOT NULL,
    type         text        NOT NULL,
    source       text        NOT NULL,
    data_schema  text        NOT NULL,
    occurred_at  timestamptz NOT NULL,
    trace_parent text,
    payload      bytea       NOT NULL CHECK (length(payload) <= 262144)
) PARTITION BY LIST (slot);

CREATE TABLE outbox.event_slot_0 PARTITION OF outbox.event FOR VALUES IN (0);
CREATE TABLE outbox.event_slot_1 PARTITION OF outbox.event FOR VALUES IN (1);
CREATE TABLE outbox.event_slot_2 PARTITION OF outbox.event FOR VALUES IN (2);
CREATE TABLE outbox.event_slot_3 PARTITION OF outbox.event FOR VALUES IN (3);

CREATE INDEX event_by_position ON outbox.event (position, shard);
CREATE INDEX event_by_xid ON outbox.event (xid);

-- The relays that are alive: a lease in database time. A relay owns its shards for as long as its lease runs.
CREATE TABLE outbox.relay (
    instance    text        PRIMARY KEY,
    lease_until timestamptz NOT NULL
) WITH (fillfactor = 50);

-- One row per shard: who relays it, and how far it has been relayed. Taking a shard over raises its epoch; every write of
-- the cursor names the epoch it was read under, so an owner that slept through its lease cannot move it any more.
-- delivered:     every event visible in this snapshot is confirmed or parked.
-- horizon:       transactions with this xid or a later one began to write after the snapshot was taken,
-- ceiling:       and all their events have greater positions than this.
-- open_*:        the window being delivered, and the position up to which it is done; null between windows.
CREATE TABLE outbox.shard (
    shard         smallint    PRIMARY KEY,
    owner         text,
    epoch         bigint      NOT NULL DEFAULT 0,
    delivered     pg_snapshot NOT NULL DEFAULT '3:3:',
    horizon       xid8        NOT NULL DEFAULT '3',
    ceiling       bigint      NOT NULL DEFAULT 0,
    open_snapshot pg_snapshot,
    open_horizon  xid8,
    open_ceiling  bigint,
    open_position bigint,
    published     bigint      NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

INSERT INTO outbox.shard (shard) SELECT generate_series(0, 15);

-- Events the broker refused or could not route, and later events of the same key behind them.
CREATE TABLE outbox.parked_event (
    position     bigint      PRIMARY KEY,
    shard        smallint    NOT NULL,
    event_id     uuid        NOT NULL,
    key          text        NOT NULL,
    topic        text        NOT NULL,
    type         text        NOT NULL,
    source       text        NOT NULL,
    data_schema  text        NOT NULL,
    occurred_at  timestamptz NOT NULL,
    trace_parent text,
    payload      bytea       NOT NULL,
    reason       text        NOT NULL,
    parked_at    timestamptz NOT NULL DEFAULT now(),
    replay       boolean     NOT NULL DEFAULT false
);

CREATE INDEX parked_event_by_key ON outbox.parked_event (shard, key, position);

-- The relay's role, where it exists, gets what it needs and no more: it cannot see or change the business tables.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'outbox_relay') THEN
        GRANT USAGE ON SCHEMA outbox TO outbox_relay;
        GRANT SELECT ON ALL SEQUENCES IN SCHEMA outbox TO outbox_relay;
        GRANT SELECT ON ALL TABLES IN SCHEMA outbox TO outbox_relay;
        GRANT UPDATE ON outbox.shard TO outbox_relay;
        GRANT INSERT, UPDATE, DELETE ON outbox.relay, outbox.parked_event TO outbox_relay;
        GRANT TRUNCATE ON outbox.event_slot_0, outbox.event_slot_1, outbox.event_slot_2, outbox.event_slot_3
            TO outbox_relay;
    END IF;
END $$;
