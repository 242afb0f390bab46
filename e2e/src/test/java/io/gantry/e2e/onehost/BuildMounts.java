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
    default void aSecretIsReadByAStepAndFoundNowhereAfterwards() {
        shell().must("printf %s " + TOKEN + " | gantry secret create npm-token");
        String build = folder("""
                RUN --mount=type=secret,id=npm test "$(wc -c < /run/secrets/npm)" = 17 && busybox md5sum < /run/secrets/npm > /sum && echo it has been read
                """);
        assertThat(shell().must(build + "gantry build --secret npm=npm-token -t mounts/secret:1 . > out && cat out")).contains("it has been read").doesNotContain(TOKEN);
        assertThat(shell().must("gantry run --rm mounts/secret:1 cat /sum")).isEqualTo(shell().must("printf %s " + TOKEN + " | md5sum"));
        assertThat(shell().must("gantry run --rm mounts/secret:1 sh -c 'ls -d /run 2>/dev/null || true'")).as("the image has no such folder, and the step's is gone").isEmpty();
        // each layer, the configuration with its history, and the manifest
        shell().must("d=$(mktemp -d) && cd $d && docker save mounts/secret:1 | tar -x && for f in $(find . -type f); do (gzip -dc $f 2>/dev/null || cat $f) | tr -d '\\0' > text; ! grep -q " + TOKEN + " text || exit 1; done"
                + " && find . -type f | grep -q blobs && docker history --no-trunc mounts/secret:1 | grep -q type=secret && ! docker history --no-trunc mounts/secret:1 | grep -q " + TOKEN);
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

    private static String folder(String steps) {
        return "d=$(mktemp -d) && cd $d && cat > Dockerfile <<'END_OF_FILE'\nFROM " + Busybox.IMAGE + "\n" + steps + "END_OF_FILE\n";
    }
}
