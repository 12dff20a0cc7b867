package dev.aftercommit.employee.project;

import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.employee.transactions.RetriedOnConflict;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;

@ApplicationScoped
class ProjectService {

  private final ProjectRepository projects;
  private final Assignments assignments;

  @Inject
  ProjectService(ProjectRepository projects, Assignments assignments) {
    this.projects = projects;
    this.assignments = assignments;
  }

  @Transactional
  @RetriedOnConflict
  ProjectView create(ProjectTerms terms) {
    Project project = new Project(terms.name());
    projects.persist(project);
    return project.view(List.of());
  }

  /** Assigning somebody who is assigned changes nothing. */
  @Transactional
  @RetriedOnConflict
  void assign(long id, long employee) {
    assignments.add(find(id).id(), employee);
  }

  /** Releasing somebody who is not assigned changes nothing. */
  @Transactional
  @RetriedOnConflict
  void release(long id, long employee) {
    assignments.remove(find(id).id(), employee);
  }

  ProjectView get(long id) {
    return find(id).view(assignments.of(id));
  }

  private Project find(long id) {
    return projects
        .findByIdOptional(id)
        .orElseThrow(() -> Problems.projectNotFound(Long.toString(id)));
  }
}
