-- How many messages took effect here and are no longer remembered; moved in the transaction that
-- forgets them. Together with those in inbox.message: all that ever took effect.
CREATE TABLE inbox.forgotten (
    messages bigint NOT NULL
);
INSERT INTO inbox.forgotten VALUES (0);
