package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.stage.Busybox;
import org.junit.jupiter.api.Test;

/** The script's own verbs and its command line, beside Docker's. */
interface GantryRuns {
    Shell shell();

    @Test
    default void statusSaysWhatRunsAndWhere() {
        assertThat(shell().must("gantry status"))
                .containsPattern("agent-0 +\\d+ +running")
                .containsPattern("backbone +\\d+ +running")
                .containsPattern("platform +\\d+ +running")
                .contains("UP  ", "READY  node ")
                .contains("Docker API  unix://");
    }

    @Test
    default void envIsAllThatAShellNeeds() {
        String everything = "unset DOCKER_HOST; cd / && eval \"$(gantry env)\" && PATH=${PATH%%:*}:/usr/bin:/bin:/usr/local/bin";
        assertThat(shell().must(everything + "; docker images -q | wc -l; gantry images -o name; curl -sH \"Authorization: Bearer $GANTRY_TOKEN\" $GANTRY_URL/api/v1/version"))
                .contains("1\n")
                .contains(Busybox.IMAGE)
                .contains("\"api\":\"v1\"");
    }

    @Test
    default void runsAsDockerDoes() {
        assertThat(shell().run("gantry run --rm " + Busybox.IMAGE + " sh -c 'echo out; echo err >&2; exit 3'"))
                .isEqualTo(new Shell.Result(3, "out\n", "err\n"));
        assertThat(shell().must("printf 'one\\ntwo\\n' | gantry run --rm -i " + Busybox.IMAGE + " cat")).isEqualTo("one\ntwo\n");
        var terminal = shell().run("script -qfec \"gantry run --rm -it " + Busybox.IMAGE + " sh -c 'tty; exit 5'\" /dev/null");
        assertThat(terminal.out()).contains("/dev/pts/0");
        assertThat(terminal.code()).isEqualTo(5);
        shell().must("gantry run --rm --name passing " + Busybox.IMAGE + " true");
        assertThat(shell().must("gantry ps -a -o name").lines()).doesNotContain("passing");
    }

    @Test
    default void updatesLimitsAsItRuns() {
        shell().must("gantry run -d --name altered -m 64m --ulimit nofile=1000000000 " + Busybox.IMAGE + " sleep 1000");
        String read = "gantry exec altered cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/pids/pids.max";
        assertThat(shell().must(read)).isEqualTo((64 << 20) + "\n4096\n");
        assertThat(shell().must("gantry update -m 128m --pids-limit 77 altered")).isEqualTo("altered\n");
        assertThat(shell().must(read)).isEqualTo((128 << 20) + "\n77\n");
        assertThat(shell().must("gantry inspect altered")).contains("\"field\" : \"resources.rlimits.nofile\"", "is what the agent itself may have");
        var none = shell().run("gantry run --rm --device-read-bps /dev/nowhere:1m " + Busybox.IMAGE + " true");
        assertThat(none.err()).contains("resources.devices: this host has no block device /dev/nowhere");
        shell().must("gantry rm -f altered");
    }

    @Test
    default void coresToItselfAreItsNodesChoiceAndNobodyElses() {
        String cores = " cat /sys/fs/cgroup/cpuset/cpuset.cpus";
        shell().must("gantry run -d --name beside " + Busybox.IMAGE + " sleep 1000");
        String all = shell().must("gantry exec beside" + cores);
        shell().must("gantry run -d --name db --exclusive-cores 1 " + Busybox.IMAGE + " sleep 1000");
        String own = shell().must("gantry exec db" + cores).strip();
        assertThat(own).containsOnlyDigits();
        assertThat(shell().must("gantry exec beside" + cores)).isNotEqualTo(all).doesNotContain(own);
        assertThat(shell().must("gantry inspect db")).contains("\"field\" : \"resources.exclusiveCores\"", "cores " + own + " of the node");
        var tooMany = shell().run("gantry run --rm --exclusive-cores 4000 " + Busybox.IMAGE + " true");
        assertThat(tooMany.code()).isEqualTo(125);
        assertThat(tooMany.err()).contains("not enough cpu: 4000 requested");
        shell().must("gantry rm -f db");
        assertThat(shell().must("gantry exec beside" + cores)).isEqualTo(all);
        shell().must("gantry rm -f beside");
    }

    @Test
    default void tellsHowFarAContainerIsApart() {
        shell().must("gantry run -d --name apart " + Busybox.IMAGE + " sleep 1000");
        shell().must("gantry run -d --name less-apart --cap-add NET_ADMIN " + Busybox.IMAGE + " sleep 1000");
        assertThat(shell().must("gantry isolation apart")).startsWith("apart: A, ").contains("user-namespace").contains("the kernel itself");
        assertThat(shell().must("gantry isolation less-apart")).startsWith("less-apart: B, ").contains("beyond the usual: NET_ADMIN");
        shell().must("gantry stop less-apart");
        assertThat(shell().run("gantry isolation less-apart").err()).contains("is not running");
        shell().must("gantry rm -f apart less-apart");
    }

    @Test
    default void endsAsItsCommandDoesAndSaysWhyNot() {
        var missing = shell().run("gantry run --rm " + Busybox.IMAGE + " nonesuch");
        assertThat(missing.code()).isEqualTo(127);
        assertThat(missing.err()).contains("program 'nonesuch' was not found in the container");
        assertThat(shell().run("gantry run --rm " + Busybox.IMAGE + " /etc/passwd").code()).isEqualTo(126);
        var unknown = shell().run("gantry run --rm nonesuch:1");
        assertThat(unknown.code()).isEqualTo(125);
        assertThat(unknown.err()).contains("nonesuch:1");
    }
}
