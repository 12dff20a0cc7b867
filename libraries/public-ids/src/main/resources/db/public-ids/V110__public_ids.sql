-- Who draws ids, and how far each has come. Blocks are handed out by one UPDATE of one row in a transaction of its own:
-- a sequence that was handed out is never handed out again, whatever becomes of the process that got it.
CREATE SCHEMA public_ids;

-- number:        the instance's part of every key; 0 belongs to the rows that the database numbered itself.
-- name:          whose number it is for ever; null: of whoever comes without a name and finds it free.
-- next_sequence: the first sequence that was not handed out. The check leaves room for exactly 48 bits.
CREATE TABLE public_ids.instance (
    number        integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (MAXVALUE 32767),
    name          text    UNIQUE,
    next_sequence bigint  NOT NULL DEFAULT 1 CHECK (next_sequence BETWEEN 1 AND 281474976710656)
) WITH (fillfactor = 50);

-- One row: a fingerprint of the key under which this database's ids were given out.
CREATE TABLE public_ids.key (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    fingerprint text    NOT NULL
);
