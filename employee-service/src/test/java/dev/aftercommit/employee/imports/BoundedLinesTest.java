package dev.aftercommit.employee.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundedLinesTest {

  @Test
  void cutsALineThatIsTooLongAndGoesOnBehindIt() throws Exception {
    BoundedLines lines =
        new BoundedLines(
            new ByteArrayInputStream("12345\n123456\n\n12".getBytes(StandardCharsets.UTF_8)), 5);
    List<String> read = new ArrayList<>();
    for (BoundedLines.Line line = lines.next(); line != null; line = lines.next()) {
      read.add(
          line.number()
              + (line.complete() ? ":" : "cut:")
              + new String(line.bytes(), StandardCharsets.UTF_8));
    }

    assertThat(read).containsExactly("1:12345", "2cut:12345", "3:", "4:12");
  }
}
