package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.stage.Busybox;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What watches over a container: its health check, its restart policy, and how its ends are told. */
interface HealthAndRestarts {
    Duration SOON = Duration.ofSeconds(20);

    Shell shell();

    @Test
    default void aHealthCheckIsToldAsDockerTellsIt() {
        String since = "timeout 25 docker events --filter container=$(docker inspect -f '{{.Id}}' watched) --format '{{.Action}}' > /tmp/gantry-e2e-events & ";
        shell().must("docker run -d --name watched --health-cmd 'cat /state' --health-interval 300ms --health-retries 2 " + Busybox.IMAGE + " sleep 1000");
        eventually("unhealthy", "docker inspect -f '{{.State.Health.Status}}' watched");
        assertThat(shell().must("docker inspect -f '{{.State.Health.FailingStreak}} {{(index .State.Health.Log 0).ExitCode}} {{(index .State.Health.Log 0).Output}}' watched"))
                .matches("\\d+ 1 cat: can't open '/state'.*\\s+");
        assertThat(shell().must("docker ps --filter health=unhealthy --format '{{.Names}} {{.Status}}'")).contains("watched Up").contains("(unhealthy)");
        shell().must(since + "sleep 1; docker exec watched sh -c 'echo fine > /state'");
        eventually("healthy", "docker inspect -f '{{.State.Health.Status}}' watched");
        assertThat(shell().must("docker ps --filter name=watched --format '{{.Status}}'")).endsWith("(healthy)\n");
        assertThat(shell().must("gantry ps")).contains("running (healthy)");
        eventually("health_status: healthy", "tail -n 1 /tmp/gantry-e2e-events");
        assertThat(shell().must("docker inspect -f '{{.Config.Healthcheck.Test}} {{.Config.Healthcheck.Retries}}' watched")).isEqualTo("[CMD-SHELL cat /state] 2\n");
        shell().must("docker rm -f watched; rm -f /tmp/gantry-e2e-events");
    }

    @Test
    default void whatIsAskedByPortAnswers() {
        String server = Busybox.IMAGE + " sh -c 'mkdir -p /www; echo ok > /www/health; exec httpd -f -p 80 -h /www'";
        shell().must("gantry run -d --name by-http --health-http 80/health --health-interval 200ms " + server);
        shell().must("gantry run -d --name by-tcp --health-tcp 80 --health-interval 200ms " + server);
        shell().must("gantry run -d --name by-grpc --health-grpc 80 --health-interval 200ms --health-retries 1 " + server);
        eventuallySeen("HEALTHY", "by-http", "/health/status");
        eventuallySeen("HEALTHY", "by-tcp", "/health/status");
        eventuallySeen("UNHEALTHY", "by-grpc", "/health/status");
        shell().must("gantry rm -f by-http by-tcp by-grpc");
    }

    @Test
    default void anUnhealthyContainerIsStartedAgainOrStopped() {
        String check = " --health-cmd 'test ! -e /broken' --health-interval 200ms --health-retries 2 ";
        shell().must("gantry run -d --name mended --on-unhealthy restart" + check + Busybox.IMAGE + " sh -c 'rm -f /broken; exec sleep 1000'");
        shell().must("gantry run -d --name given-up --restart always --on-unhealthy stop" + check + Busybox.IMAGE + " sleep 1000");
        eventuallySeen("HEALTHY", "mended", "/health/status");
        shell().must("gantry exec mended sh -c ': > /broken' && gantry exec given-up sh -c ': > /broken'");
        eventuallySeen("EXITED UNHEALTHY", "given-up", "/state", "/reason");
        assertThat(shell().must("gantry wait given-up")).as("nothing starts it again").isEqualTo("143\n");
        eventuallySeen("RUNNING 1 HEALTHY", "mended", "/state", "/restarts", "/health/status");
        shell().must("gantry rm -f mended given-up");
    }

    @Test
    default void aCrashLoopIsSeenWithItsNextTry() {
        shell().must("gantry run -d --name crashing --restart always --restart-delay 100ms,20s,10 " + Busybox.IMAGE + " sh -c 'echo no data base; exit 3' || true");
        eventuallySeen("3 2", "crashing", "/exitCode", "/restarts");
        Expect.eventually(SOON, () -> {
            Expect.that(!seen("crashing", "/nextTry").equals("-"), "its next try is told");
            return null;
        });
        assertThat(shell().must("docker ps --filter name=crashing --format '{{.Status}}'")).startsWith("Restarting (3)");
        assertThat(shell().must("docker inspect -f '{{.State.Restarting}} {{.RestartCount}}' crashing")).startsWith("true ");
        assertThat(seen("crashing", "/ends/0/exitCode", "/ends/0/lastLines/0", "/ends/1/restarts")).isEqualTo("3 no data base 1");
        assertThat(shell().must("gantry ps -a")).containsPattern("exited \\(3\\), 2 restarts, again in \\d+ s: no data base");
        assertThat(shell().must("gantry explain crashing")).contains("how it ended, the latest last:", "run 1, restart 1: exit 3 after", "    | no data base");
        shell().must("gantry stop crashing");
        assertThat(seen("crashing", "/nextTry")).isEqualTo("-");
        shell().must("gantry rm crashing");
    }

    @Test
    default void sharedMemoryThatFillsIsTold() {
        String since = Instant.now().toString();
        shell().must("gantry run -d --name filling --shm-size 1m " + Busybox.IMAGE + " sh -c 'head -c 1000000 /dev/zero > /dev/shm/x; sleep 1000'");
        eventuallySeen("1048576", "filling", "/sharedMemory/size");
        assertThat(shell().must("gantry ps")).contains("running, /dev/shm nearly full");
        assertThat(shell().must("gantry explain filling")).contains("/dev/shm is nearly full since", "a larger one is made with --shm-size");
        assertThat(shell().run("timeout 3 gantry events --after " + since).out()).contains("container.shared-memory-filled");
        shell().must("gantry exec filling rm /dev/shm/x");
        eventuallySeen("-", "filling", "/sharedMemory/size");
        shell().must("gantry rm -f filling");
    }

    @Test
    default void howItEndedIsKept() {
        shell().must("gantry run -d --name deafened " + Busybox.IMAGE + " sh -c 'trap : TERM; while :; do sleep 0.1; done' && sleep 0.5 && gantry stop -t 1 deafened");
        assertThat(seen("deafened", "/stop/signal", "/stop/grace")).isEqualTo("SIGTERM PT1S");
        assertThat(seen("deafened", "/stop/killedAt")).startsWith("20");
        shell().must("gantry rm deafened");
        shell().run("gantry run --name hungry -m 16m " + Busybox.IMAGE + " sh -c 'x=a; while :; do x=$x$x; done'");
        assertThat(seen("hungry", "/reason", "/outOfMemory/process")).isEqualTo("OUT_OF_MEMORY sh");
        assertThat(shell().must("docker inspect -f '{{.State.OOMKilled}}' hungry")).isEqualTo("true\n");
        shell().must("gantry rm hungry");
    }

    /** Fields of {@code gantry inspect}, by JSON pointers; what isn't there is {@code -}. */
    private String seen(String container, String... pointers) {
        try {
            JsonNode view = new ObjectMapper().readTree(shell().must("gantry inspect " + container));
            return Stream.of(pointers).map(pointer -> view.at(pointer).asText("-")).map(text -> text.isEmpty() ? "-" : text).collect(Collectors.joining(" "));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private void eventuallySeen(String expected, String container, String... pointers) {
        Expect.eventually(SOON, () -> {
            Expect.same(container, expected, seen(container, pointers));
            return null;
        });
    }

    private void eventually(String expected, String command) {
        Expect.eventually(SOON, () -> {
            Expect.same(command, expected, shell().must(command).strip());
            return null;
        });
    }
}
