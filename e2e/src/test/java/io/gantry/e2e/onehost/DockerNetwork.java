package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.stage.Busybox;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Published ports and names, from this machine and from other containers. */
interface DockerNetwork {
    Duration LISTENING = Duration.ofSeconds(10);
    String SERVER = Busybox.IMAGE + " sh -c 'mkdir -p /www; hostname > /www/index.html; exec httpd -f -p 80 -h /www'";

    Shell shell();

    /** The first address of this machine that is not loopback. */
    String address();

    @Test
    default void aPortIsPublishedWhereItWasAsked() {
        String here = shell().must("docker run -d --name here -p 127.0.0.1:14081:80 " + SERVER).substring(0, 12);
        String all = shell().must("docker run -d --name all -p 14082:80 " + SERVER).substring(0, 12);
        assertThat(fetch("127.0.0.1:14081")).isEqualTo(here);
        assertThat(fetch("127.0.0.1:14082")).isEqualTo(all);
        assertThat(fetch(address() + ":14082")).isEqualTo(all);
        assertThat(shell().run("curl -sS -m 2 http://" + address() + ":14081/").code()).isNotZero();
        assertThat(shell().must("docker port all")).isEqualTo("80/tcp -> 0.0.0.0:14082\n");
        assertThat(shell().must("docker ps --filter name=here --format '{{.Ports}}'")).isEqualTo("127.0.0.1:14081->80/tcp\n");
        shell().must("docker rm -f here all");
        assertThat(shell().run("curl -sS -m 2 http://127.0.0.1:14082/").code()).isNotZero();
    }

    @Test
    default void aTakenPortIsRefusedWithItsHolder() {
        shell().must("docker run -d --name holder -p 14083:80 " + SERVER);
        var second = shell().run("docker run -d --name second -p 14083:80 " + SERVER);
        assertThat(second.code()).isEqualTo(125);
        assertThat(second.err()).contains("port 14083/tcp is held by container holder");
        assertThat(shell().must("docker ps -aq --filter name=second")).isEmpty();
        shell().must("docker rm -f holder");
    }

    @Test
    default void containersReachEachOtherByName() {
        String left = shell().must("docker run -d --name left " + SERVER).substring(0, 12);
        String right = shell().must("docker run -d --name right " + SERVER).substring(0, 12);
        assertThat(inside("left", "right")).isEqualTo(right);
        assertThat(inside("right", "left")).isEqualTo(left);
        shell().must("docker rm -f left right");
    }

    @Test
    default void aContainerInTheNetworkOfAnotherReachesItByLoopback() {
        String owner = shell().must("docker run -d --name lends -p 14087:80 " + SERVER).strip();
        assertThat(asked("docker run --rm --network container:lends " + Busybox.IMAGE + " wget -q -O - http://127.0.0.1/")).isEqualTo(owner.substring(0, 12));
        shell().must("docker run -d --name side --network container:lends --pid container:lends --ipc container:lends " + Busybox.IMAGE
                + " sh -c 'mkdir -p /www; echo beside > /www/index.html; exec httpd -f -p 8080 -h /www'");
        assertThat(inside("lends", "127.0.0.1:8080")).isEqualTo("beside");
        assertThat(shell().must("docker inspect -f '{{.HostConfig.NetworkMode}} {{.HostConfig.PidMode}} {{.HostConfig.IpcMode}} {{len .NetworkSettings.Networks}}' side"))
                .isEqualTo(("container:" + owner + " ").repeat(3) + "0\n");
        assertThat(shell().must("docker exec side ps")).contains("httpd -f -p 80 ");
        assertThat(shell().must("gantry isolation side")).contains("shared with lends");
        shell().must("docker stop -t 1 lends");
        assertThat(shell().run("docker run --rm --network container:lends " + Busybox.IMAGE + " true").err()).contains("isn't running on this node");
        assertThat(shell().run("docker run --rm --network container:nobody " + Busybox.IMAGE + " true").err()).contains("nobody");
        assertThat(shell().run("gantry run --network container:lends --hostname x " + Busybox.IMAGE + " true").err()).contains("hostname is set");
        shell().must("docker rm -f side lends");
    }

    private String inside(String from, String to) {
        return asked("docker exec " + from + " wget -q -O - http://" + to + "/");
    }

    private String fetch(String address) {
        return asked("curl -sS -m 5 http://" + address + "/");
    }

    /** A server takes a moment from its start to its first answer. */
    private String asked(String command) {
        return Expect.eventually(LISTENING, () -> {
            var answer = shell().run(command);
            Expect.same(command + ": " + answer.err(), 0, answer.code());
            return answer.out().strip();
        });
    }
}
