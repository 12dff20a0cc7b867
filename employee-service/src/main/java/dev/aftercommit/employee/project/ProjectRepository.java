package dev.aftercommit.employee.project;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class ProjectRepository implements PanacheRepository<Project> {}
