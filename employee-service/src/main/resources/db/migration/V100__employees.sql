-- payroll is the sum of the salaries of the department's employees. It is moved by addition in the database, under the
-- row's lock, so that two changes of different employees cannot both fit a budget that only one of them fits.
CREATE TABLE department (
    id      bigint         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name    text           NOT NULL CONSTRAINT department_name_unique UNIQUE,
    budget  numeric(14, 2) NOT NULL CONSTRAINT department_budget_range CHECK (budget >= 0),
    payroll numeric(14, 2) NOT NULL DEFAULT 0,
    version bigint         NOT NULL DEFAULT 0,
    CONSTRAINT department_payroll_within_budget CHECK (payroll BETWEEN 0 AND budget)
) WITH (fillfactor = 50);

-- department_id is null once the employee has left: the row stays, so that its versions go on and are never used twice,
-- and its import key stays with it, so that importing the same person again rehires this one.
CREATE TABLE employee (
    id            bigint         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text           NOT NULL,
    email         text,
    department_id bigint         CONSTRAINT employee_department_exists REFERENCES department,
    salary        numeric(14, 2) NOT NULL CONSTRAINT employee_salary_range CHECK (salary >= 0),
    version       bigint         NOT NULL DEFAULT 0,
    import_key    text           CONSTRAINT employee_import_key_unique UNIQUE
) WITH (fillfactor = 80);

CREATE INDEX employee_by_department ON employee (department_id, id);
