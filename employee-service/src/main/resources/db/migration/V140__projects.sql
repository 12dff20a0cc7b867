CREATE TABLE project (
    id   bigint PRIMARY KEY,
    name text   NOT NULL
);

-- Who works on what: the only place where this is written down. The list of a project is read from here.
CREATE TABLE project_assignee (
    project_id  bigint NOT NULL CONSTRAINT project_assignee_project_exists REFERENCES project,
    employee_id bigint NOT NULL CONSTRAINT project_assignee_employee_exists REFERENCES employee,
    PRIMARY KEY (project_id, employee_id)
);

CREATE INDEX project_assignee_by_employee ON project_assignee (employee_id, project_id);
