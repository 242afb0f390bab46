package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.clients.Client;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.stage.Busybox;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Published ports and names, from this machine and from other containers. */
@Client("docker")
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
    default void allThatAnImageExposesAndOneOfARangeArePublished() {
        shell().must("printf 'FROM " + Busybox.IMAGE + "\nEXPOSE 80 53/udp\n' | DOCKER_BUILDKIT=0 docker build -q -t exposes -");
        String server = SERVER.replace(Busybox.IMAGE, "exposes");
        String all = shell().must("docker run -d --name everything -P " + server).substring(0, 12);
        assertThat(fetch(shell().must("docker port everything 80").strip().replace("0.0.0.0", "127.0.0.1"))).isEqualTo(all);
        assertThat(shell().must("docker port everything | sed 's/ -.*//' | sort")).isEqualTo("53/udp\n80/tcp\n");
        assertThat(shell().must("docker inspect -f '{{.HostConfig.PublishAllPorts}} {{len .HostConfig.PortBindings}}' everything")).isEqualTo("true 0\n");
        String first = shell().must("docker run -d --name first-of-two -p 14090-14091:80 " + SERVER).substring(0, 12);
        String second = shell().must("gantry run -d --name second-of-two -p 14090-14091:80 " + SERVER).strip();
        assertThat(fetch("127.0.0.1:14090")).isEqualTo(first);
        assertThat(fetch("127.0.0.1:14091")).isEqualTo(second.substring(0, 12));
        assertThat(shell().run("docker run -d -p 14090-14091:80 " + SERVER).err()).contains("no port from 14090 to 14091 is free");
        assertThat(shell().must("gantry run -d --name by-gantry -P " + server + " >/dev/null; gantry port by-gantry").lines()).hasSize(2);
        shell().must("docker rm -f everything first-of-two second-of-two by-gantry; docker rmi exposes");
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
        assertUnknown("outside", "db");
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
    default void namesAndEthernetAddressesAreThoseThatWereAskedFor() {
        shell().must("docker network create cabled");
        shell().must("docker run -d --name named --network cabled --mac-address 02:00:00:00:00:0A --hostname web --domainname example.org " + SERVER);
        assertThat(shell().must("docker exec named sh -c 'cat /proc/sys/kernel/domainname; hostname -f; cat /sys/class/net/eth0/address'"))
                .isEqualTo("example.org\nweb.example.org\n02:00:00:00:00:0a\n");
        assertThat(shell().must("docker inspect -f '{{.Config.Domainname}} {{(index .NetworkSettings.Networks \"cabled\").MacAddress}}' named"))
                .isEqualTo("example.org 02:00:00:00:00:0a\n");
        assertThat(inside("named", "web.example.org")).isEqualTo("web");
        shell().must("docker run -d --name asks --network cabled " + SERVER);
        assertThat(inside("asks", "named")).as("its neighbours send to that one").isEqualTo("web");
        shell().must("docker restart -t 1 named");
        assertThat(shell().must("docker exec named cat /sys/class/net/eth0/address")).as("so it stays").isEqualTo("02:00:00:00:00:0a\n");
        assertThat(shell().run("docker run --rm --network cabled --mac-address 02:00:00:00:00:0a " + Busybox.IMAGE + " true").err())
                .contains("the Ethernet address 02:00:00:00:00:0a of network 'cabled' is in use");
        assertThat(shell().run("docker run --rm --network cabled --mac-address 01:00:00:00:00:0a " + Busybox.IMAGE + " true").err())
                .contains("the Ethernet address 01:00:00:00:00:0a is no single host's");
        shell().must("docker rm -f named asks && docker network rm cabled");
    }

    @Test
    default void aContainerComesOntoANetworkAndGoesOffItAsItRuns() {
        shell().must("docker network create --subnet 10.199.8.0/24 meets && docker network create --subnet 10.199.9.0/24 backs");
        String db = shell().must("docker run -d --name backs-db --network backs --network-alias db " + SERVER).substring(0, 12);
        String shop = shell().must("docker run -d --name meets-shop --network meets -p 14093:80 " + SERVER).substring(0, 12);
        assertThat(fetch("127.0.0.1:14093")).isEqualTo(shop);
        assertUnknown("meets-shop", "db");

        shell().must("docker network connect --alias shop --ip 10.199.9.77 backs meets-shop");
        assertThat(inside("meets-shop", "db")).isEqualTo(db);
        assertThat(inside("backs-db", "shop")).isEqualTo(shop);
        assertThat(inside("backs-db", "10.199.9.77")).isEqualTo(shop);
        assertThat(fetch("127.0.0.1:14093")).as("its way out is another now").isEqualTo(shop);
        assertThat(shell().must("docker exec meets-shop cat /proc/net/route")).containsPattern("eth1\t00000000\t[0-9A-F]{2}09C70A\t");
        assertThat(shell().must("docker inspect -f '{{range $name, $net := .NetworkSettings.Networks}}{{$name}} {{$net.IPAddress}} {{end}}' meets-shop"))
                .startsWith("backs 10.199.9.77 meets 10.199.8.");
        assertThat(shell().must("docker network inspect -f '{{range .Containers}}{{.Name}} {{.IPv4Address}};{{end}}' backs")).contains("meets-shop 10.199.9.77/24;", "backs-db ");
        assertThat(shell().run("docker network connect --ip 10.199.9.77 backs backs-db").err()).contains("already exists in network backs");
        assertThat(shell().run("docker run --rm --network backs --ip 10.199.9.77 " + Busybox.IMAGE + " true").err()).contains("10.199.9.77 of network 'backs' is in use");
        assertThat(shell().run("docker network rm meets").err()).contains("network meets has active endpoints");
        shell().must("docker restart -t 1 meets-shop");
        assertThat(inside("meets-shop", "db")).as("so it stays").isEqualTo(db);
        assertThat(fetch("127.0.0.1:14093")).isEqualTo(shop);

        shell().must("docker network disconnect backs meets-shop");
        assertUnknown("meets-shop", "db");
        assertThat(fetch("127.0.0.1:14093")).isEqualTo(shop);
        shell().must("docker network disconnect meets meets-shop && docker network rm meets");
        assertThat(shell().must("docker exec meets-shop cat /proc/net/dev")).contains("lo:").doesNotContain("eth");
        assertThat(shell().must("gantry network connect --alias shop backs meets-shop")).startsWith("10.199.9.");
        assertThat(inside("backs-db", "shop")).isEqualTo(shop);
        assertThat(fetch("127.0.0.1:14093")).isEqualTo(shop);

        shell().must("docker create --name later --network backs " + SERVER + " && docker network create meets && docker network connect --alias late meets later && docker start later");
        shell().must("docker network connect meets backs-db");
        assertThat(inside("backs-db", "late")).hasSize(12);
        shell().must("docker rm -f later meets-shop backs-db && docker network rm meets backs");
    }

    @Test
    default void aContainerNamesFurtherHosts() {
        String asked = "docker run --rm --add-host licences:192.0.2.7 --add-host node:host-gateway --dns 192.0.2.53 --dns-search shop.example --dns-option ndots:2 " + Busybox.IMAGE;
        assertThat(shell().must(asked + " cat /etc/hosts")).containsPattern("192\\.0\\.2\\.7\tlicences\n10\\.[0-9.]+\tnode\n");
        assertThat(shell().must(asked + " cat /etc/resolv.conf")).contains("search shop.example default.gantry.internal\noptions ndots:2\n");
        shell().must("docker create --name shows --add-host node:host-gateway --dns 192.0.2.53 " + Busybox.IMAGE + " true");
        assertThat(shell().must("docker inspect -f '{{.HostConfig.ExtraHosts}} {{.HostConfig.Dns}}' shows && docker rm shows")).startsWith("[node:host-gateway] [192.0.2.53]\n");
        assertThat(shell().run("gantry run --network host --add-host a:192.0.2.7 " + Busybox.IMAGE + " true").err()).contains("extraHosts is set");
    }

    @Test
    default void aContainerIsMadeOnSeveralNetworks() {
        shell().must("gantry network create ones && gantry network create twos");
        String one = shell().must("docker run -d --name on-one --network ones " + SERVER).substring(0, 12);
        String two = shell().must("docker run -d --name on-two --network twos " + SERVER).substring(0, 12);
        shell().must("gantry run -d --name on-both --network name=twos,alias=b --network name=ones,alias=a " + SERVER);
        assertThat(inside("on-both", "on-one")).isEqualTo(one);
        assertThat(inside("on-both", "on-two")).isEqualTo(two);
        assertThat(inside("on-one", "a")).isEqualTo(inside("on-two", "b")).hasSize(12);
        assertUnknown("on-one", "b");
        assertThat(shell().must("gantry explain on-both")).contains("Make a further cable: eth1");
        assertThat(shell().must("docker inspect -f '{{range $name, $net := .NetworkSettings.Networks}}{{$name}} {{end}}' on-both")).isEqualTo("ones twos \n");
        shell().must("docker rm -f on-one on-two on-both && docker network rm ones twos");
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

    /** The name is none of a network that it is on. */
    private void assertUnknown(String from, String to) {
        assertThat(shell().run("docker exec " + from + " wget -q -O - http://" + to + "/").err()).contains("bad address '" + to + "'");
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
