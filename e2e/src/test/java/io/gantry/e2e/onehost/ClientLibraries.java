package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.clients.Client;
import io.gantry.e2e.library.DockerJavaCases;
import io.gantry.e2e.library.TestcontainersCases;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.stage.Busybox;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docker-java and Testcontainers 2 from Maven, unmodified, each case in a process of its own. No image is pulled here: those that they ask for are made first. */
interface ClientLibraries {
    /** As this version of Testcontainers calls it. */
    String RYUK = "testcontainers/ryuk:0.14.0";

    Duration REAPED = Duration.ofSeconds(30);

    Shell shell();

    @Client("docker-java")
    @ParameterizedTest
    @ValueSource(strings = {"life", "streams", "things"})
    default void dockerJavaDoesItsWork(String work) {
        assertThat(java(DockerJavaCases.class, work)).endsWith("done: " + work + "\n");
    }

    @Client("Testcontainers")
    @ParameterizedTest
    @ValueSource(strings = {"words-and-answers", "ports-and-health", "exec-and-files", "networks", "reuse", "image-from-dockerfile"})
    default void testcontainersDoesItsWork(String work) {
        makeImages();
        assertThat(java(TestcontainersCases.class, work)).endsWith("done: " + work + "\n");
        Expect.eventually(REAPED, () -> {
            String left = shell().must("docker ps -aq --filter label=org.testcontainers=true; docker network ls -q --filter label=org.testcontainers=true");
            Expect.that(left.isEmpty(), "left: " + left);
            return left;
        });
    }

    /** By the socket that its reaper was given: what is of another session stays. */
    @Client("Testcontainers")
    @Test
    default void theReaperOfAKilledProgramRemovesWhatThatMadeAndNothingElse() {
        makeImages();
        String other = shell().must("docker run -d --label org.testcontainers=true --label org.testcontainers.sessionId=another " + Busybox.IMAGE + " sleep 1000").strip();
        var killed = shell().run(command(TestcontainersCases.class, "leave"));
        assertThat(killed.code()).as(killed.out() + killed.err()).isEqualTo(9);
        String[] left = killed.out().lines().filter(line -> line.startsWith("left: ")).findFirst().orElseThrow().split(" ");
        Expect.eventually(REAPED, () -> {
            String still = shell().must("docker ps -aq --no-trunc --filter id=" + left[1] + "; docker network ls -q --no-trunc --filter id=" + left[2]
                    + "; docker volume ls -q --filter name=left-" + left[3] + "; docker ps -aq --filter name=testcontainers-ryuk-" + left[3]);
            Expect.that(still.isEmpty(), "not reaped: " + still);
            return still;
        });
        assertThat(shell().must("docker inspect -f '{{.State.Running}}' " + other)).isEqualTo("true\n");
        shell().must("docker rm -f " + other);
    }

    private void makeImages() {
        if (shell().run("docker image inspect " + RYUK).code() == 0) {
            return;
        }
        String reaper = ClientLibraries.class.getResource("/ryuk/reaper.c").getPath();
        shell().must("musl-gcc -std=gnu11 -O2 -static -Wall -Wextra -Werror -o target/reaper " + reaper);
        shell().must("docker create --name reaper-image " + Busybox.IMAGE + " true && docker cp target/reaper reaper-image:/bin/reaper"
                + " && docker commit -c 'ENTRYPOINT [\"/bin/reaper\"]' -c 'EXPOSE 8080' reaper-image " + RYUK + " && docker rm reaper-image && docker tag " + Busybox.IMAGE + " alpine:3.17");
    }

    private String java(Class<?> program, String work) {
        return shell().must(command(program, work));
    }

    /** In the environment that a person would have; privileged, as Testcontainers would have its reaper, would need a grant of the node. */
    private static String command(Class<?> program, String work) {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return "TESTCONTAINERS_RYUK_CONTAINER_PRIVILEGED=false TESTCONTAINERS_REUSE_ENABLE=true " + System.getProperty("java.home") + "/bin/java -XX:TieredStopAtLevel=1 -Xmx256m -cp '" + path + "' "
                + program.getName() + " " + work;
    }
}
