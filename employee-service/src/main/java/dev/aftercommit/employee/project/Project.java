package dev.aftercommit.employee.project;

import dev.aftercommit.employee.ids.PublicIds;
import dev.aftercommit.publicids.IdType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;

/** Something that employees work on together. */
@Entity
@Table(name = "project")
class Project {

  @Id private Long id;

  @Column private String name;

  /** For the persistence provider. */
  protected Project() {}

  Project(long id, String name) {
    this.id = id;
    this.name = name;
  }

  long id() {
    return id;
  }

  ProjectView view(List<Long> assignees, PublicIds ids) {
    return new ProjectView(
        ids.token(IdType.PROJECT, id),
        name,
        assignees.stream().map(employee -> ids.token(IdType.EMPLOYEE, employee)).toList());
  }
}
