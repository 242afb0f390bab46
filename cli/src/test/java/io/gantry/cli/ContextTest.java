package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which platform a command asks. */
class ContextTest {
    @AutoClose private final FakePlatform here = new FakePlatform();
    @AutoClose private final FakePlatform there = new FakePlatform();
    private Map<String, String> environment;

    @TempDir Path folder;

    @BeforeEach
    void twoPlatforms() throws Exception {
        here.answersAll("{\"items\":[]}");
        there.answersAll("{\"items\":[]}");
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.writeString(home.resolve("token"), "mine\n");
        Files.writeString(folder.resolve("theirs"), "theirs\n");
        environment = Map.of("GANTRY_HOME", home.toString(), "GANTRY_URL", here.url(), "HOME", folder.toString());
        assertThat(run("context", "create", "there", "--url", there.url(), "--token-file", folder.resolve("theirs").toString()).out()).isEqualTo("there\n");
    }

    private FakePlatform.Ended run(String... arguments) {
        return FakePlatform.run(environment, arguments);
    }

    private FakePlatform.Ended run(Map<String, String> more, String... arguments) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return FakePlatform.run(all, arguments);
    }

    @Test
    void theOneOfTheInstallationIsAskedUntilAnotherIsUsed() {
        run("ps");
        assertThat(here.asked()).extracting(FakePlatform.Asked::authorization).containsExactly("Bearer mine");

        assertThat(run("context", "use", "there").out()).isEqualTo("there\n");
        run("ps");
        assertThat(there.asked()).extracting(FakePlatform.Asked::authorization).containsExactly("Bearer theirs");
        assertThat(run("context", "show").out()).isEqualTo("there\n");

        run("context", "use", "local");
        run("ps");
        assertThat(here.asked()).hasSize(2);
    }

    @Test
    void oneIsAskedForByOptionOrEnvironment() {
        run("ps", "--context", "there");
        run("--context", "there", "ps");
        run(Map.of("GANTRY_CONTEXT", "there", "GANTRY_TOKEN", "other"), "ps");

        assertThat(there.asked()).hasSize(3).extracting(FakePlatform.Asked::authorization).containsOnly("Bearer theirs");
    }

    @Test
    void aTokenInTheEnvironmentIsStrongerThanTheOneInUse() {
        run("context", "use", "there");
        run(Map.of("GANTRY_TOKEN", "other"), "ps");

        assertThat(here.asked()).extracting(FakePlatform.Asked::authorization).containsExactly("Bearer other");
    }

    @Test
    void theyAreListedAndForgotten() {
        assertThat(run("context").out().replaceAll(" +", " ")).isEqualTo("NAME URL IN USE\nlocal of GANTRY_HOME yes\nthere " + there.url().replaceAll("/$", "") + "\n");
        run("context", "use", "there");

        assertThat(run("context", "rm", "there").out()).isEqualTo("there\n");
        assertThat(run("context", "show").out()).isEqualTo("local\n");
        assertThat(run("context", "ls").out()).doesNotContain("there");
    }

    @Test
    void tokensAreTheirOwnersAlone() throws Exception {
        Path file = folder.resolve(".config/gantry/contexts.json");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent()))).isEqualTo("rwx------");
        assertThat(run("context", "ls").out()).doesNotContain("theirs");
    }

    @Test
    void whatCantBeIsSaid() throws Exception {
        assertThat(run("ps", "--context", "nowhere"))
                .isEqualTo(new FakePlatform.Ended(1, "", "gantry: there is no context nowhere; there are: there. Make one: gantry context create nowhere --url URL\n"));
        assertThat(run("context", "use", "nowhere").err()).startsWith("gantry: there is no context nowhere");
        assertThat(run("context", "create", "local", "--url", "http://x").err()).startsWith("gantry: local can't be a context's name");
        assertThat(run("context", "create", "a b", "--url", "http://x").err()).startsWith("gantry: a b can't be a context's name");
        assertThat(run("context", "create", "x", "--url", "x:1").err()).isEqualTo("gantry: x:1 is not the address of a gateway; write for example http://127.0.0.1:7080\n");
        Files.writeString(folder.resolve("theirs"), "two words");
        assertThat(run("context", "create", "x", "--url", "http://x", "--token-file", folder.resolve("theirs").toString()).err()).startsWith("gantry: that is no token");
        Files.writeString(folder.resolve(".config/gantry/contexts.json"), "{");
        assertThat(run("ps").err()).startsWith("gantry: " + folder.resolve(".config/gantry/contexts.json") + " can't be read as contexts: ");
    }
}
