package dev.aftercommit.employee.project;

import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.employee.problem.Problems;
import dev.aftercommit.employee.transactions.RetriedOnConflict;
import dev.aftercommit.publicids.IdType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;

@ApplicationScoped
class ProjectService {

  private final ProjectRepository projects;
  private final Assignments assignments;
  private final PublicIds ids;

  @Inject
  ProjectService(ProjectRepository projects, Assignments assignments, PublicIds ids) {
    this.projects = projects;
    this.assignments = assignments;
    this.ids = ids;
  }

  @Transactional
  @RetriedOnConflict
  ProjectView create(ProjectTerms terms) {
    Project project = new Project(ids.next(), terms.name());
    projects.persist(project);
    return project.view(List.of(), ids);
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
    return find(id).view(assignments.of(id), ids);
  }

  private Project find(long id) {
    return projects
        .findByIdOptional(id)
        .orElseThrow(() -> Problems.projectNotFound(ids.token(IdType.PROJECT, id)));
  }
}
