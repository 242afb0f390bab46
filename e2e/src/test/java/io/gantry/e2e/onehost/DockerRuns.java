package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.clients.Client;
import io.gantry.e2e.observe.Kernel;
import io.gantry.e2e.stage.Busybox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code docker run} and its options. */
@Client("docker")
interface DockerRuns {
    Shell shell();

    @Test
    default void runsAndLeavesNothing() {
        assertThat(shell().run(run("--name once", "echo hi"))).isEqualTo(new Shell.Result(0, "hi\n", ""));
        assertThat(shell().must("docker ps -aq --filter name=once")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0,true", "1,sh -c 'exit 1'", "126,/etc/passwd", "127,nonesuch", "137,sh -c 'kill -9 $$'", "143,sh -c 'kill -15 $$'"})
    default void endsAsItsCommandDoes(int code, String command) {
        assertThat(shell().run(run("", command)).code()).isEqualTo(code);
    }

    @Test
    default void saysWhyACommandCanNotBeRun() {
        assertThat(shell().run(run("", "nonesuch")).err()).contains("program 'nonesuch' was not found in the container");
        assertThat(shell().run(run("", "/etc/passwd")).err()).contains("program '/etc/passwd' may not be executed");
        assertThat(shell().run(run("-u nobody", "true")).err()).contains("the image has no user 'nobody'");
    }

    @Test
    default void isInFurtherGroups() {
        assertThat(shell().must("docker run --rm -u 1000 --group-add 1234 --group-add 0 " + Busybox.IMAGE + " id -G")).isEqualTo("1000 0 1234\n");
        assertThat(shell().must("gantry run --rm -u 1000 --group-add 1234 " + Busybox.IMAGE + " id -G")).isEqualTo("1000 1234\n");
        assertThat(shell().run("docker run --rm --group-add nobodys " + Busybox.IMAGE + " id").err()).contains("the image has no group 'nobodys' in /etc/group");
        assertThat(shell().must("docker create --name grouped --group-add 1234 " + Busybox.IMAGE + " id >/dev/null; docker inspect -f '{{.HostConfig.GroupAdd}}' grouped; docker rm grouped")).startsWith("[1234]\n");
    }

    @Test
    default void keepsOutputAndErrorsApart() {
        assertThat(shell().run(run("", "sh -c 'echo out; echo err >&2; exit 3'"))).isEqualTo(new Shell.Result(3, "out\n", "err\n"));
    }

    @Test
    default void inputEndsWhereTheClientsEnds() {
        for (int i = 0; i < 5; i++) {
            assertThat(shell().must("printf 'one\\ntwo\\n' | " + run("-i", "cat"))).isEqualTo("one\ntwo\n");
        }
        assertThat(shell().must(run("-i", "cat"))).isEmpty();
        assertThat(shell().must("head -c 20000000 /dev/zero | " + run("-i", "wc -c")).strip()).isEqualTo("20000000");
    }

    @Test
    default void aTerminalIsATerminal() {
        var result = shell().run("script -qfec \"" + run("-it", "sh -c 'tty; stty size; exit 5'") + "\" /dev/null");
        assertThat(result.out()).contains("/dev/pts/0");
        assertThat(result.code()).isEqualTo(5);
        assertThat(shell().must("script -qfec \"" + run("-t", "tty") + "\" /dev/null")).contains("/dev/pts/0");
    }

    @Test
    default void optionsSayWhoWhereAndWhat() {
        assertThat(shell().must("C=passed " + run("-e A=b -e C", "sh -c 'echo $A $C'"))).isEqualTo("b passed\n");
        assertThat(shell().must(run("-w /new/folder", "pwd"))).isEqualTo("/new/folder\n");
        assertThat(shell().must(run("-u worker", "id"))).startsWith("uid=1000(worker) gid=1000");
        assertThat(shell().must(run("-u 7:8", "id"))).startsWith("uid=7 gid=8");
        assertThat(shell().must(run("--entrypoint echo", "hello"))).isEqualTo("hello\n");
        assertThat(shell().must(run("-h chosen", "hostname"))).isEqualTo("chosen\n");
    }

    @Test
    default void limitsAreTheKernels() {
        shell().must("docker run -d --name limited -m 32m --cpus 0.5 " + Busybox.IMAGE + " sleep 1000");
        int pid = Integer.parseInt(shell().must("docker inspect -f '{{.State.Pid}}' limited").strip());
        assertThat(Kernel.cgroup(pid, "memory", "memory.limit_in_bytes", "memory.max")).isEqualTo(Long.toString(32L << 20));
        assertThat(Kernel.cgroup(pid, "cpu", "cpu.cfs_quota_us", "cpu.max")).startsWith("50000");
        shell().must("docker rm -f limited");
    }

    /** One more than the node could have, if each were given what it is allowed: 512 MiB and a core. */
    @Test
    default void manyMayUseWhatEachIsAllowed() {
        shell().must("count=$(($(docker info -f '{{.MemTotal}}') / 536870912 + 1)); ((count < 200)) || count=200; seq $count | xargs -P 8 -I{} docker run -d -l many --cpus 1 " + Busybox.IMAGE + " sleep 1000 >/dev/null"
                + " && [ $(docker ps -q --filter label=many | wc -l) = $count ]");
        shell().must("docker rm -f $(docker ps -q --filter label=many)");
    }

    @Test
    default void limitsCanBeOthersAsItRuns() {
        shell().must("docker run -d --name changing -m 64m --pids-limit 50 --oom-score-adj 100 --ulimit nofile=64:128 --shm-size 8m " + Busybox.IMAGE + " sleep 1000");
        int pid = Integer.parseInt(shell().must("docker inspect -f '{{.State.Pid}}' changing").strip());
        assertThat(shell().must("docker exec changing sh -c 'ulimit -Sn; ulimit -Hn; grep /dev/shm /proc/mounts; cat /proc/self/oom_score_adj'"))
                .startsWith("64\n128\n")
                .contains("size=8192k")
                .endsWith("\n100\n");
        assertThat(shell().must("docker update -m 96m --memory-swap 96m --cpus 0.25 --pids-limit 40 --cpuset-cpus 0 --restart always changing")).isEqualTo("changing\n");
        assertThat(Kernel.cgroup(pid, "memory", "memory.limit_in_bytes", "memory.max")).isEqualTo(Long.toString(96L << 20));
        assertThat(Kernel.cgroup(pid, "cpu", "cpu.cfs_quota_us", "cpu.max")).startsWith("25000");
        assertThat(Kernel.cgroup(pid, "cpuset", "cpuset.cpus", "cpuset.cpus")).isEqualTo("0");
        assertThat(shell().must("docker inspect -f '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}} {{.HostConfig.RestartPolicy.Name}}' changing"))
                .isEqualTo((96L << 20) + " 40 always\n");
        shell().must("docker exec changing sh -c 'head -c 7340032 /dev/zero > /dev/shm/x'");
        var refused = shell().run("docker update -m 4m --memory-swap 4m changing");
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("was not updated, all is as it was: the kernel refused it: memory.", "are in use");
        assertThat(Kernel.cgroup(pid, "memory", "memory.limit_in_bytes", "memory.max")).isEqualTo(Long.toString(96L << 20));
        shell().must("docker rm -f changing");
    }

    @Test
    default void rightsAreAddedTakenAndRefused() {
        assertThat(shell().must(run("--cap-drop ALL --cap-add NET_ADMIN", "cat /proc/self/status"))).contains("CapEff:\t0000000000001000");
        assertThat(shell().must(run("--security-opt no-new-privileges=false", "cat /proc/self/status"))).contains("NoNewPrivs:\t0");
        assertThat(shell().must(run("--sysctl net.core.somaxconn=77", "cat /proc/sys/net/core/somaxconn"))).isEqualTo("77\n");
        String profile = "P=$(mktemp); echo '{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"mkdir\",\"mkdirat\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":122}]}' > $P; ";
        assertThat(shell().run(profile + run("--security-opt seccomp=$P", "mkdir /x")).err()).contains("quota exceeded");
        assertThat(shell().run(run("--device /dev/fuse", "true")).err()).contains("this node doesn't grant containers device:/dev/fuse");
        assertThat(shell().run(run("--cap-add FLY", "true")).err()).contains("FLY");
    }

    @Test
    default void aRuntimeClassIsOneThatANodeOffers() {
        assertThat(shell().must("docker info --format '{{.DefaultRuntime}} {{range $name, $runtime := .Runtimes}}{{$name}} {{end}}'")).isEqualTo("namespaces crun namespaces \n");
        assertThat(shell().must(run("--runtime namespaces", "echo runs"))).isEqualTo("runs\n");
        assertThat(shell().run(run("--runtime kata", "true")).err()).contains("it doesn't offer the runtime class 'kata', but namespaces, crun");
        assertThat(shell().run("gantry run --runtime kata " + Busybox.IMAGE + " true").err()).contains("it doesn't offer the runtime class 'kata', but namespaces, crun");
    }

    @Test
    default void crunMakesContainersThatAreUsedAsAnyOther() {
        assertThat(shell().must(run("--runtime crun -e COLOUR=green -w /tmp", "sh -c 'echo $COLOUR $PWD'"))).isEqualTo("green /tmp\n");
        assertThat(shell().run("gantry run --rm --runtime crun " + Busybox.IMAGE + " sh -c 'exit 7'").code()).isEqualTo(7);
        shell().must("docker run -d --name by-crun --runtime crun -m 32m -p 14092:80 " + DockerNetwork.SERVER);
        assertThat(shell().must("docker inspect -f '{{.HostConfig.Runtime}}' by-crun")).isEqualTo("crun\n");
        assertThat(shell().must("gantry explain by-crun")).contains("make the container, up to where it waits for its start", "config.json");
        String name = shell().must("docker exec by-crun hostname");
        String fetch = "for i in $(seq 100); do curl -sf -m 2 http://127.0.0.1:14092/ && exit; sleep 0.1; done; exit 1";
        assertThat(shell().must(fetch)).isEqualTo(name);
        shell().must("docker restart -t 1 by-crun");
        assertThat(shell().must(fetch)).isEqualTo(name);
        shell().must("docker rm -f by-crun");
    }

    @Test
    default void refusesAnImageThatIsNotThere() {
        var result = shell().run("docker run --rm nonesuch:1 true");
        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err()).contains("nonesuch:1 is not in Gantry's registry").contains("push it to /v2 first");
    }

    @Test
    default void aWritableLayerHasItsSize() {
        String fill = "sh -c 'dd if=/dev/zero of=/big bs=1M count=40'";
        assertThat(shell().run(run("--storage-opt size=32M", fill)).err()).contains("No space left on device");
        assertThat(shell().run("gantry run --rm --disk 32m " + Busybox.IMAGE + " " + fill).err()).contains("No space left on device");
        assertThat(shell().run(run("", fill)).err()).doesNotContain("No space left on device");
    }

    @Test
    default void whatItCanNotDoIsRefusedByName() {
        shell().must("docker run -d --name plain " + Busybox.IMAGE + " sleep 1000");
        assertThat(shell().run(run("-v /tmp:/x", "true")).err()).contains("this node lets containers have no folder of the host that holds /tmp; its agent is told which by --allow-bind (GANTRY_ALLOW_BIND of ./gantry up), and was told none");
        assertThat(shell().run(run("--privileged", "true")).err()).contains("this node doesn't grant containers privileged");
        assertThat(shell().run(run("--network host --pid host", "true")).err()).contains("this node doesn't grant containers namespace:network, namespace:pid");
        shell().must("docker rm -f plain");
    }

    /** {@code docker run --rm} of the test image. */
    private static String run(String options, String command) {
        return "docker run --rm " + options + " " + Busybox.IMAGE + " " + command;
    }
}
