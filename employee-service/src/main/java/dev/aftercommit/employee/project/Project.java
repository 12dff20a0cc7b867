package dev.aftercommit.employee.project;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;

/** Something that employees work on together. */
@Entity
@Table(name = "project")
class Project {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column private String name;

  /** For the persistence provider. */
  protected Project() {}

  Project(String name) {
    this.name = name;
  }

  long id() {
    return id;
  }

  ProjectView view(List<Long> assignees) {
    return new ProjectView(
        Long.toString(id), name, assignees.stream().map(String::valueOf).toList());
  }
}
