package io.gantry.e2e.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptsIT {
    private static final Pattern VERB = Pattern.compile("(?m)^        ([a-z]+)\\) ");
    /** For tests and the curious; named by {@code ./gantry host} itself. */
    private static final List<String> INNER = List.of("host", "service");

    @TempDir Path folder;
    private Scratch scratch;

    @BeforeEach
    void copy() throws IOException {
        scratch = new Scratch(folder);
    }

    @Test
    void findsAJdk25WhenTheDefaultIsOlder() throws IOException {
        Path old = scratch.jdk("jdk-17", "17.0.15");
        Path right = scratch.jdk("elsewhere/temurin-25", "25.0.3");
        scratch.program("javac", "exit 1");

        assertThat(found(Map.of("JAVA_HOME", old.toString()), old, right).out()).isEqualTo(right + "/bin/java\n");
        assertThat(found(Map.of("JAVA_HOME", right.toString()), old).out()).isEqualTo(right + "/bin/java\n");
    }

    @Test
    void takesANewerJdkToo() throws IOException {
        Path newer = scratch.jdk("jdk-26", "26-ea");

        assertThat(found(Map.of(), newer).out()).isEqualTo(newer + "/bin/java\n");
    }

    @Test
    void saysWhatToDoWithoutAJdk25() throws IOException {
        var result = found(Map.of(), scratch.jdk("jdk-17", "17.0.15"), folder.resolve("nothing"));

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("gantry: no JDK 25 found in JAVA_HOME, /usr/lib/jvm, ~/.sdkman or the PATH.")
                .contains("apt install openjdk-25-jdk", "set JAVA_HOME");
    }

    @Test
    void looksWhereJdksAreUsually() throws IOException {
        scratch.jdk(".sdkman/candidates/java/25.0.1-tem", "25.0.1");
        Path onPath = scratch.jdk("jdk-x", "25");
        Files.createSymbolicLink(folder.resolve("bin/javac"), onPath.resolve("bin/javac"));

        assertThat(scratch.lines(Map.of("JAVA_HOME", "/given"), "java_places").out().lines())
                .startsWith("/given")
                .contains(folder + "/.sdkman/candidates/java/25.0.1-tem")
                .endsWith(onPath.toString());
    }

    @Test
    void namesMissingPackagesToThoseWhoCanNotInstallThem() {
        var result = scratch.linesAsNobody("packages_to_build");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo(
                        """
                        gantry: these Debian packages are missing: maven make gcc musl-tools
                                Install them as root: apt-get install maven make gcc musl-tools
                        """);
    }

    @Test
    void installsMissingPackagesAsRoot() throws IOException {
        scratch.program("make", "true");
        scratch.program("mvn", "true");
        scratch.program("apt-get", "echo \"$*\"");

        var result = scratch.lines(Map.of(), "make_home; packages_to_build");

        assertThat(result.err()).isEqualTo("Installing gcc musl-tools …\n");
        assertThat(Files.readString(scratch.home().resolve("apt.log")))
                .contains("update\n")
                .endsWith("-q -y --no-install-recommends install gcc musl-tools\n");
    }

    @Test
    void saysWhereItIsWrittenWhyPackagesCanNotBeInstalled() throws IOException {
        scratch.program("apt-get", "echo no network; exit 100");

        var result = scratch.lines(Map.of(), "make_home; packages_to_build");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("'apt-get install maven make gcc musl-tools' failed").contains("See " + scratch.home().resolve("apt.log"));
    }

    @Test
    void theCommandLineCanNameFilesInAnyLanguage() throws IOException {
        Path jdk = scratch.jdk("jdk-25", "25");
        Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\necho \"$LC_ALL\"\n");
        Files.createFile(Files.createDirectories(folder.resolve("cli/target")).resolve("gantry-cli-0.1.0-SNAPSHOT.jar"));

        assertThat(scratch.gantry(Map.of("JAVA_HOME", jdk.toString()), "ps").out()).isEqualTo("C.UTF-8\n");
        assertThat(scratch.gantry(Map.of("JAVA_HOME", jdk.toString(), "LC_ALL", "C"), "ps").out()).isEqualTo("C.UTF-8\n");
        assertThat(scratch.gantry(Map.of("JAVA_HOME", jdk.toString(), "LC_ALL", "de_DE.utf8"), "ps").out()).isEqualTo("de_DE.utf8\n");
    }

    @Test
    void envSurvivesTheShellWhateverTheNames() throws IOException {
        Path odd = Files.createDirectories(folder.resolve("it's a $HOME \"here\""));
        Files.writeString(odd.resolve("token"), "gantry_0'1 $2");
        Map<String, String> here = Map.of("GANTRY_HOME", odd.toString(), "GANTRY_PORT_OFFSET", "100");

        String exports = scratch.gantry(here, "env").out();

        assertThat(scratch.lines(Map.of(), exports + "printf '%s\\n' \"$GANTRY_URL\" \"$GANTRY_TOKEN\" \"$DOCKER_HOST\" \"${PATH%%:*}\"").out())
                .isEqualTo("http://127.0.0.1:7180\ngantry_0'1 $2\nunix://" + odd.resolve("docker.sock") + "\n" + folder + "\n");
    }

    @Test
    void envSaysWhenThereIsNoInstallation() {
        var result = scratch.gantry(Map.of(), "env");

        assertThat(result).isEqualTo(new Scratch.Result(1, "", "gantry: there is no installation in " + scratch.home() + "\n        Start one: ./gantry up\n"));
    }

    @Test
    void upIsForRootAndSaysSo() {
        for (String verb : new String[] {"up", "quickstart"}) {
            var result = scratch.gantryAsNobody(verb);

            assertThat(result.code()).isEqualTo(1);
            assertThat(result.err()).contains("which only root may do").contains("sudo ./gantry " + verb);
            assertThat(scratch.home()).doesNotExist();
        }
    }

    @Test
    void statusEndsWith3WhenNothingRuns() {
        var result = scratch.gantry(Map.of(), "status");

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err()).isEqualTo("Gantry is down.\n");
    }

    @Test
    void helpNamesEveryVerb() throws IOException {
        String help = scratch.gantry(Map.of(), "help").out();
        List<String> verbs =
                VERB.matcher(Files.readString(folder.resolve("gantry"))).results().map(verb -> verb.group(1)).filter(verb -> !INNER.contains(verb)).toList();

        assertThat(verbs).contains("up", "down", "status", "env", "quickstart", "test", "build");
        assertThat(verbs).allSatisfy(verb -> assertThat(help).contains("\n  ./gantry " + verb));
        assertThat(scratch.gantry(Map.of()).out()).isEqualTo(help);
    }

    @Test
    void whatIsNotUnderstoodIsSaid() {
        assertThat(scratch.gantry(Map.of(), "up", "--twice").err()).startsWith("gantry: '--twice' is not something 'up' knows");
        assertThat(scratch.gantry(Map.of(), "up", "--hosts").err()).startsWith("gantry: --hosts needs a number");
        assertThat(scratch.gantry(Map.of(), "down", "--dta").err()).startsWith("gantry: '--dta' is not something 'down' knows");
        assertThat(scratch.gantry(Map.of(), "host", "kill").err()).startsWith("gantry: usage: ./gantry host kill|stop|start|lose NUMBER");
        assertThat(scratch.gantry(Map.of(), "service").err()).startsWith("gantry: usage: ./gantry service kill|stop NAME");
    }

    @Test
    void anAgentGetsItsJoinTokenInAFileOfItsOwnersAlone() throws IOException {
        scratch.program("jq", "cat");
        Path file = scratch.home().resolve("data/agent-0/join-token");

        var result = scratch.lines(
                Map.of("GANTRY_TOKEN", "of the API"),
                """
                RUN_DIR=$DATA/run; pid_of() { return 1; }; api() { echo secret; }; agent_command() { AGENT=(agent); AGENT_SETTINGS=(--name one); }
                launch() { printf '%s|' "$@" "GANTRY_TOKEN=$GANTRY_TOKEN"; }; launch_agent 0""");

        assertThat(result.out()).as(result.err()).isEqualTo("agent-0|agent|run|--name|one|--token-file|" + file + "|GANTRY_TOKEN=|");
        assertThat(file).hasContent("secret");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void whatANodeGrantsIsKeptUntilSomethingElseIsSaid() {
        String tell = "\nbash -c 'printf \"%s|%s\" \"$GANTRY_ALLOW\" \"$GANTRY_ALLOW_BIND\"'";

        assertThat(scratch.lines(Map.of("GANTRY_ALLOW", "privileged", "GANTRY_ALLOW_BIND", "/srv/a b:ro"), "make_home; write_settings" + tell).out())
                .isEqualTo("privileged|/srv/a b:ro");
        assertThat(scratch.lines(Map.of(), "write_settings" + tell).out()).isEqualTo("privileged|/srv/a b:ro");
        assertThat(scratch.lines(Map.of("GANTRY_ALLOW", ""), "write_settings" + tell).out()).isEqualTo("|/srv/a b:ro");
        assertThat(scratch.lines(Map.of(), tell.strip()).out()).isEqualTo("|/srv/a b:ro");
    }

    @Test
    void theDoctorNamesWhoHasAPortOfOurs() throws IOException {
        scratch.program("ss", """
                case $* in *:7181) echo 'LISTEN 0 4096 127.0.0.1:7181 0.0.0.0:* users:(("nginx",pid=42,fd=6))' ;; esac""");

        var result = scratch.lines(Map.of("GANTRY_PORT_OFFSET", "100"), "doctor_ports");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out().replaceAll(" +", " "))
                .isEqualTo("taken port 7181 Gantry's own\n what to do: end nginx, pid 42, or set GANTRY_PORT_OFFSET to another number\n");
        scratch.program("ss", "true");
        assertThat(scratch.lines(Map.of(), "doctor_ports").out()).startsWith("ok       all ports are free");
    }

    @Test
    void theDoctorSaysWhenThereIsLittleRoom() throws IOException {
        scratch.program("df", "printf 'Avail\\n1048576\\n'");

        assertThat(scratch.lines(Map.of(), "doctor_disk").out()).startsWith("low      1024 MiB free at ").contains("what to do:      make room");
    }

    @Test
    void theDoctorTellsServicesAndNodesThatArentWell() throws IOException {
        scratch.program("curl", "echo answer");
        scratch.program("jq", "cat >/dev/null; case $* in *checks*) printf 'UP database\\nDOWN kafka\\n' ;; *) printf 'READY one\\nLOST two\\nDRAINED three\\n' ;; esac");

        assertThat(scratch.lines(Map.of(), "doctor_services").out().replaceAll(" +", " ")).startsWith("ok database REST\ndown kafka REST\n what to do: see ");
        assertThat(scratch.lines(Map.of(), "api() { echo x; }; doctor_nodes").out().replaceAll(" +", " "))
                .contains("ok node one containers\n", "lost node two containers\n what to do: start its agent again", "ok node three, drained no further containers\n");
    }

    @Test
    void whatIsLeftBehindIsNamed() throws IOException {
        Path identity = Files.createDirectories(scratch.home().resolve("data/agent-0/identity"));
        Files.writeString(identity.resolve("node.id"), "node-01a21499-762c-7f7b-9c4b-f9591dc167bd");
        scratch.program("nft", "echo 'table ip gantry_8792500e279c'; echo 'table ip gantry_f9591dc167bd'");
        scratch.program(
                "ip",
                """
                echo '7: g494f0f0cf536: <UP> mtu 1450 \\    link/ether 02:47:0a:e0:00:01 \\    alias gantry node-01a21499-762c-7f7b-9c4b-f9591dc167bd'
                echo '8: g92103fbd8d82: <UP> mtu 1450 \\    link/ether 02:47:0a:d2:00:01 \\    alias gantry node-01a21488-514e-77b4-b556-8792500e279c'""");

        var result = scratch.lines(Map.of(), "nothing_left");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("gantry: this is left behind:\nlink g494f0f0cf536\nnft table ip gantry_f9591dc167bd\n");
    }

    /** What it finds when JDKs may be in these places. */
    private Scratch.Result found(Map<String, String> environment, Path... places) {
        StringBuilder lines = new StringBuilder("java_places() { printf '%s\\n' \"${JAVA_HOME:-}\"");
        for (Path place : places) {
            lines.append(" '").append(place).append("'");
        }
        return scratch.lines(environment, lines + "; }\nfind_java; echo \"$JAVA\"");
    }
}
