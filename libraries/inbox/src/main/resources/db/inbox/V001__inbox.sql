-- The inbox: which messages have taken effect here, and those that could not.
CREATE SCHEMA inbox;

-- Ids are UUIDs of version 7, so inserts go to the right edge of the index.
CREATE TABLE inbox.message (
    event_id   uuid        PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- How often a message came again and was ignored; moved in the transaction that ignores it.
CREATE TABLE inbox.duplicates (
    ignored bigint NOT NULL
);
INSERT INTO inbox.duplicates VALUES (0);

-- Messages that cannot be read or applied, whole, with the reason, until somebody replays them.
CREATE TABLE inbox.parked_message (
    id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reason    text        NOT NULL,
    detail    text        NOT NULL,
    type      text,
    event_id  text,
    body      bytea       NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now()
);

-- "Is this very message parked already?" is asked for each message that is parked.
CREATE INDEX parked_message_event_id ON inbox.parked_message (event_id);
