package io.gantry.image.report.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.view.ImageReportView.SoftwarePackage;
import io.gantry.contracts.view.ImageReportView.Source;
import io.gantry.image.report.core.RpmDatabase.Unreadable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases that rpm's own programs made. */
class RpmDatabaseTest {
    @TempDir Path work;

    @Test
    void packagesHaveTheVersionsThatRpmTells() throws Exception {
        // more than a page of rows has room for, and more than a row has room for in a page
        List<String> specs = new ArrayList<>(IntStream.range(0, 40).mapToObj(number -> spec("small" + number, number + ".1", "2", "", "")).toList());
        specs.add(spec("shop", "1.2~rc1", "3.el9", "Epoch: 4\n", "x".repeat(60_000)));
        byte[] database = database(specs);
        List<SoftwarePackage> found = RpmDatabase.read(database, "var/lib/rpm/rpmdb.sqlite");
        assertThat(found).extracting(one -> one.name() + " " + one.version()).containsExactlyInAnyOrderElementsOf(run("rpm", "--dbpath", work.resolve("db").toString(), "-qa", "--qf", "%{NAME} %{EVR}\\n").lines().toList());
        assertThat(found).hasSize(41).contains(new SoftwarePackage(Source.RPM, "shop", "4:1.2~rc1-3.el9", "var/lib/rpm/rpmdb.sqlite"));
    }

    @Test
    void nothingThatIsBrokenIsReadForeverOrAsSomethingElse() throws Exception {
        byte[] database = database(IntStream.range(0, 8).mapToObj(number -> spec("p" + number, "1", "1", "", "y".repeat(9_000))).toList());
        Random random = new Random(4711);
        for (int i = 0; i < 3_000; i++) {
            byte[] other = database.clone();
            for (int j = 0; j <= i % 5; j++) {
                other[100 + random.nextInt(other.length - 100)] = (byte) random.nextInt();
            }
            try {
                assertThat(RpmDatabase.read(other, "x")).hasSizeLessThan(2_000);
            } catch (Unreadable e) {
                assertThat(e).hasMessageMatching("it is broken|it has no table of packages");
            }
        }
        assertThatThrownBy(() -> RpmDatabase.read(Arrays.copyOf(database, database.length / 2), "x")).isInstanceOf(Unreadable.class);
        assertThatThrownBy(() -> RpmDatabase.read(new byte[200], "x")).hasMessage("it is no database of SQLite");
    }

    private static String spec(String name, String version, String release, String more, String description) {
        return "Name: %s\nVersion: %s\nRelease: %s\n%sSummary: s\nLicense: l\nBuildArch: noarch\n%%description\n%s\n%%files\n".formatted(name, version, release, more, description);
    }

    private byte[] database(List<String> specs) throws IOException, InterruptedException {
        List<String> build = new ArrayList<>(List.of("rpmbuild", "-bb", "--quiet", "--define", "_topdir " + work));
        for (int i = 0; i < specs.size(); i++) {
            build.add(Files.writeString(work.resolve(i + ".spec"), specs.get(i)).toString());
        }
        run(build.toArray(String[]::new));
        List<String> keep = new ArrayList<>(List.of("rpm", "--dbpath", work.resolve("db").toString(), "--justdb", "--nodeps", "-i"));
        try (var made = Files.list(work.resolve("RPMS/noarch"))) {
            made.map(Path::toString).sorted().forEach(keep::add);
        }
        run(keep.toArray(String[]::new));
        return Files.readAllBytes(work.resolve("db/rpmdb.sqlite"));
    }

    private String run(String... words) throws IOException, InterruptedException {
        Path errors = work.resolve("errors");
        Process process = new ProcessBuilder(words).redirectError(errors.toFile()).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(() -> List.of(words) + ": " + said(errors)).isZero();
        return said;
    }

    private static String said(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
