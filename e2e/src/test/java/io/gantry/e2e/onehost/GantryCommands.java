package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.stage.Busybox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every other command of the command line against the whole platform: what a played platform can't tell is whether both speak alike. */
interface GantryCommands {
    Shell shell();

    @Test
    default void aContainersLife() {
        String id = gantry("create --name lived " + Busybox.IMAGE + " sh -c 'echo up; echo oops >&2; sleep 1000'").strip();
        assertThat(gantry("start lived")).isEqualTo("lived\n");
        assertThat(gantry("ps")).contains(id.substring(0, 12), "lived", Busybox.IMAGE, "running");
        assertThat(gantry("inspect lived")).contains("\"id\" : \"" + id + "\"");
        assertThat(gantry("exec lived echo inside")).isEqualTo("inside\n");
        assertThat(gantry("logs -n 2 lived")).contains("up\n", "oops\n");
        assertThat(gantry("explain lived")).contains("clone3", "pivot_root", "ms in all");
        assertThat(shell().run("gantry rm lived").err()).contains("container 'lived' is running").contains("force");
        assertThat(gantry("pause lived && gantry ps")).startsWith("lived\n").contains("paused");
        assertThat(shell().run("gantry pause lived").err()).contains("container 'lived' is already paused");
        assertThat(gantry("unpause lived")).isEqualTo("lived\n");
        assertThat(gantry("stop -t 1 lived")).isEqualTo("lived\n");
        assertThat(gantry("wait lived")).isEqualTo("143\n");
        assertThat(gantry("start lived && gantry kill lived && gantry wait lived")).isEqualTo("lived\nlived\n137\n");
        assertThat(gantry("rm lived")).isEqualTo("lived\n");
        var gone = shell().run("gantry inspect lived");
        assertThat(gone.code()).isEqualTo(1);
        assertThat(gone.err()).startsWith("gantry: there is no container 'lived'\n        ");
    }

    @Test
    default void keysLeaveWhatRunsRunning() {
        gantry("create --name kept -it " + Busybox.IMAGE + " sh && gantry start kept");
        // until it is attached this terminal itself would take the keys
        String typed = "(until grep -q 42 $f; do printf 'echo $((40+2))\\r'; sleep 1; done; ";
        var ended = shell().run("f=$(mktemp); " + typed + "printf 'x\\020\\021') | script -qfec 'gantry attach kept' $f; code=$?; rm $f; exit $code");
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).contains("42");
        assertThat(gantry("ps")).contains("kept");
        assertThat(shell().run("f=$(mktemp); " + typed + "printf 'ab') | script -qfec 'gantry attach --detach-keys a,b kept' $f; code=$?; rm $f; exit $code").code()).isZero();
        String further = "'gantry exec -it --detach-keys a,b kept sh'";
        assertThat(shell().run("f=$(mktemp); " + typed + "printf 'ab') | script -qfec " + further + " $f; code=$?; rm $f; exit $code").code()).isZero();
        assertThat(gantry("top kept").lines().filter(line -> line.endsWith("sh")).count()).as("the container's own, and the one that was left").isEqualTo(2);
        assertThat(shell().run("gantry attach --detach-keys alt-x kept").err()).contains("'alt-x' is no key");
        gantry("rm -f kept");
    }

    /** {@code FROM scratch} with one program, which by its name knows what to do. */
    @Test
    default void looksIntoAContainerWithoutAShell(@TempDir Path folder) throws IOException {
        Files.copy(Path.of("/bin/busybox"), folder.resolve("sleep"));
        Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\nCOPY sleep /sleep\nCMD [\"/sleep\", \"1000\"]\n");
        gantry("build -t test/bare:1 " + folder);
        String id = gantry("run -d --name bare test/bare:1").strip();
        assertThat(shell().run("gantry exec bare sh").code()).isEqualTo(127);
        assertThat(shell().run("gantry debug bare ls").err()).contains("there is no toolbox: no image is named gantry/toolbox:latest", "push one with a shell");

        gantry("tag " + Busybox.IMAGE + " gantry/toolbox:latest");
        assertThat(gantry("debug bare sh -c 'ls /container; hostname; cat /proc/2/cmdline; grep CapBnd /proc/self/status'"))
                .contains("sleep\n", id.substring(0, 12) + "\n", "/sleep\0" + "1000", "CapBnd:\t00000000800425fb");
        assertThat(shell().run("echo 'read from here; exit 5' | gantry debug -i bare sh").code()).isEqualTo(5);
        assertThat(shell().run("f=$(mktemp); (until grep -q 42 $f; do printf 'echo $((40+2))\\r'; sleep 1; done; printf 'exit 4\\r') | script -qfec 'gantry debug bare' $f; code=$?; rm $f; exit $code").code())
                .as("a shell with a terminal").isEqualTo(4);
        assertThat(shell().run("gantry debug --privileged bare id").err()).contains("this node doesn't grant those who look into one debug:privileged");
        assertThat(gantry("top bare").lines()).as("nothing of it is left").hasSize(3);
        gantry("rm -f bare && gantry rmi gantry/toolbox:latest test/bare:1");
    }

    @Test
    default void attachTiesToWhatRuns() {
        gantry("run -d --name tied " + Busybox.IMAGE + " sh -c 'sleep 8; echo late; exit 6'");
        assertThat(shell().run("gantry attach tied")).isEqualTo(new Shell.Result(6, "late\n", ""));
        gantry("rm tied");
    }

    @Test
    default void whatShallBeRemovedAtItsEndIsRemovedWithNobodyThere() {
        assertThat(shell().run("gantry run --rm --name seen-off " + Busybox.IMAGE + " sh -c 'echo out; exit 6'")).isEqualTo(new Shell.Result(6, "out\n", ""));
        assertThat(shell().run("gantry inspect seen-off").code()).as("it is gone when the command returns").isEqualTo(1);
        var never = shell().run("gantry run --rm --name never " + Busybox.IMAGE + " /nonesuch");
        assertThat(never.code()).isEqualTo(127);
        assertThat(shell().run("gantry inspect never").code()).isEqualTo(1);

        gantry("run -d --rm --name alone " + Busybox.IMAGE + " sleep 1");
        assertThat(shell().run("timeout 30 bash -c 'while gantry inspect alone; do :; done' >/dev/null 2>&1").code()).isZero();
    }

    @Test
    default void buildsWithArgumentsAndWithoutWhatIsIgnored(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("Other"), "FROM " + Busybox.IMAGE + "\nARG WHO=nobody\nCOPY . /all/\nRUN echo hello $WHO\nCMD [\"cat\", \"/all/kept\"]\n");
        Files.writeString(folder.resolve("kept"), "kept\n");
        Files.writeString(folder.resolve("left.log"), "left out\n");
        Files.writeString(folder.resolve(".dockerignore"), "*.log\n");
        String build = "build -f Other -t test/built:1 --build-arg WHO=somebody ";

        assertThat(gantry(build + folder)).contains("[4/5] RUN echo hello $WHO\nhello somebody\n", "test/built:1\nsha256:");
        assertThat(gantry(build + folder)).contains("[4/5] RUN echo hello $WHO\n      cached\n");
        assertThat(gantry(build + "--no-cache " + folder)).contains("[4/5] RUN echo hello $WHO\nhello somebody\n");
        assertThat(gantry("run --rm test/built:1")).isEqualTo("kept\n");
        assertThat(shell().run("gantry run --rm test/built:1 cat /all/left.log").code()).isEqualTo(1);
        assertThat(gantry("tag test/built:1 test/built:2 && gantry images -o name")).contains("test/built:2");
        assertThat(gantry("rmi test/built:1 test/built:2")).isEqualTo("test/built:1\ntest/built:2\n");

        Files.writeString(folder.resolve("Dockerfile"), "FROM " + Busybox.IMAGE + "\nRUN exit 3\n");
        var failed = shell().run("gantry build " + folder);
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err()).startsWith("gantry: Dockerfile:2: RUN exit 3: ended with exit code 3");
    }

    @Test
    default void deploysScalesAndRollsBack() {
        assertThat(gantry("deploy shop " + Busybox.IMAGE + " sleep 1000")).isEqualTo("shop revision 1\n");
        assertThat(gantry("deploy shop " + Busybox.IMAGE + " sleep 2000")).isEqualTo("shop revision 2\n");
        gantry("scale shop 2");
        gantry("rollout back --to 1 --wait shop");
        assertThat(gantry("deployments -o yaml")).contains("name: shop", "status: STEADY");
        assertThat(gantry("rollout status shop")).contains("shop: ", "revision 3", "SLOT", "REVISION");
        assertThat(gantry("deployments")).contains("shop", Busybox.IMAGE);
        assertThat(gantry("rule add follow --on-image " + Busybox.IMAGE + " --roll-out shop && gantry rules")).contains(Busybox.IMAGE + " is pushed", "roll out shop", "never");
        assertThat(gantry("rule rm follow && gantry deployment rm shop")).isEqualTo("follow\nshop\n");
    }

    @Test
    default void nodesNetworksAndEvents() {
        String node = gantry("nodes -o name").strip();
        assertThat(gantry("nodes")).contains(node, "ready");
        assertThat(gantry("nodes token").strip()).matches("[A-Za-z0-9_-]{40,}");
        assertThat(gantry("nodes drain " + node + " && gantry nodes")).contains("drained");
        // a drained node is no reason for up to fail
        gantry("up");
        assertThat(gantry("nodes resume " + node + " && gantry nodes")).contains("ready");
        assertThat(gantry("network create other").strip()).matches("[0-9a-f]{64}");
        assertThat(gantry("networks")).contains("default", "other");
        assertThat(gantry("network rm other")).isEqualTo("other\n");
        String since = shell().must("date -u +%FT%TZ").strip();
        gantry("run --rm --name seen " + Busybox.IMAGE + " true");
        assertThat(shell().run("timeout 3 gantry events --after " + since).out()).contains("container.requested", "container.started", "container.exited");
        assertThat(gantry("version")).contains("gantry ", "platform ");
    }

    @Test
    default void theDoctorFindsNothingWrong() {
        assertThat(gantry("doctor")).contains("ok       overlay").contains(" MiB free at ").containsPattern("ok       node \\S+").doesNotContain("missing ", "down ", "low ");
    }

    @Test
    default void aTerminalHasColours() {
        // a pseudo-terminal of its own
        assertThat(shell().must("TERM=xterm script -qec 'gantry nodes' /dev/null")).contains("\033[32mready\033[0m");
        assertThat(shell().must("TERM=xterm NO_COLOR=1 script -qec 'gantry nodes' /dev/null")).contains("ready").doesNotContain("\033[");
    }

    @Test
    default void logsOfADeploymentAreThoseOfItsReplicas() {
        gantry("deploy --replicas 2 --wait talk " + Busybox.IMAGE + " sh -c 'echo I am $(hostname); exec sleep 1000'");
        assertThat(gantry("logs talk").lines()).hasSize(2).allMatch(line -> line.matches("talk\\S* \\| I am \\S+"));
        gantry("deployment rm talk");
    }

    /** Also what listens on its own loopback, where nobody else reaches it. */
    @Test
    default void aPortInsideIsReachableHere() {
        gantry("run -d --name inner " + Busybox.IMAGE + " sh -c 'echo inside >/index.html; exec httpd -f -p 127.0.0.1:8000 -h /'");
        String forwarded = shell().must("""
                exec 3< <(exec gantry port-forward inner :8000)
                read -r here _ <&3
                for i in 1 2 3; do curl -sS --retry 5 --retry-all-errors "http://$here/index.html"; done
                kill $!
                """);
        assertThat(forwarded).isEqualTo("inside\n".repeat(3));
        gantry("rm -f inner");
    }

    private String gantry(String words) {
        return shell().must("gantry " + words);
    }
}
