package io.gantry.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Small promises about the repository as a whole, which nobody would notice to be broken. */
class HygieneTest {
    private static final String PROBLEM_TYPES = "contracts/src/main/java/io/gantry/contracts/problem/ProblemType.java";
    private static final String PROFILE = "container-service/kernel/src/main/resources/io/gantry/kernel/seccomp/default.profile";
    private static final Pattern PROBLEM_TYPE = Pattern.compile("(?m)^ +([A-Z_]+)\\((\\d+), \"(.+)\"\\)[,;]$");
    private static final Pattern PROBLEM_ROW = Pattern.compile("(?m)^\\| ([a-z-]+) \\| (\\d+) \\| (.+) \\|$");
    private static final Pattern GROUP = Pattern.compile("(?m)^\\[.*$");
    private static final Pattern GROUP_WITH_REASON = Pattern.compile("\\[[a-z0-9-]+( [A-Z_]+)?] \\S.{10,}");

    /** Places on one machine only; in parts, since this file is looked through as well. */
    private static final List<String> PLACES = List.of("/" + "work/", "/tmp/" + "bash_jobs", "/home/" + "user");

    @Test
    void everyProblemIsDescribedAndEveryDescriptionIsOfAProblem() {
        List<String> known =
                PROBLEM_TYPE.matcher(Repository.text(PROBLEM_TYPES))
                        .results()
                        .map(type -> type.group(1).toLowerCase(Locale.ROOT).replace('_', '-') + " " + type.group(2) + " " + type.group(3))
                        .toList();
        List<String> described =
                PROBLEM_ROW.matcher(Repository.text("docs/reference/problems.md"))
                        .results()
                        .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3))
                        .toList();

        assertThat(known).hasSizeGreaterThan(10);
        assertThat(described).containsExactlyElementsOf(known);
    }

    @Test
    void everyGroupOfSystemCallsHasAReason() {
        List<String> groups = GROUP.matcher(Repository.text(PROFILE)).results().map(group -> group.group()).toList();

        assertThat(groups).hasSizeGreaterThan(10).allMatch(group -> GROUP_WITH_REASON.matcher(group).matches());
    }

    @Test
    void everyModuleSaysWhatItIs() {
        assertThat(Repository.named("pom.xml").stream().filter(pom -> pom.getFileName().toString().equals("pom.xml")))
                .hasSizeGreaterThan(15)
                .allSatisfy(pom -> assertThat(pom.resolveSibling("README.md")).exists());
    }

    @Test
    void noFileNamesAPlaceOnOneMachine() {
        assertThat(Repository.files()).filteredOn(Files::isRegularFile).allSatisfy(file -> {
            String text = Repository.text(file).orElse("");
            assertThat(PLACES.stream().filter(text::contains)).as(Repository.name(file)).isEmpty();
        });
    }
}
