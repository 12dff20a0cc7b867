-- The newest state of each employee that has been seen. The version decides what is newest, so the
-- order of arrival does not matter. An employee who left stays, without department: a late event
-- with a lower version must not bring them back. Version -1 means: nothing is known yet.
-- fillfactor leaves room for updates within the page (HOT), since every event updates a row.
CREATE TABLE employee_projection (
    employee   text           PRIMARY KEY,
    department text,
    salary     numeric(14, 2) NOT NULL DEFAULT 0,
    version    bigint         NOT NULL DEFAULT -1
) WITH (fillfactor = 70);

-- Headcount and sum of salaries per department: moved by the difference, in the transaction that
-- moves the employee. The name arrives in events of its own, guarded by their version.
CREATE TABLE department (
    department text           PRIMARY KEY,
    name       text,
    version    bigint         NOT NULL DEFAULT -1,
    headcount  bigint         NOT NULL DEFAULT 0,
    total      numeric(20, 2) NOT NULL DEFAULT 0
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
