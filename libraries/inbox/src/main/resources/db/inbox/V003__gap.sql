-- Versions of a subject that have not arrived although a newer one has: overtaken, or lost. Moved in
-- the transaction that applies the event. A range from 0 was there before the first version that
-- arrived here.
CREATE TABLE inbox.gap (
    subject       text        NOT NULL,
    first_version bigint      NOT NULL,
    last_version  bigint      NOT NULL,
    since         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (subject, first_version)
);

-- The look for what is overdue meets only what may be.
CREATE INDEX gap_since ON inbox.gap (since) WHERE first_version > 0;

-- The newest version of each subject, for consumers that keep none themselves; -1 means: none yet.
CREATE TABLE inbox.newest_version (
    subject text   PRIMARY KEY,
    version bigint NOT NULL DEFAULT -1
) WITH (fillfactor = 70);
