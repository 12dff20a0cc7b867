-- A frozen employee's row cannot be changed, whoever tries: the service's use cases, an import, a session by hand.
ALTER TABLE employee ADD COLUMN frozen_since timestamptz;

CREATE FUNCTION employee_refuse_while_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'employee % is frozen since %', OLD.id, OLD.frozen_since
        USING ERRCODE = 'check_violation', CONSTRAINT = 'employee_frozen';
END $$;

CREATE TRIGGER employee_frozen BEFORE UPDATE ON employee
    FOR EACH ROW WHEN (OLD.frozen_since IS NOT NULL AND NEW.frozen_since IS NOT NULL)
    EXECUTE FUNCTION employee_refuse_while_frozen();

CREATE TABLE payroll_run (
    id          bigint      PRIMARY KEY,
    total       bigint      NOT NULL DEFAULT 0,
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);

CREATE INDEX payroll_run_open ON payroll_run (id) WHERE finished_at IS NULL;

-- What one employee is paid in one run; without an amount, what is still to be done. Workers claim these rows and not
-- the employees' own, so that a run keeps no salary change waiting.
CREATE TABLE payslip (
    run_id      bigint         NOT NULL REFERENCES payroll_run,
    employee_id bigint         NOT NULL REFERENCES employee,
    amount      numeric(14, 2),
    PRIMARY KEY (run_id, employee_id)
) WITH (fillfactor = 70);

CREATE INDEX payslip_open ON payslip (run_id, employee_id) WHERE amount IS NULL;
