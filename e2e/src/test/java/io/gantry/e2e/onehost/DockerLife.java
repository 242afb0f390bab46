package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.clients.Client;
import io.gantry.e2e.stage.Busybox;
import org.junit.jupiter.api.Test;

/** What comes after {@code docker run -d}. */
@Client("docker")
interface DockerLife {
    Shell shell();

    @Test
    default void isAskedToEndByAnotherSignalThisOnce() {
        String script = "sh -c 'trap \"echo hup; exit 5\" HUP; trap \"echo term; exit 6\" TERM; echo up; while true; do sleep 0.05; done'";
        shell().must("docker run -d --name signalled " + Busybox.IMAGE + " " + script + "; until docker logs signalled | grep up; do sleep 0.05; done");
        // older clients of Docker have no option for it
        shell().must("curl -sf -X POST --unix-socket ${DOCKER_HOST#unix://} 'http://docker/v1.47/containers/signalled/stop?signal=HUP&t=10'");
        assertThat(shell().must("docker logs signalled; docker inspect -f '{{.State.ExitCode}}' signalled")).isEqualTo("up\nhup\n5\n");
        shell().must("docker start signalled; until [ $(docker logs signalled | grep -cx up) = 2 ]; do sleep 0.05; done; gantry restart -s HUP signalled;"
                + " until [ $(docker logs signalled | grep -cx up) = 3 ]; do sleep 0.05; done; docker stop -t 10 signalled");
        assertThat(shell().must("docker logs signalled")).isEqualTo("up\nhup\nup\nhup\nup\nterm\n");
        shell().must("docker rm signalled");
    }

    @Test
    default void showsWhatRunsAndWhatHasEnded() {
        String id = shell().must("docker run -d --name shown -l tier=front " + Busybox.IMAGE + " sleep 1000").strip();
        assertThat(shell().must("docker ps --no-trunc --filter name=^/shown$ --format '{{.ID}} {{.Image}} {{.Names}} {{.State}}'"))
                .isEqualTo(id + " " + Busybox.IMAGE + " shown running\n");
        assertThat(shell().must("docker inspect -f '{{.Name}} {{.State.Status}} {{.State.Running}} {{index .Config.Labels \"tier\"}}' " + id.substring(0, 12)))
                .isEqualTo("/shown running true front\n");
        assertThat(shell().must("docker stop -t 1 shown")).isEqualTo("shown\n");
        assertThat(shell().must("docker ps -q --filter name=shown")).isEmpty();
        assertThat(shell().must("docker ps -a --filter name=shown --format '{{.Status}}'")).startsWith("Exited (143)");
        shell().must("docker rm shown");
        assertThat(shell().run("docker inspect shown").err()).contains("No such object: shown");
    }

    @Test
    default void showsHowMuchItHasWritten() {
        shell().must("docker run --name writer -l tier=size " + Busybox.IMAGE + " sh -c 'head -c 3000000 /dev/zero > /three; ln /three /again'");
        assertThat(shell().must("docker ps -as --filter name=^/writer$ --format '{{.Size}}'")).matches("3MB \\(virtual \\d+(\\.\\d+)?MB\\)\n");
        assertThat(shell().must("docker inspect -s -f '{{.SizeRw}}' writer")).isEqualTo("3000000\n");
        assertThat(shell().must("docker inspect -f '{{.SizeRw}}' writer")).doesNotContain("3000000");
        assertThat(shell().must("gantry size writer").lines().toList().getLast()).matches("writer +2\\.9 MiB +1 .*");
        assertThat(shell().must("docker container prune -f --filter label=tier=size")).contains("Total reclaimed space: 3MB");
    }

    @Test
    default void aStopThatIsNotHeardBecomesAKill() {
        shell().must("docker run -d --name deaf " + Busybox.IMAGE + " sh -c 'trap : TERM; while :; do sleep 0.1; done'");
        shell().must("docker stop -t 1 deaf");
        assertThat(state("deaf")).isEqualTo("exited 137");
        shell().must("docker rm deaf");
    }

    @Test
    default void startsAgainWhatHasEnded() {
        shell().must("docker run -d --name again " + Busybox.IMAGE + " sleep 1000");
        shell().must("docker restart -t 1 again");
        assertThat(state("again")).isEqualTo("running 0");
        shell().must("docker stop -t 1 again && docker start again");
        assertThat(state("again")).isEqualTo("running 0");
        shell().must("docker rm -f again");
    }

    @Test
    default void whatIsKilledIsDeadWhenTheCommandReturns() {
        shell().must("docker run -d --name doomed " + Busybox.IMAGE + " sleep 1000");
        assertThat(shell().must("docker kill doomed")).isEqualTo("doomed\n");
        assertThat(state("doomed")).isEqualTo("exited 137");
        assertThat(shell().run("docker kill doomed").err()).contains("is not running");
        shell().must("docker rm doomed");
    }

    @Test
    default void removesWhatRunsOnlyByForce() {
        shell().must("docker run -d --name busy " + Busybox.IMAGE + " sleep 1000");
        assertThat(shell().run("docker rm busy").err())
                .contains("container is running: stop the container before removing or force remove");
        assertThat(shell().must("docker rm -f busy")).isEqualTo("busy\n");
        assertThat(shell().run("docker rm busy").err()).contains("No such container: busy");
    }

    @Test
    default void aNameIsTakenOnce() {
        String id = shell().must("docker run -d --name taken " + Busybox.IMAGE + " sleep 1000").strip();
        var second = shell().run("docker run --name taken " + Busybox.IMAGE + " true");
        assertThat(second.code()).isEqualTo(125);
        assertThat(second.err())
                .contains("Conflict. The container name \"/taken\" is already in use by container \"" + id + "\". You have to remove (or rename)");
        shell().must("docker rm -f taken");
    }

    @Test
    default void whatIsPausedStandsStillAndEndsAllTheSame() {
        String id = shell().must("docker run -d --name still " + Busybox.IMAGE + " sh -c 'trap \"exit 4\" TERM; while :; do echo tick; sleep 0.1; done'").strip();
        assertThat(shell().must("docker pause still")).isEqualTo("still\n");
        assertThat(shell().must("docker inspect -f '{{.State.Status}} {{.State.Running}} {{.State.Paused}}' still")).isEqualTo("paused true true\n");
        assertThat(shell().must("docker ps --filter name=still --format '{{.Status}}'")).endsWith("(Paused)\n");
        String lines = shell().must("docker logs still | wc -l");
        assertThat(shell().must("sleep 0.5; docker logs still | wc -l")).as("nothing more is written").isEqualTo(lines);
        assertThat(shell().run("docker pause still").err()).contains("is already paused");
        assertThat(shell().run("docker exec still true").err()).contains("is paused, unpause the container before exec");
        assertThat(shell().run("docker rm still").err()).contains("container is paused and must be unpaused first");
        assertThat(shell().must("docker unpause still")).isEqualTo("still\n");
        assertThat(shell().must("sleep 0.5; docker logs still | wc -l")).isNotEqualTo(lines);
        assertThat(shell().run("docker unpause still").err()).contains("Container " + id + " is not paused");
        shell().must("docker pause still && docker stop -t 5 still");
        assertThat(state("still")).as("it heard the signal").isEqualTo("exited 4");
        assertThat(shell().run("docker pause still").err()).contains("is not running");
        shell().must("docker start still && docker pause still && docker kill still");
        assertThat(state("still")).isEqualTo("exited 137");
        shell().must("docker start still && docker pause still && docker rm -f still");
    }

    @Test
    default void showsWhatIsUsed() {
        shell().must("docker run -d --name busy2 -m 48m --cpus 0.5 --pids-limit 50 " + Busybox.IMAGE + " sh -c 'while :; do :; done'");
        String[] shown = shell().must("docker stats --no-stream --format '{{.Name}}|{{.CPUPerc}}|{{.MemUsage}}|{{.PIDs}}|{{.NetIO}}|{{.BlockIO}}' busy2").strip().split("\\|");
        assertThat(shown[0]).isEqualTo("busy2");
        assertThat(Double.parseDouble(shown[1].replace("%", ""))).as("half a core").isBetween(20.0, 70.0);
        assertThat(shown[2]).endsWith(" / 48MiB");
        assertThat(shown[3]).isEqualTo("2");
        assertThat(shown[4]).matches("[0-9.]+k?B / [0-9.]+k?B");
        assertThat(shown[5]).matches("[0-9.]+[kM]?B / [0-9.]+[kM]?B");
        assertThat(shell().run("timeout 5 docker stats --format '{{.Name}} {{.PIDs}}'").out()).as("of all, anew each second").contains("busy2 2");
        assertThat(shell().must("docker top busy2 -o pid,comm")).startsWith("PID").contains("gantry-init", "sh");
        assertThat(shell().must("docker top busy2").lines().skip(1)).hasSize(2).allMatch(line -> line.startsWith("root"));
        assertThat(shell().run("docker top busy2 --forest").err()).contains("'ps --forest' is not supported yet");
        assertThat(shell().must("gantry stats --no-stream busy2")).contains("busy2", "48 MiB");
        assertThat(shell().must("gantry top busy2")).contains("while :; do :; done");
        shell().must("docker kill busy2");
        assertThat(shell().run("docker top busy2").err()).contains("is not running");
        assertThat(shell().must("docker stats --no-stream --format '{{.Name}} {{.CPUPerc}}' busy2")).isEqualTo("busy2 0.00%\n");
        assertThat(shell().run("gantry stats --no-stream busy2").err()).contains("is not running");
        shell().must("docker rm busy2");
    }

    @Test
    default void waitsForTheExitCode() {
        shell().must("docker run -d --name ending " + Busybox.IMAGE + " sh -c 'sleep 1; exit 6'");
        assertThat(shell().must("docker wait ending")).isEqualTo("6\n");
        shell().must("docker rm ending");
    }

    @Test
    default void runsFurtherCommandsInside() {
        shell().must("docker run -d --name host1 " + Busybox.IMAGE + " sleep 1000");
        assertThat(shell().must("docker exec host1 echo inside")).isEqualTo("inside\n");
        assertThat(shell().must("printf abc | docker exec -i host1 wc -c").strip()).isEqualTo("3");
        assertThat(shell().run("docker exec -e A=b -w /bin -u worker host1 sh -c 'echo $A; pwd; id -u; exit 9'"))
                .isEqualTo(new Shell.Result(9, "b\n/bin\n1000\n", ""));
        var missing = shell().run("docker exec host1 nonesuch");
        assertThat(missing.code()).isEqualTo(127);
        assertThat(missing.err()).contains("program 'nonesuch' was not found in the container");
        var terminal = shell().run("script -qfec \"docker exec -it host1 sh -c 'tty; exit 4'\" /dev/null");
        assertThat(terminal.out()).contains("/dev/pts/");
        assertThat(terminal.code()).isEqualTo(4);
        shell().must("docker rm -f host1");
    }

    @Test
    default void theLastLineComesWholeHoweverLongItIs() {
        shell().must("docker run --name long " + Busybox.IMAGE + " sh -c 'echo first; head -c 9000000 /dev/zero; echo' | wc -c");
        assertThat(shell().must("docker logs --tail 1 long | wc -c").strip()).isEqualTo("9000001");
        shell().must("docker rm long");
    }

    @Test
    default void readsLogsFromAnyMomentToTheEnd() {
        shell().must("docker run -d --name talks " + Busybox.IMAGE + " sh -c 'echo one; echo two >&2; sleep 2; echo three; exit 4'");
        assertThat(shell().run("docker logs -f talks")).isEqualTo(new Shell.Result(0, "one\nthree\n", "two\n"));
        assertThat(shell().must("docker logs --tail 1 talks")).isEqualTo("three\n");
        String last = shell().must("docker logs -t --tail 1 talks");
        assertThat(last).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z three\n");
        assertThat(shell().must("docker logs --since " + last.split(" ")[0] + " talks")).isEqualTo("three\n");
        assertThat(shell().must("docker logs --until 2020-01-01T00:00:00Z talks")).isEmpty();
        shell().must("docker rm talks");
    }

    @Test
    default void aLogIsKeptWithinItsOwnLimits() {
        shell().must("docker run --name chatty --log-opt max-size=64k --log-opt max-file=2 " + Busybox.IMAGE + " sh -c 'seq 1 30000' > /dev/null");
        assertThat(Integer.parseInt(shell().must("docker logs chatty | wc -c").strip())).as("two files, without their stamps").isBetween(5_000, 20_000);
        assertThat(shell().must("docker logs -n 1 chatty")).isEqualTo("30000\n");
        assertThat(shell().must("docker inspect -f '{{index .HostConfig.LogConfig.Config \"max-file\"}}' chatty")).isEqualTo("2\n");
        assertThat(shell().run("docker run --rm --log-opt max-size=1k " + Busybox.IMAGE + " true").err()).contains("maxSize is 32 KiB to 1 TiB");
        assertThat(shell().run("docker run --rm --log-driver syslog " + Busybox.IMAGE + " true").err()).contains("'syslog' is not supported yet");
        shell().must("docker rm chatty");
    }

    @Test
    default void readsTheLogOfAnyStretchOfTime() {
        shell().must("docker run --name stretch " + Busybox.IMAGE + " sh -c 'echo one; sleep 2; echo two' > /dev/null");
        assertThat(shell().must("docker logs --since 1h stretch")).isEqualTo("one\ntwo\n");
        assertThat(shell().must("docker logs --until 1h stretch")).isEmpty();
        String first = shell().must("docker logs -t stretch").split(" ")[0];
        assertThat(shell().must("docker logs --until " + first + " stretch")).isEqualTo("one\n");
        assertThat(shell().must("docker logs --tail 0 stretch; docker logs --tail all stretch")).isEqualTo("one\ntwo\n");
        assertThat(shell().must("docker logs -f --since 1h stretch")).isEqualTo("one\ntwo\n");
        assertThat(shell().must("gantry logs --since 1h --until 0s stretch")).isEqualTo("one\ntwo\n");
        assertThat(shell().must("gantry logs --until " + first + " stretch")).isEqualTo("one\n");
        shell().must("docker rm stretch");
    }

    @Test
    default void execsEndWithTheirClientsInput() {
        shell().must("docker run -d --name host2 " + Busybox.IMAGE + " sleep 1000");
        shell().run("for i in 1 2 3 4 5 6 7 8; do (sleep 30 | timeout -s KILL 2 docker exec -i host2 cat) & done; wait -n; wait");
        shell().run("timeout -s KILL 3 gantry exec --ends-with-client host2 sh -c 'sleep 1000 | sleep 1000'");
        shell().must("timeout 20 bash -c 'until [ $(docker top host2 -o comm | wc -l) = 3 ]; do sleep 0.2; done'");
        assertThat(shell().must("docker top host2 -o comm").lines()).as("nothing but what it began with").containsExactlyInAnyOrder("COMMAND", "gantry-init", "sleep");
        String id = shell().must("gantry exec -d host2 sleep 0.2").strip();
        shell().must("eval \"$(gantry env)\"; until curl -s -H \"Authorization: Bearer $GANTRY_TOKEN\" $GANTRY_URL/api/v1/execs/host2/" + id + " | grep '\"exitCode\":0' > /dev/null; do sleep 0.2; done");
        String make = "curl -s -o /dev/null -w '%{http_code}\\n' -H \"Authorization: Bearer $GANTRY_TOKEN\" -H 'Content-Type: application/json' -d '{\"command\": [\"true\"]}' $GANTRY_URL/api/v1/containers/host2/execs";
        assertThat(shell().must("eval \"$(gantry env)\"; for i in $(seq 64); do " + make + "; done | sort | uniq -c; " + make)).matches("\\s*64 201\n409\n");
        assertThat(shell().run("docker exec --privileged host2 true").err()).contains("Privileged is not supported yet");
        shell().must("docker rm -f host2");
    }

    @Test
    default void listsImages() {
        assertThat(shell().must("docker images --format '{{.Repository}}:{{.Tag}}'")).isEqualTo(Busybox.IMAGE + "\n");
    }

    private String state(String name) {
        return shell().must("docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' " + name).strip();
    }
}
