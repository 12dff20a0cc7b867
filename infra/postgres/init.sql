-- Databases and roles: one database per service, one login role per service. Each service owns its database and
-- creates its tables there with Flyway; the relay owns nothing and gets only what the outbox schema grants it.
-- The passwords are for development; production gives each role its own.
CREATE ROLE employee_service LOGIN PASSWORD 'employee_service';
CREATE ROLE outbox_relay LOGIN PASSWORD 'outbox_relay';
CREATE ROLE salary_aggregator LOGIN PASSWORD 'salary_aggregator';
CREATE ROLE notification_service LOGIN PASSWORD 'notification_service';

CREATE DATABASE employee OWNER employee_service;
CREATE DATABASE aggregator OWNER salary_aggregator;
CREATE DATABASE notification OWNER notification_service;

REVOKE CONNECT ON DATABASE employee, aggregator, notification FROM PUBLIC;
GRANT CONNECT ON DATABASE employee TO outbox_relay;
