-- The keys of commands that were carried out, with their answers; written in the transaction of the command itself.
--
-- Uniqueness comes from an advisory lock on the key, held until commit: a double waits for it, then finds the answer in
-- whatever partition it is. An index could not give it, because it is unique within a partition only, and a double may
-- come on the other side of a boundary.
--
-- part: the quarter of the expiry that the transaction began in, counted from 1970 on, modulo 6. A partition is emptied
--       by TRUNCATE once none of its keys is younger than the expiry: nothing is deleted row by row, nothing to vacuum,
--       and there is always a partition to write to.
CREATE TABLE idempotency_key (
    key         text        NOT NULL CONSTRAINT idempotency_key_length CHECK (length(key) BETWEEN 1 AND 255),
    part        smallint    NOT NULL,
    fingerprint text        NOT NULL,
    status      smallint    NOT NULL,
    headers     json        NOT NULL,
    body        text        CONSTRAINT idempotency_key_body_length CHECK (length(body) <= 262144),
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (key, part)
) PARTITION BY LIST (part);

CREATE TABLE idempotency_key_0 PARTITION OF idempotency_key FOR VALUES IN (0);
CREATE TABLE idempotency_key_1 PARTITION OF idempotency_key FOR VALUES IN (1);
CREATE TABLE idempotency_key_2 PARTITION OF idempotency_key FOR VALUES IN (2);
CREATE TABLE idempotency_key_3 PARTITION OF idempotency_key FOR VALUES IN (3);
CREATE TABLE idempotency_key_4 PARTITION OF idempotency_key FOR VALUES IN (4);
CREATE TABLE idempotency_key_5 PARTITION OF idempotency_key FOR VALUES IN (5);
