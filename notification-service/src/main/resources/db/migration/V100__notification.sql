-- What employees are told, and how far that has come. One row per salary change, made in the
-- transaction that records its event in the inbox.
CREATE TABLE notification (
    id            bigint        GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id      uuid          NOT NULL UNIQUE,
    employee      text          NOT NULL,
    name          text          NOT NULL,
    email         text,
    salary        numeric(14,2) NOT NULL,
    currency      text          NOT NULL,
    changed_at    timestamptz   NOT NULL,
    message_id    text          NOT NULL,
    state         text          NOT NULL CHECK (state IN ('PENDING', 'SENT', 'WITHOUT_ADDRESS', 'PARKED')),
    -- Counted when the row is claimed, so that a mail which kills its sender is bounded too.
    tries         integer       NOT NULL DEFAULT 0,
    next_try_at   timestamptz   NOT NULL DEFAULT now(),
    claimed_until timestamptz,
    error         text,
    created_at    timestamptz   NOT NULL DEFAULT now(),
    settled_at    timestamptz
);

-- What is due, oldest first; only what is still to be sent.
CREATE INDEX notification_due ON notification (next_try_at, id) WHERE state = 'PENDING';
CREATE INDEX notification_parked ON notification (id) WHERE state = 'PARKED';
CREATE INDEX notification_employee ON notification (employee, id);
-- The live stream reads the newest.
CREATE INDEX notification_settled ON notification (settled_at) WHERE settled_at IS NOT NULL;
