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

    @Test
    default void aNetworkOfOnesOwnPartsContainersAndIsRemoved() {
        String id = shell().must("docker network create --subnet 10.199.7.0/24 --label team=shop shop_back").strip();
        assertThat(shell().run("docker network create shop_back").err()).contains("network with name shop_back already exists");
        assertThat(shell().must("gantry networks -o name").lines()).contains("shop_back");
        String server = shell().must("docker run -d --name inside --network shop_back --network-alias db " + SERVER).strip();
        shell().must("docker run -d --name beside --network shop_back " + Busybox.IMAGE + " sleep 1000 && docker run -d --name outside " + Busybox.IMAGE + " sleep 1000");
        assertThat(inside("beside", "db")).isEqualTo(server.substring(0, 12));
        assertThat(shell().run("docker exec outside wget -q -T 2 -O - http://db/").code()).isNotZero();
        String gateway = shell().must("docker network inspect -f '{{(index .IPAM.Config 0).Gateway}}' " + id.substring(0, 12)).strip();
        assertThat(gateway).startsWith("10.199.7.");
        assertThat(shell().must("ip -br addr")).contains(gateway + "/24");
        assertThat(shell().must("docker network inspect -f '{{range .Containers}}{{.Name}} {{end}}{{.Labels.team}}' shop_back").strip().split(" "))
                .containsExactlyInAnyOrder("inside", "beside", "shop");
        assertThat(shell().must("docker inspect -f '{{range $name, $net := .NetworkSettings.Networks}}{{$name}} {{$net.Gateway}}{{end}}' inside")).isEqualTo("shop_back " + gateway + "\n");
        assertThat(shell().run("docker network rm shop_back").err()).contains("network shop_back has active endpoints");
        shell().must("docker rm -f inside beside outside && docker network rm shop_back");
        assertThat(shell().run("docker network inspect shop_back").err()).containsAnyOf("network shop_back not found", "No such network: shop_back");
    }

    @Test
    default void networksThatNobodyIsOnArePruned() {
        shell().must("docker network create --label kind=gone gone && docker network create --label kind=gone used && docker run -d --name on-used --network used "
                + Busybox.IMAGE + " sleep 1000");
        assertThat(shell().must("docker network ls --filter label=kind=gone --format '{{.Name}} {{.Driver}}'")).isEqualTo("gone bridge\nused bridge\n");
        assertThat(shell().must("docker network prune -f --filter label=kind=gone")).isEqualTo("Deleted Networks:\ngone\n\n");
        shell().must("docker rm -f on-used && docker network rm used");
        assertThat(shell().must("docker network ls --format '{{.Name}} {{.Driver}}'")).isEqualTo("bridge bridge\nhost host\nnone null\n");
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
