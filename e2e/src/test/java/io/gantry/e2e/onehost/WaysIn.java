package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.stage.Busybox;
import org.junit.jupiter.api.Test;

/** Other ways to the platform than its socket: certificates, contexts, ssh, tokens for a part of it. */
interface WaysIn {
    /** An sshd of its own for root of this machine, on loopback, and an ssh that knows its key, as a person's settings would have it. */
    String BY_SSH = """
            set -e; D=$(mktemp -d); cd $D; mkdir bin; mkdir -p /run/sshd
            ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f user
            printf '%s\\n' 'Port 14922' 'ListenAddress 127.0.0.1' "HostKey $D/host" "AuthorizedKeysFile $D/user.pub" "PidFile $D/pid" 'UsePAM no' 'StrictModes no' \\
                'PermitRootLogin prohibit-password' "SetEnv DOCKER_HOST=$DOCKER_HOST" > sshd_config
            printf '%s\\n' 'Host *' "IdentityFile $D/user" "UserKnownHostsFile $D/known" 'StrictHostKeyChecking accept-new' > ssh_config
            printf '#!/bin/sh\\nexec /usr/bin/ssh -F %s/ssh_config "$@"\\n' $D > bin/ssh; chmod +x bin/ssh
            /usr/sbin/sshd -f $D/sshd_config; trap 'kill $(cat $D/pid); rm -rf $D' EXIT
            export PATH=$D/bin:$PATH DOCKER_HOST=ssh://root@127.0.0.1:14922
            """;

    Shell shell();

    @Test
    default void byTlsWithACertificateThatOneCommandMakes() {
        String byTls = "eval \"$(gantry env --tls)\" && ";
        assertThat(shell().must(byTls + "echo typed | docker run --rm -i " + Busybox.IMAGE + " cat")).isEqualTo("typed\n");
        assertThat(shell().must(byTls + "stat -c %a $DOCKER_CERT_PATH $DOCKER_CERT_PATH/key.pem")).isEqualTo("700\n600\n");
        var none = shell().run(byTls + "unset DOCKER_CERT_PATH DOCKER_TLS_VERIFY; DOCKER_CERT_PATH=/nowhere docker --tls ps");
        assertThat(none.code()).isNotZero();
    }

    @Test
    default void aContextRemembersTheWay() {
        assertThat(shell().must("eval \"$(gantry env --tls)\" && export DOCKER_CONFIG=$(mktemp -d) && "
                        + "docker context create here --docker \"host=$DOCKER_HOST,ca=$DOCKER_CERT_PATH/ca.pem,cert=$DOCKER_CERT_PATH/cert.pem,key=$DOCKER_CERT_PATH/key.pem\" >/dev/null && "
                        + "unset DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH && docker context use here >/dev/null && docker run --rm " + Busybox.IMAGE + " echo by context"))
                .isEqualTo("by context\n");
    }

    /** Docker's client runs {@code docker system dial-stdio} there, which finds the platform as that user's does. */
    @Test
    default void bySsh() {
        assertThat(shell().must(BY_SSH + "printf 12345 | docker run --rm -i " + Busybox.IMAGE + " wc -c")).isEqualTo("5\n");
    }

    @Test
    default void aTokenForAPartOfThePlatformOpensThatPart() {
        shell().must("docker run -d --name not-theirs " + Busybox.IMAGE + " sleep 1000");
        String theirs = "eval \"$(gantry env)\"; export GANTRY_TOKEN=$(gantry token create --scope e2e-part --valid-for 10m tester); ";
        assertThat(shell().must(theirs + "gantry run --name theirs " + Busybox.IMAGE + " echo scoped; gantry ps -a -o name")).isEqualTo("scoped\ntheirs\n");
        assertThat(shell().run(theirs + "gantry rm -f not-theirs").err()).contains("there is no container 'not-theirs'");
        assertThat(shell().run(theirs + "gantry nodes").err()).contains("is not for a token of the scope e2e-part");
        assertThat(shell().must(theirs + "gantry rm theirs; gantry ps -a -o name")).isEqualTo("theirs\n");
        assertThat(shell().must("docker inspect -f '{{.State.Running}}' not-theirs; docker rm -f not-theirs")).startsWith("true\n");
    }

    /** By a certificate that goes with a token of the scope. */
    @Test
    default void imagesAreBuiltWithinAScope() {
        String theirs = "eval \"$(gantry env --tls)\"; export DOCKER_BUILDKIT=0 DOCKER_CERT_PATH=$(mktemp -d)/cert; "
                + "gantry token create --scope e2e-images --valid-for 10m --certificate $DOCKER_CERT_PATH builder >/dev/null; ";
        assertThat(shell().must(theirs + "printf 'FROM " + Busybox.IMAGE + "\\nRUN echo made > /made' | docker build -q -t scoped/made - >/dev/null && docker run --rm scoped/made cat /made && "
                        + "docker image inspect -f '{{index .Config.Labels \"io.gantry.scope\"}}' scoped/made && docker image ls --format '{{.Repository}}' && docker save scoped/made | docker load -q"))
                .isEqualTo("made\ne2e-images\nscoped/made\nLoaded image: scoped/made:latest\n");
        assertThat(shell().run(theirs + "docker tag " + Busybox.IMAGE + " scoped/other").err()).contains("was not made within the scope e2e-images");
        assertThat(shell().run(theirs + "printf 'FROM scoped/made' | docker build -t " + Busybox.IMAGE + " -").err()).contains("stands for an image that was not made within the scope e2e-images");
        shell().must(theirs + "docker rmi scoped/made");
    }
}
