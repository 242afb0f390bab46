package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.stage.Busybox;
import org.junit.jupiter.api.Test;

/** What steps of a build have besides their image, on a real kernel. */
interface BuildMounts {
    String TOKEN = "staple-horse-9d3e";

    Shell shell();

    @Test
    default void aCacheIsKeptFromBuildToBuildUntilItIsPruned() {
        String build = folder("""
                ARG ROUND
                RUN --mount=type=cache,target=/var/cache/x echo "$ROUND" >> /var/cache/x/rounds && cat /var/cache/x/rounds > /seen
                CMD ["cat", "/seen"]
                """);
        shell().must(build + "gantry build --build-arg ROUND=one -t mounts/cache:1 .");
        shell().must(build + "gantry build --build-arg ROUND=two -t mounts/cache:1 .");
        assertThat(shell().must("gantry run --rm mounts/cache:1")).isEqualTo("one\ntwo\n");
        assertThat(shell().must("gantry run --rm mounts/cache:1 ls -A /var/cache 2>&1 || true")).as("the cache's place is none of the image").doesNotContain("x\n");
        assertThat(shell().must("docker volume ls -q --filter label=io.gantry.build.cache")).startsWith("build-cache-");
        assertThat(shell().must("docker builder prune -af")).contains("build-cache-");
        assertThat(shell().must("docker volume ls -q --filter label=io.gantry.build.cache")).isEmpty();
        shell().must(build + "gantry build --build-arg ROUND=three -t mounts/cache:1 .");
        assertThat(shell().must("gantry run --rm mounts/cache:1")).isEqualTo("three\n");
        shell().must("docker builder prune -af && docker rmi mounts/cache:1");
    }

    @Test
    default void aCacheBeginsWithFilesOfAnImageOnce() {
        String build = folder("""
                ARG ROUND
                RUN --mount=type=cache,id=seeded,target=/var/cache/y,from=%s,source=/bin,sharing=private,mode=0711 test -x /var/cache/y/busybox && busybox stat -c %%a /var/cache/y > /seen && rm -f /var/cache/y/sh && echo "$ROUND" >> /var/cache/y/rounds && cat /var/cache/y/rounds >> /seen
                RUN ! test -e /var/cache/y
                CMD ["cat", "/seen"]
                """.formatted(Busybox.IMAGE));
        shell().must(build + "gantry build --build-arg ROUND=one -t mounts/seeded:1 .");
        shell().must(build + "gantry build --build-arg ROUND=two -t mounts/seeded:1 .");
        assertThat(shell().must("gantry run --rm mounts/seeded:1")).isEqualTo("711\none\ntwo\n");
        shell().must("docker builder prune -af && docker rmi mounts/seeded:1");
    }

    @Test
    default void aNodesNetworkIsForWhoeverIsAllowedItAndWhereItIsGranted() {
        String build = folder("RUN --network=host true\n");
        assertThat(shell().run(build + "gantry build .").err()).contains("the build wasn't allowed network.host", "gantry build --allow network.host");
        var refused = shell().run(build + "gantry build --allow network.host .");
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("this node doesn't grant containers namespace:network", "GANTRY_ALLOW");
    }

    @Test
    default void aSecretIsReadByAStepAndFoundNowhereAfterwards() {
        shell().must("printf %s " + TOKEN + " | gantry secret create npm-token");
        String build = folder("""
                RUN --mount=type=secret,id=npm,env=NPM_TOKEN test "$(wc -c < /run/secrets/npm)" = 17 && test "$NPM_TOKEN" = "$(cat /run/secrets/npm)" && busybox md5sum < /run/secrets/npm > /sum && echo it has been read
                """);
        assertThat(shell().must(build + "gantry build --secret npm=npm-token -t mounts/secret:1 . > out && cat out")).contains("it has been read").doesNotContain(TOKEN);
        assertThat(shell().must("gantry run --rm mounts/secret:1 cat /sum")).isEqualTo(shell().must("printf %s " + TOKEN + " | md5sum"));
        assertThat(shell().must("gantry run --rm mounts/secret:1 sh -c 'ls -d /run 2>/dev/null || true'")).as("the image has no such folder, and the step's is gone").isEmpty();
        // each layer, the configuration with its history, and the manifest
        shell().must("d=$(mktemp -d) && cd $d && docker save mounts/secret:1 | tar -x && for f in $(find . -type f); do (gzip -dc $f 2>/dev/null || cat $f) | tr -d '\\0' > text; ! grep -q " + TOKEN + " text || exit 1; done"
                + " && find . -type f | grep blobs > /dev/null && docker history --no-trunc mounts/secret:1 | grep type=secret > /dev/null && ! docker history --no-trunc mounts/secret:1 | grep -q " + TOKEN);
        assertThat(shell().run(build + "gantry build .").err()).isEmpty();
        var required = shell().run(folder("RUN --mount=type=secret,id=npm,required cat /run/secrets/npm\n") + "gantry build .");
        assertThat(required.code()).isNotZero();
        assertThat(required.err()).contains("Dockerfile:2: RUN --mount=type=secret,id=npm,required cat /run/secrets/npm: the build wasn't given the secret 'npm'", "gantry secret create npm FILE");
        shell().must("docker rmi mounts/secret:1 && gantry secret rm npm-token");
    }

    @Test
    default void filesAreBoundMemoryIsForgottenAndNoNetworkIsNone() {
        String build = folder("""
                RUN --mount=target=/etc/network --mount=type=tmpfs,target=/tmp ls -A /etc/network > /names && echo x > /tmp/x && echo y > /etc/network/y
                RUN --network=none busybox ip -o link > /links
                RUN <<SCRIPT
                #!/bin/sh -e
                echo "read as $0" > /script
                SCRIPT
                RUN --mount=type=bind,from=%s,source=/bin,target=/other /other/busybox echo bound > /bound && ! test -e /run/gantry/script
                """.formatted(Busybox.IMAGE)) + "echo f > f && ";
        shell().must(build + "gantry build -t mounts/bind:1 .");
        assertThat(shell().must("gantry run --rm mounts/bind:1 cat /names /links /script /bound"))
                .matches("(?s)Dockerfile\nf\n1: lo: [^\n]*\nread as /run/gantry/script\nbound\n");
        assertThat(shell().must("gantry run --rm mounts/bind:1 sh -c 'ls -d /tmp/x /etc/network/y /other /run/gantry 2>/dev/null || true'")).isEmpty();
        shell().must("docker rmi mounts/bind:1");
    }

    /** A real agent with a real key, and real clients of it in the steps. */
    @Test
    default void aStepSignsWithAKeyOfTheClientsAgentAndHasNeitherAfterwards() {
        String build = folder("""
                COPY root/ /
                RUN echo root:x:0:0::/:/bin/sh > /etc/passwd; echo five:x:5:6::/:/bin/sh >> /etc/passwd
                RUN --mount=type=ssh test "$SSH_AUTH_SOCK" = /run/buildkit/ssh_agent.0; for i in 1 2 3 4; do ssh-add -l > /list.$i & done; wait; ssh-add -L > /pub && echo hello > /said && ssh-keygen -q -Y sign -n file -f /pub /said
                RUN test -z "$SSH_AUTH_SOCK" && test ! -e /run/buildkit
                USER five
                RUN --mount=type=ssh,id=second,target=/tmp/mine,uid=5,gid=6,mode=0640 --mount=type=ssh,id=absent test "$SSH_AUTH_SOCK" = /tmp/mine && busybox stat -L -c '%a %u %g' /tmp/mine && ssh-add -l
                """) + WITH_AN_AGENT;
        String told = shell().must(build + "gantry build --progress plain --ssh default --ssh second=$SSH_AUTH_SOCK -t mounts/ssh:1 . > told && cat told");
        assertThat(told).contains("640 5 6\n", "builder-key (ED25519)\n");
        assertThat(shell().must(build + "gantry run --rm mounts/ssh:1 cat /list.1 /list.2 /list.3 /list.4 | sort | uniq -c")).contains("4 256 SHA256:", "builder-key (ED25519)");
        assertThat(shell().must("cd $(mktemp -d) && gantry run --rm mounts/ssh:1 cat /pub | sed 's/^/me /' > signers && gantry run --rm mounts/ssh:1 cat /said.sig > sig && echo hello | ssh-keygen -Y verify -f signers -I me -n file -s sig")).startsWith("Good \"file\" signature for me");
        assertThat(shell().must("gantry run --rm mounts/ssh:1 sh -c 'ls -d /run/buildkit /run/gantry /tmp/mine 2>/dev/null || true'")).isEmpty();
        assertThat(shell().must(build + "gantry build --explain --ssh default --ssh second -t mounts/ssh:1 .")).as("another agent makes nothing anew").endsWith("nothing would run\n");
        shell().must("docker rmi mounts/ssh:1");
    }

    @Test
    default void aStepThatMustHaveAnAgentIsRefusedWithout() {
        String build = folder("RUN --mount=type=ssh,id=deploy,required ssh-add -l\n");
        for (String client : new String[] {"gantry build .", "docker build ."}) {
            var refused = shell().run(build + client);
            assertThat(refused.code()).isNotZero();
            assertThat(refused.err()).contains("Dockerfile:2: RUN --mount=type=ssh,id=deploy,required ssh-add -l: the build wasn't given the ssh agent 'deploy'", "gantry build --ssh deploy");
        }
        assertThat(shell().run(build + "gantry build --ssh deploy=Dockerfile .").err()).contains("Dockerfile is not the socket of an agent");
    }

    /** What a program asks of an agent that doesn't answer any more ends with the build. */
    @Test
    default void aClientThatGoesTakesItsAgentWithIt() {
        String build = folder("COPY root/ /\nRUN --mount=type=ssh ssh-add -l && sleep 1000\n") + WITH_AN_AGENT;
        shell().must(build + "true; (exec gantry build --progress plain --ssh default . > told) & until grep -q builder-key told; do sleep 0.1; done; kill -9 $!; wait $!; true");
        shell().must("until [ -z \"$(docker ps -aq --filter label=gantry.build)\" ]; do sleep 0.1; done");
    }

    String WITH_AN_AGENT = "mkdir -p root/usr/bin && cp $(command -v ssh-add) $(command -v ssh-keygen) root/usr/bin && for l in $(ldd root/usr/bin/* | grep -o '/[^ ]*[.]so[^ ]*' | sort -u); do mkdir -p root${l%/*} && cp -L $l root$l; done"
            + " && ssh-keygen -q -t ed25519 -N '' -C builder-key -f $d.key && eval $(ssh-agent -a $d.agent) > agent.out && trap \"kill $SSH_AGENT_PID\" EXIT && ssh-add -q $d.key && ";

    private static String folder(String steps) {
        return "d=$(mktemp -d) && cd $d && cat > Dockerfile <<'END_OF_FILE'\nFROM " + Busybox.IMAGE + "\n" + steps + "END_OF_FILE\n";
    }
}
