-- How an employee's salary moved: altogether, and since the employee's day was closed last. The row follows the
-- employee's row in the same transaction, whoever changes it, by addition. Half of each page stays free, so that a
-- new version of a row finds room on its page: closing a day, which changes every row, then leaves the index alone.
CREATE TABLE employee_activity (
    employee_id    bigint         PRIMARY KEY REFERENCES employee,
    total_change   numeric(20, 2) NOT NULL DEFAULT 0,
    daily_change   numeric(20, 2) NOT NULL DEFAULT 0,
    changes_today  integer        NOT NULL DEFAULT 0,
    -- what the closing before came to: before PostgreSQL 18 an UPDATE can return old values only if it keeps them
    closed_change  numeric(20, 2) NOT NULL DEFAULT 0,
    closed_changes integer        NOT NULL DEFAULT 0
) WITH (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

CREATE FUNCTION employee_activity_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO employee_activity (employee_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION employee_activity_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE employee_activity
    SET total_change  = total_change + (NEW.salary - OLD.salary),
        daily_change  = daily_change + (NEW.salary - OLD.salary),
        changes_today = changes_today + 1
    WHERE employee_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER employee_activity_begins AFTER INSERT ON employee
    FOR EACH ROW EXECUTE FUNCTION employee_activity_begin();

-- What somebody is hired for, also for the second time, is where the counting starts: it is no change.
CREATE TRIGGER employee_activity_follows AFTER UPDATE OF salary ON employee
    FOR EACH ROW WHEN (OLD.salary <> NEW.salary AND OLD.department_id IS NOT NULL)
    EXECUTE FUNCTION employee_activity_follow();

INSERT INTO employee_activity (employee_id) SELECT id FROM employee ORDER BY id;

-- What each day came to, for the employees whose salary changed on it: a partition for each closed day, filled once, in
-- the order of the keys, and dropped whole when nobody wants it any more. The place of the closing (daily_reset) keeps a
-- row from coming twice; a unique index would double the time of a closing to say the same.
CREATE TABLE activity_history (
    day         date           NOT NULL,
    employee_id bigint         NOT NULL,
    change      numeric(20, 2) NOT NULL,
    changes     integer        NOT NULL
) PARTITION BY RANGE (day);

-- A closing of the days first_day to day: whatever changed since the closing before counts for first_day. It walks
-- over the employees in the order of their keys; last_employee is the key up to which it has come.
CREATE TABLE daily_reset (
    day           date        PRIMARY KEY,
    first_day     date        NOT NULL,
    total         bigint      NOT NULL DEFAULT 0,
    closed        bigint      NOT NULL DEFAULT 0,
    last_employee bigint      NOT NULL DEFAULT 0,
    runner        uuid,
    lease_until   timestamptz,
    started_at    timestamptz NOT NULL DEFAULT now(),
    finished_at   timestamptz,
    CONSTRAINT daily_reset_days_in_order CHECK (first_day <= day)
);

-- One closing at a time, whatever its days.
CREATE UNIQUE INDEX daily_reset_one_under_way ON daily_reset ((true)) WHERE finished_at IS NULL;
