package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.stage.Busybox;
import org.junit.jupiter.api.Test;

/** The registry for clients that aren't ours: they log in with a token of the API, are given passes, and push, look, pull and delete. */
interface RegistryClients {
    /** The registry's address, and a folder for what clients write. */
    String HOST = "eval \"$(gantry env)\" && set -e; host=${GANTRY_URL#http://} d=$(mktemp -d); export DOCKER_CONFIG=$d/docker XDG_CONFIG_HOME=$d/config; ";

    Shell shell();

    @Test
    default void skopeoLogsInPushesLooksAndDeletes() {
        String told = shell().must(HOST + """
                ! skopeo --insecure-policy inspect --tls-verify=false docker://$host/%1$s 2> $d/refused
                ! skopeo login --authfile $d/auth --tls-verify=false -u gantry -p wrong $host 2>> $d/refused
                skopeo login --authfile $d/auth --tls-verify=false -u gantry -p $GANTRY_TOKEN $host
                skopeo --insecure-policy copy -q --src-tls-verify=false --dest-tls-verify=false --authfile $d/auth docker://$host/%1$s docker://$host/clients/skopeo:1
                skopeo --insecure-policy copy -q --src-tls-verify=false --authfile $d/auth docker://$host/clients/skopeo:1 oci:$d/out:1
                skopeo list-tags --tls-verify=false --authfile $d/auth docker://$host/clients/skopeo
                skopeo delete --tls-verify=false --authfile $d/auth docker://$host/clients/skopeo:1
                ! skopeo --insecure-policy inspect --tls-verify=false --authfile $d/auth docker://$host/clients/skopeo:1 2>> $d/refused
                cat $d/refused
                """.formatted(Busybox.IMAGE));
        assertThat(told).contains("Login Succeeded!", "\"1\"", "invalid username/password").containsIgnoringCase("manifest unknown");
    }

    @Test
    default void withATokenOfAScopeSkopeoPullsWhatIsForAllAndPushesWhatIsOfTheScope() {
        String told = shell().must(HOST + """
                token=$(gantry token create --scope e2e-door --valid-for 10m builder)
                mkdir $d/context
                printf 'FROM %1$s\nLABEL io.gantry.scope=e2e-door\n' > $d/context/Dockerfile
                gantry build -t door/made:1 $d/context > $d/built
                skopeo --insecure-policy copy -q --src-tls-verify=false --src-creds gantry:$GANTRY_TOKEN docker://$host/door/made:1 oci:$d/made:1
                skopeo login --authfile $d/auth --tls-verify=false -u gantry -p $token $host
                skopeo --insecure-policy copy -q --src-tls-verify=false --authfile $d/auth docker://$host/%1$s oci:$d/base:1
                skopeo --insecure-policy copy -q --dest-tls-verify=false --authfile $d/auth oci:$d/made:1 docker://$host/door/pushed:1
                skopeo list-tags --tls-verify=false --authfile $d/auth docker://$host/door/pushed
                ! skopeo --insecure-policy copy -q --dest-tls-verify=false --authfile $d/auth oci:$d/base:1 docker://$host/door/pushed:2 2> $d/refused
                ! skopeo --insecure-policy copy -q --dest-tls-verify=false --authfile $d/auth oci:$d/made:1 docker://$host/%1$s 2>> $d/refused
                ! skopeo delete --tls-verify=false --authfile $d/auth docker://$host/%1$s 2>> $d/refused
                cat $d/refused
                gantry rmi door/made:1 door/pushed:1
                """.formatted(Busybox.IMAGE));
        assertThat(told).contains("Login Succeeded!", "\"1\"", "is an image of that scope: build it with --label io.gantry.scope=e2e-door", Busybox.IMAGE + " stands for an image that was not made within the scope e2e-door");
    }

    @Test
    default void podmanLogsInPullsAndPushes() {
        String podman = "podman --root $d/store --runroot $d/run --storage-driver vfs --cgroup-manager cgroupfs ";
        String told = shell().must(HOST + """
                trap 'podman --root $d/store --runroot $d/run --storage-driver vfs --cgroup-manager cgroupfs rmi -af > $d/gone' EXIT
                echo $GANTRY_TOKEN | podman login --authfile $d/auth --tls-verify=false -u gantry --password-stdin $host
                PODMAN pull -q --tls-verify=false --authfile $d/auth $host/%1$s
                PODMAN push -q --tls-verify=false --authfile $d/auth $host/%1$s $host/clients/podman:1
                docker run --rm clients/podman:1 echo ran
                docker rmi clients/podman:1
                """.formatted(Busybox.IMAGE).replace("PODMAN ", podman));
        assertThat(told).contains("Login Succeeded!", "ran\n");
    }

    @Test
    default void dockerLogsInAndPushes() {
        String told = shell().must(HOST + """
                echo $GANTRY_TOKEN | docker login -u gantry --password-stdin $host
                docker tag %1$s $host/clients/docker:1
                docker push $host/clients/docker:1
                docker run --rm clients/docker:1 echo ran
                docker rmi clients/docker:1 $host/clients/docker:1
                """.formatted(Busybox.IMAGE));
        assertThat(told).contains("Login Succeeded", "ran\n").containsPattern("1: digest: sha256:[0-9a-f]{64} size: \\d+");
    }
}
