package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.stage.Busybox;
import org.junit.jupiter.api.Test;

/** Steps of builds on a real kernel: side by side, told, foretold, ended. */
interface BuildSteps {
    Shell shell();

    /** Each waits for the other's file, and gives up after a while: one after the other never passes. */
    @Test
    default void stagesThatWaitForEachOtherMeet() {
        String meet = "RUN --mount=type=cache,id=meeting,target=/m echo here > /m/%s && i=0 && until [ -e /m/%s ]; do i=$((i+1)); [ $i -lt 200 ] || exit 9; sleep 0.1; done && echo %s has met > /%s\\n";
        String file = "FROM " + Busybox.IMAGE + " AS one\\n" + meet.formatted("one", "two", "one", "one") + "FROM " + Busybox.IMAGE + " AS two\\n" + meet.formatted("two", "one", "two", "two")
                + "FROM " + Busybox.IMAGE + "\\nCOPY --from=one /one /\\nCOPY --from=two /two /\\n";
        shell().must("cd $(mktemp -d) && printf '" + file + "' > Dockerfile && gantry build -t steps/met:1 .");
        assertThat(shell().must("gantry run --rm steps/met:1 cat /one /two")).isEqualTo("one has met\ntwo has met\n");
        shell().must("docker builder prune -af && docker rmi steps/met:1");
    }

    @Test
    default void whatWouldBeMadeIsMadeAndToldAfterwards() {
        String folder = "cd $(mktemp -d) && printf 'FROM " + Busybox.IMAGE + "\\nCOPY lock /lock\\nRUN echo installing; cat /lock > /installed\\nCOPY src /src\\nRUN cat /src/a > /made\\n' > Dockerfile && echo 1 > lock && mkdir src && echo a > src/a"
                + " && gantry build --progress json -t steps/told:1 . > first && ";
        String id = shell().must(folder + "grep -o 'build-[0-9a-f-]*' first | head -1").strip();
        assertThat(shell().must("gantry builds steps " + id).lines().map(line -> line.split(" +")[1])).containsExactly("STATE", "done", "ran", "ran", "ran", "ran");
        assertThat(shell().must("gantry builds log " + id + " 3")).isEqualTo("installing\n");
        assertThat(shell().must("gantry builds")).contains(id, "finished", "steps/told:1");
        assertThat(shell().must(folder + "gantry build --explain .")).endsWith("nothing would run\n");
        String foretold = shell().must(folder + "gantry build --explain=src/a .");
        assertThat(foretold).contains("[3/5] RUN echo installing; cat /lock > /installed\n      cached\n", "[4/5] COPY src /src\n      would run: the file src/a is another\n", "2 of 4 steps that make something would run\n");
        String changed = shell().must(folder + "echo b > src/a && gantry build -t steps/told:1 .");
        assertThat(changed).contains("[3/5] RUN echo installing; cat /lock > /installed\n      cached\n", "[4/5] COPY src /src\n      not cached: the file src/a is another\n");
        assertThat(shell().must("gantry run --rm steps/told:1 cat /made")).isEqualTo("b\n");
        shell().must("docker builder prune -af && docker rmi steps/told:1");
    }

    /** Their layers are the same, and so the image has it three times. */
    @Test
    default void stepsThatChangeNothingAreStepsAllTheSame() {
        shell().must("cd $(mktemp -d) && printf 'FROM " + Busybox.IMAGE + "\\nRUN echo one\\nRUN echo two\\nRUN echo three\\nRUN echo made > /made\\n' > Dockerfile && gantry build -t steps/nothing:1 .");
        assertThat(shell().must("gantry run --rm steps/nothing:1 cat /made")).isEqualTo("made\n");
        assertThat(shell().must("id=$(gantry run -d steps/nothing:1 sleep 100) && docker cp $id:/made - | tar -xO && gantry debug --image steps/nothing:1 $id true && docker rm -f $id > /dev/null")).isEqualTo("made\n");
        shell().must("docker builder prune -af && docker rmi steps/nothing:1");
    }

    @Test
    default void aBuildThatIsEndedByNameLeavesNothing() {
        var ended = shell().run("cd $(mktemp -d) && printf 'FROM " + Busybox.IMAGE + "\\nRUN echo begun && sleep 1000\\n' > Dockerfile && (gantry build -t never/made:2 . > out 2> err; echo $? > code) & "
                + "until id=$(gantry builds -o name | head -1) && gantry builds log $id 2 2> /dev/null | grep -x begun > /dev/null; do sleep 0.1; done; gantry builds cancel $id && wait && gantry builds steps $id");
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("cancelled");
        assertThat(shell().must("until [ -z \"$(docker ps -aq --filter label=gantry.build)\" ]; do sleep 0.1; done; docker images -q never/made")).isEmpty();
    }
}
