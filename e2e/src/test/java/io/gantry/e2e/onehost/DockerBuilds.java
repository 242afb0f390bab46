package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.clients.Client;
import io.gantry.e2e.stage.Busybox;
import org.junit.jupiter.api.Test;

/** Images by a Dockerfile, by the unmodified {@code docker build} as the classic builder. */
@Client("docker")
interface DockerBuilds {
    String CLASSIC = "export DOCKER_BUILDKIT=0; d=$(mktemp -d) && cd $d && ";

    Shell shell();

    @Test
    default void buildsWhatTheDockerfileSays() {
        String build = CLASSIC + """
                printf 'FROM %s AS made
                ARG WHO=nobody
                RUN echo "made by $WHO" > /made && echo built
                FROM %s
                COPY --from=made /made /made
                COPY sent /sent
                CMD ["cat", "/made", "/sent"]
                ' > Dockerfile && echo sent > sent && echo no > ignored && echo ignored > .dockerignore &&
                """.formatted(Busybox.IMAGE, Busybox.IMAGE);
        String first = shell().must(build + "docker build --build-arg WHO=me --label team=blue --iidfile id -t docker/built:1 -t docker/built:2 . && cat id");
        assertThat(first)
                .contains("Step 1/8 : FROM " + Busybox.IMAGE + " AS made\n", "Step 3/8 : RUN echo \"made by $WHO\"", " ---> Running in ", "built\n", "Step 8/8 : LABEL team=blue\n")
                .containsPattern("Successfully built [0-9a-f]{12}\nSuccessfully tagged docker/built:1\nSuccessfully tagged docker/built:2\n");
        String id = first.substring(first.lastIndexOf('\n') + 1);
        assertThat(shell().must("docker images -q --no-trunc docker/built:2").strip()).isEqualTo(id);
        assertThat(shell().must("docker run --rm docker/built:1")).isEqualTo("made by me\nsent\n");
        assertThat(shell().must("docker image inspect -f '{{.Config.Labels.team}}' docker/built:1")).isEqualTo("blue\n");
        assertThat(shell().must(build + "docker build --build-arg WHO=me --label team=blue .")).contains(" ---> Using cache\n").doesNotContain("Running in");
        assertThat(shell().must(build + "docker build -q --build-arg WHO=me --label team=blue .")).isEqualTo(id + "\n");
        assertThat(shell().must(build + "tar -czf - . | docker build --no-cache -t docker/built:3 -")).contains("Running in", "Successfully tagged docker/built:3");
        assertThat(shell().must("printf 'FROM " + Busybox.IMAGE + "\\nLABEL alone=yes\\n' | DOCKER_BUILDKIT=0 docker build -")).contains("Successfully built ");
        shell().must("docker rmi docker/built:1 docker/built:2 docker/built:3");
    }

    @Test
    default void theSameInputsGiveTheSameImageAtAnotherTime() {
        String build = CLASSIC + "printf 'FROM " + Busybox.IMAGE + "\\nCOPY f /f\\nRUN cat /f > /made && mkdir -p /a/b && ln -s b /a/c\\n' > Dockerfile && echo same > f && "
                + "docker build -q --no-cache --build-arg SOURCE_DATE_EPOCH=1767225600 .";
        String first = shell().must(build);
        assertThat(shell().must("sleep 1.1; " + build)).isEqualTo(first);
        assertThat(shell().must(build.replace(" --build-arg SOURCE_DATE_EPOCH=1767225600", ""))).isNotEqualTo(first);
    }

    @Test
    default void itSaysWhatTheImageIsForAndWhatStepsHave() {
        String file = CLASSIC + "printf 'FROM " + Busybox.IMAGE + "\\nRUN %s\\n' \"";
        String end = "\" > Dockerfile && docker build --no-cache -t docker/steps:1 ";
        shell().must(file + "busybox ip -o link > /links; grep -w db /etc/hosts > /hosts; busybox df -k /dev/shm > /shm" + end + "--network none --add-host db:192.0.2.7 --shm-size 96m .");
        assertThat(shell().must("docker run --rm docker/steps:1 cat /links /hosts /shm")).matches("(?s)1: lo: [^\n]*\n192.0.2.7\\s+db\nFilesystem.* 98304 .*");
        var refused = shell().run(file + "true" + end + "--network host .");
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("this node doesn't grant containers namespace:network", "GANTRY_ALLOW");
        shell().must(CLASSIC + "printf 'FROM scratch\\nCOPY Dockerfile /\\n' > Dockerfile && docker build --platform linux/arm64 -t docker/steps:1 .");
        assertThat(shell().must("docker image inspect -f '{{.Os}}/{{.Architecture}}' docker/steps:1")).isEqualTo("linux/arm64\n");
        assertThat(shell().run(file + "true" + end + "--platform linux/arm64 .").err()).contains("is here for linux/amd64, not for linux/arm64");
        shell().must("docker rmi docker/steps:1");
    }

    @Test
    default void aBuildThatFailsEndsAsItsCommandDid() {
        var failed = shell().run(CLASSIC + "printf 'FROM " + Busybox.IMAGE + "\\nRUN echo almost && exit 7\\n' > Dockerfile && docker build -t never/made:1 .");
        assertThat(failed.code()).isEqualTo(7);
        assertThat(failed.out()).contains("almost\n");
        assertThat(failed.err()).contains("Dockerfile:2: The command '/bin/sh -c echo almost && exit 7' returned a non-zero code: 7");
        var wrong = shell().run(CLASSIC + "printf 'FROM " + Busybox.IMAGE + "\\nCOPPY a b\\n' > Dockerfile && docker build .");
        assertThat(wrong.err()).contains("Dockerfile:2: COPPY a b: 'COPPY' is no instruction");
        assertThat(shell().run(CLASSIC + "touch other && docker build -f other/none . ").code()).isNotZero();
        assertThat(shell().must("docker images -q never/made")).isEmpty();
    }

    @Test
    default void aBuildWhoseClientVanishesLeavesNothing() {
        shell().must(CLASSIC + "printf 'FROM " + Busybox.IMAGE + "\\nRUN echo begun && sleep 1000\\n' > Dockerfile && (docker build . > out 2>&1 & echo $! > pid) "
                + "&& until grep -qx begun out; do sleep 0.1; done && test -n \"$(docker ps -aq --filter label=gantry.build)\" && kill -9 $(cat pid) "
                + "&& until [ -z \"$(docker ps -aq --filter label=gantry.build)\" ]; do sleep 0.1; done");
        shell().must(CLASSIC + "printf 'FROM " + Busybox.IMAGE + "\\nRUN true\\n' > Dockerfile && docker build -q .");
        assertThat(shell().must("docker builder prune -af")).contains("Deleted build cache objects:", "Total reclaimed space: 0B");
    }
}
