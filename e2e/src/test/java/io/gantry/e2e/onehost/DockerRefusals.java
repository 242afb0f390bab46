package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.clients.Client;
import io.gantry.e2e.clients.ClientCases;
import io.gantry.e2e.stage.Busybox;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the docker command is told that isn't here, and what to do instead: by name, and nothing is made of it. */
@Client(Client.REFUSED)
interface DockerRefusals {
    Shell shell();

    @ParameterizedTest
    @ValueSource(strings = {
        "docker run --userns host IMAGE true",
        "docker run --cgroupns host IMAGE true",
        "docker run --cgroup-parent shop IMAGE true",
        "docker run --ipc none IMAGE true",
        "docker run --gpus all IMAGE true",
        "docker run --device-cgroup-rule 'c 1:3 r' IMAGE true",
        "docker run --log-driver syslog IMAGE true",
        "docker run --log-opt tag=x IMAGE true",
        "docker run --oom-kill-disable IMAGE true",
        "docker run --oom-score-adj -500 IMAGE true",
        "docker run --memory-swappiness 10 IMAGE true",
        "docker run --pids-limit -1 IMAGE true",
        "docker run --blkio-weight-device /dev/vda:200 IMAGE true",
        "docker run --cpu-rt-runtime 1000 IMAGE true",
        "docker run --security-opt apparmor=x IMAGE true",
        "docker run --security-opt label=x IMAGE true",
        "docker run --security-opt systempaths=unconfined IMAGE true",
        "docker run --volume-driver nfs -v data:/data IMAGE true",
        "docker run --mount type=volume,src=data,dst=/data,volume-subpath=a IMAGE true",
        "docker run --annotation a=b IMAGE true",
        "docker run --ip6 fd00::9 IMAGE true",
        "docker run --link-local-ip 169.254.1.9 IMAGE true",
        "docker run -p 80:80/sctp IMAGE true",
        "docker network create --internal inside",
        "docker network create --ipv6 --subnet fd00:1::/64 six",
        "docker network create --subnet 10.199.77.0/24 --ip-range 10.199.77.0/28 part",
        "docker network create --subnet 10.199.77.0/24 --gateway 10.199.77.9 led",
        "docker network create -d macvlan flat",
        "docker network create -o com.docker.network.bridge.name=br7 named",
        "docker volume create -d nfs far",
        "docker volume create -o type=nfs far",
        "docker service create -d --mode replicated-job --restart-condition on-failure --restart-delay 3s IMAGE true",
        "docker service create -d --mode global-job --restart-condition any IMAGE true",
        "docker service create -d --endpoint-mode dnsrr IMAGE true",
        "docker service create -d --publish mode=host,target=80 IMAGE true",
        "docker service create -d --placement-pref spread=node.id IMAGE true",
        "docker service create -d --mode global --placement-pref spread=node.labels.zone IMAGE true",
        "docker service create -d --replicas-max-per-node 1 IMAGE true",
        "docker service create -d --constraint node.ip==10.0.0.1 IMAGE true",
        "docker service create -d --restart-condition none IMAGE true",
        "docker service create -d --restart-window 5s IMAGE true",
        "docker service create -d --update-delay 5s IMAGE true",
        "docker service create -d --update-failure-action continue IMAGE true",
        "docker service create -d --group audio IMAGE true",
        "docker service create -d --generic-resource gpu=1 IMAGE true",
        "docker service create -d --hostname '{{.Task.Slot}}' IMAGE true",
        "docker secret create --template-driver golang pass /etc/hostname",
        "docker swarm join --token x 10.0.0.1:2377",
        "docker swarm leave",
        "docker swarm unlock-key",
        "docker search busybox",
        "docker plugin install x",
        "docker import http://127.0.0.1:1/x.tar",
        "docker commit --pause=false nobody x:1"
    })
    default void whatIsNotHereIsRefusedByName(String command) {
        var refused = shell().run(command.replace("IMAGE", Busybox.IMAGE));
        assertThat(refused.code()).as(command).isNotZero();
        String answer = refused.err().lines().filter(line -> !line.isBlank() && !line.contains("--help")).reduce("", (before, line) -> (before + " " + line.strip()).strip());
        ClientCases.refused(command, answer.replaceFirst("^docker: ", "").replaceFirst("(?i)^Error response from daemon: ", "").replace("|", "\\|"));
    }
}
