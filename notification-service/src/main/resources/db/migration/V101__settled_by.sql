-- Which transaction settled a notification: the live stream reads what is visible now and was not at its last
-- look. A time cannot tell that: a mark may commit long after it was made.
ALTER TABLE notification ADD COLUMN settled_by xid8;
CREATE INDEX notification_settled_by ON notification (settled_by, id) WHERE settled_by IS NOT NULL;
