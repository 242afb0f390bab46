package io.gantry.image.build.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gantry.image.build.core.Instruction.Command;
import io.gantry.image.build.core.Instruction.Pair;
import io.gantry.image.build.core.Instruction.Run.Network;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dockerfiles as people write them, and what they get wrong. */
class DockerfileTest {
    @Test
    void readsEveryInstruction() {
        List<Instruction> all = Dockerfile.parse("""
                # a comment
                ARG base=debian
                FROM ${base}:12 AS Builder
                RUN echo a  b
                RUN ["echo", "a b"]
                COPY --chown=1:2 --chmod=644 a b /c/
                COPY ["with blank", "/d"]
                ADD x.tar /y
                ENV A=1 B="two words"
                ENV OLD the old form
                LABEL a.b=c
                WORKDIR /w
                USER www-data
                EXPOSE 80 53/udp
                VOLUME ["/data"]
                STOPSIGNAL SIGQUIT
                SHELL ["/bin/bash", "-c"]
                ENTRYPOINT ["/e"]
                CMD run me
                HEALTHCHECK --interval=1m30s --retries=2 CMD curl -f http://localhost/
                """).instructions();
        assertThat(all).hasSize(19);
        assertThat(((Instruction.From) all.get(1)).name()).contains("builder");
        assertThat(((Instruction.Run) all.get(2)).command()).isEqualTo(new Command.Line("echo a  b"));
        assertThat(((Instruction.Run) all.get(3)).command()).isEqualTo(new Command.Words(List.of("echo", "a b")));
        Instruction.Copy copy = (Instruction.Copy) all.get(4);
        assertThat(copy.sources()).containsExactly("a", "b");
        assertThat(copy.target()).isEqualTo("/c/");
        assertThat(copy.chown()).contains("1:2");
        assertThat(((Instruction.Copy) all.get(5)).sources()).containsExactly("with blank");
        assertThat(((Instruction.Env) all.get(7)).pairs()).containsExactly(new Pair("A", "1"), new Pair("B", "\"two words\""));
        assertThat(((Instruction.Env) all.get(8)).pairs()).containsExactly(new Pair("OLD", "the old form"));
        assertThat(((Instruction.Healthcheck) all.get(18)).test()).containsExactly("CMD-SHELL", "curl -f http://localhost/");
    }

    @Test
    void joinsContinuedLinesAndDropsCommentsInThem() {
        Dockerfile file = Dockerfile.parse("FROM a\nRUN one && \\\n  # not this\n\n  two \\\n three\n");
        assertThat(((Instruction.Run) file.instructions().get(1)).command()).isEqualTo(new Command.Line("one &&   two  three"));
    }

    @Test
    void anotherEscapeLeavesBackslashesAlone() {
        Dockerfile file = Dockerfile.parse("# escape=`\nFROM a\nCOPY a `\n  c:\\b\\\n");
        assertThat(((Instruction.Copy) file.instructions().get(1)).target()).isEqualTo("c:\\b\\");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', commentCharacter = '%', value = {
        "^RUN a^                         | 1 | 1  | the first instruction must be FROM",
        "^FROM a\nFRUM b^                | 2 | 1  | 'FRUM' is no instruction",
        "^FROM a\n\n  COPY x^            | 3 | 8  | COPY needs a source and a target",
        "^FROM a\nRUN <<EOF\nls\n EOF^   | 2 | 1  | the here-document <<EOF has no end",
        "^FROM a\nCOPY a <<EOF\nls\nEOF^ | 2 | 6  | a here-document can't be the target",
        "^FROM a\nADD git@x:y.git /z^    | 2 | 1  | image-service asks by https alone, and reaches no keys",
        "^FROM a\nADD https://x/y.git#-v1 /z^ | 2 | 1 | '-v1' is no branch, tag or commit",
        "^FROM a\nADD --checksum=sha256:12 https://x/y.git /z^ | 2 | 5 | is no commit",
        "^FROM a\nADD --checksum=md5:00 https://x/y /z^ | 2 | 5 | --checksum=md5:00 is no SHA-256",
        "^FROM a\nADD --checksum=sha256:00 a /z^ | 2 | 5 | --checksum is for one source that is fetched",
        "^FROM a\nCOPY --from=$x a /z^   | 2 | 6  | variables are not replaced there",
        "^FROM a\nCOPY --link=maybe a b^ | 2 | 6  | '--link=maybe' is not supported here",
        "^FROM a\nCOPY --chown=1 --chown=2 a b^ | 2 | 16 | --chown is given twice",
        "^FROM a\nONBUILD FROM x^        | 2 | 9  | ONBUILD can't be followed by FROM",
        "^FROM a\nONBUILD ONBUILD RUN x^ | 2 | 9  | ONBUILD can't be followed by ONBUILD",
        "^FROM a\nONBUILD NOPE x^        | 2 | 9  | 'NOPE' is no instruction",
        "^FROM a\nONBUILD^               | 2 | 8  | ONBUILD needs something after it",
        "^# escape=/\nFROM a^            | 1 | 1  | escape is \\ or `, not '/'",
        "^# escape=`\n# escape=`\nFROM a^ | 2 | 1  | # escape= is given twice",
        "^# syntax=me/mine:1\nFROM a^    | 1 | 1  | is a language of its own",
        "^# check=all\nFROM a^           | 1 | 1  | check=all is not of its form",
        "^FROM a\nRUN []^                | 2 | 5  | RUN needs a command",
        "^FROM a\nRUN --network=wifi x^  | 2 | 5  | 'wifi' is no network of a RUN",
        "^FROM a\nRUN --security=insecure x^ | 2 | 5 | a build has no more rights than other containers",
        "^FROM a\nRUN --device=x y^      | 2 | 5  | RUN --device is not supported",
        "^FROM a\nRUN --mount=type=ssh,size=1 x^ | 2 | 5 | --mount=type=ssh has no option 'size'",
        "^FROM a\nRUN --mount=type=disk x^ | 2 | 5 | --mount has no type 'disk'",
        "^FROM a\nRUN --mount=type=tmpfs,id=1 x^ | 2 | 5 | --mount=type=tmpfs has no option 'id'",
        "^FROM a\nRUN --mount=type=cache,target=/x^ | 2 | 33 | RUN needs a command",
        "^FROM a\nENV A=1 B^             | 2 | 9  | 'B' is not of the form name=value",
        "^FROM a\nENV A=\"x^             | 2 | 7  | the quote \" is not closed",
        "^FROM a AS 1b^                  | 1 | 11 | '1b' can't be a stage's name",
        "^FROM a\nUSER a b^              | 2 | 8  | USER has one value",
        "^# nothing^                     | 1 | 1  | there is no FROM",
        "^FROM --platform=windows/amd64 a^ | 1 | 6 | 'windows/amd64' is no platform that images can be built for",
        "^FROM a\nSHELL /bin/sh^         | 2 | 7  | SHELL needs a JSON list"
    })
    void saysWhereSomethingIsWrong(String text, int line, int column, String message) {
        DockerfileRefusal refusal = catchThrowableOfType(DockerfileRefusal.class, () -> Dockerfile.parse(text));
        assertThat(refusal).hasMessageContaining(message);
        assertThat(refusal.at()).isEqualTo(new Position(line, column));
        assertThat(refusal.refusal().hint()).isNotBlank();
    }

    @Test
    void aRunMayHaveItsNodesNetwork() {
        assertThat(run("--network=host x").network()).isEqualTo(Network.HOST);
        assertThat(run("x").network()).isEqualTo(Network.DEFAULT);
    }

    @Test
    void whatIsNoSwitchOfAMountNeedsAValue() {
        assertThat(run("--mount=type=secret,id=npm,env=,required x").mounts().getFirst().options()).isEqualTo(Map.of("type", "secret", "id", "npm", "env", "", "required", "true"));
        assertThat(run("--mount=from=b,target=/b,ro --mount=target=/c,RW x").mounts()).extracting(mount -> mount.options().keySet().toArray()).containsExactly(new Object[] {"from", "target", "ro", "type"}, new Object[] {"target", "rw", "type"});
        Map.of("type=secret,id=npm,env", "env", "type=secret,id", "id", "type=secret,source", "source", "type=secret,id=npm,target", "target", "type=cache,target=/x,sharing", "sharing", "from,target=/x", "from", "target=/x,type", "type").forEach(
                (mount, option) -> assertThatThrownBy(() -> run("--mount=" + mount + " x")).as(mount).isInstanceOf(DockerfileRefusal.class).hasMessage("Dockerfile line 2, column 5: --mount has " + option + " without a value"));
    }

    private static Instruction.Run run(String words) {
        return (Instruction.Run) Dockerfile.parse("FROM a\nRUN " + words + "\n").instructions().get(1);
    }

    @Test
    void buildsOnlyTheStagesThatTheTargetNeeds() {
        Dockerfile file = Dockerfile.parse("""
                ARG tag=1
                FROM base:${tag} AS a
                FROM scratch AS unused
                FROM a AS b
                COPY --from=0 /x /x
                FROM other AS last
                COPY --from=b /y /y
                COPY --from=elsewhere:2 /z /z
                """);
        StageGraph graph = StageGraph.of(file, Optional.empty(), Map.of("tag", "9"), Platform.OURS);
        assertThat(graph.needed()).extracting(Stage::number).containsExactly(0, 2, 3);
        assertThat(graph.stages().getFirst().base()).isEqualTo(new Stage.Base.Image("base:9", Platform.OURS));
        assertThat(graph.from(graph.stages().get(3), "elsewhere:2")).isEqualTo(new Stage.Base.Image("elsewhere:2", Platform.OURS));
        assertThat(StageGraph.of(file, Optional.of("b"), Map.of(), Platform.OURS).needed()).extracting(Stage::number).containsExactly(0, 2);
        assertThatThrownBy(() -> StageGraph.of(file, Optional.of("nope"), Map.of(), Platform.OURS)).hasMessageContaining("no stage is called 'nope'");
    }

    @ParameterizedTest
    @CsvSource({
        "a.log,true", "b/a.log,false", "node_modules/x/y,true", "deep/er/tmp,true", "docs/a.md,true", "docs/keep.md,false", "src/A.java,false"
    })
    void ignoresWhatDockerignoreSays(String path, boolean ignored) {
        IgnorePatterns patterns = IgnorePatterns.parse("# c\n*.log\n/node_modules/\n**/tmp\ndocs\n!docs/keep.md\n");
        assertThat(patterns.ignores(path)).isEqualTo(ignored);
    }

    @Test
    void argumentsAreSeenFromWhereTheyAreDeclared() {
        Scope scope = new Scope('\\', Map.of("given", "g", "late", "l"), Map.of("global", "w"), Map.of(), Map.of("PATH", "/bin"));
        Position at = new Position(1, 1);
        assertThat(scope.expand("$given$late", at)).isEmpty();
        Scope more = scope.declare(arg("given", "default")).declare(arg("global", null)).declare(arg("own", "$given-o")).declare(arg("PATH", "/x"));
        assertThat(more.expand("$given $global $own $PATH $late", at)).isEqualTo("g w g-o /bin ");
        assertThat(more.forRun()).containsOnly(Map.entry("given", "g"), Map.entry("global", "w"), Map.entry("own", "g-o"));
    }

    @Test
    void metadataChangesTheConfigurationAndKeepsTheRest() {
        Dockerfile file = Dockerfile.parse("""
                FROM a
                ENV A=1 PATH=/x:$PATH
                WORKDIR /w
                WORKDIR sub
                EXPOSE 80 8000-8001/udp
                ENTRYPOINT run
                """);
        ImageDraft draft = applied(ImageDraft.scratch(Platform.OURS), file);
        assertThat(draft.env()).containsEntry("A", "1").containsEntry("PATH", "/x:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        assertThat(draft.workingDir()).isEqualTo("/w/sub");
        assertThat(draft.document().path("config").path("ExposedPorts").toString()).isEqualTo("{\"80/tcp\":{},\"8000/udp\":{},\"8001/udp\":{}}");
        assertThat(draft.document().path("config").path("Entrypoint").toString()).isEqualTo("[\"/bin/sh\",\"-c\",\"run\"]");
    }

    @Test
    void filesComeFromStagesAboveOrFromImages() {
        for (String from : List.of("one", "ONE", "0", "7")) {
            Dockerfile file = Dockerfile.parse("FROM a AS one\nCOPY --from=" + from + " x y\n");
            assertThatThrownBy(() -> StageGraph.of(file, Optional.empty(), Map.of(), Platform.OURS)).hasMessageContaining("'" + from + "' is no stage above this one");
        }
        Dockerfile file = Dockerfile.parse("FROM a AS one\nFROM b\nCOPY --from=0 x y\nCOPY --from=one x y\nCOPY --from=debian:12 x y\n");
        assertThat(StageGraph.of(file, Optional.empty(), Map.of(), Platform.OURS).needed()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "STOPSIGNAL SIGNOPE | 'SIGNOPE' is no signal",
        "STOPSIGNAL 99 | '99' is no signal",
        "HEALTHCHECK --interval=3000000h CMD x | --interval=3000000h is no time that can be waited",
        "HEALTHCHECK --timeout=5us CMD x | --timeout=5us is no time that can be waited",
        "HEALTHCHECK --timeout=5x CMD x | --timeout=5x is not a time",
    })
    void signalsAndTimesThatCantBeAreRefusedWithTheirLine(String line, String message) {
        assertThatThrownBy(() -> applied(ImageDraft.scratch(Platform.OURS), Dockerfile.parse("FROM a\n" + line + "\n")))
                .isInstanceOf(DockerfileRefusal.class).hasMessageContaining(message);
    }

    @Test
    void asManyPortsAsNobodyPublishesAreNotWrittenDown() {
        assertThatThrownBy(() -> applied(ImageDraft.scratch(Platform.OURS), Dockerfile.parse("FROM a\nEXPOSE 1-65535\n"))).hasMessageContaining("more than 1000 ports");
        assertThat(applied(ImageDraft.scratch(Platform.OURS), Dockerfile.parse("FROM a\nEXPOSE 1-1000\n")).document().path("config").path("ExposedPorts")).hasSize(1000);
    }

    @Test
    void anEntrypointTakesTheBaseImagesCommandAwayAndLeavesOneOfItsOwn() {
        ImageDraft base = applied(ImageDraft.scratch(Platform.OURS), Dockerfile.parse("FROM a\nCMD [\"base\"]\nENTRYPOINT [\"first\"]\nENTRYPOINT [\"run\"]\n"));
        assertThat(base.document().path("config").path("Cmd").toString()).isEqualTo("[\"base\"]");
        ImageDraft above = applied(base.asBase(), Dockerfile.parse("FROM b\nENTRYPOINT [\"other\"]\n"));
        assertThat(above.document().path("config").has("Cmd")).isFalse();
        assertThat(above.document().path("config").path("Entrypoint").toString()).isEqualTo("[\"other\"]");
    }

    private static ImageDraft applied(ImageDraft base, Dockerfile file) {
        ImageDraft draft = base;
        for (Instruction each : file.instructions()) {
            draft = Metadata.apply(draft, each, new Scope('\\', Map.of(), Map.of(), Map.of(), draft.env()));
        }
        return draft;
    }

    private static Instruction.Arg arg(String name, String value) {
        return new Instruction.Arg(new Instruction.Source(new Position(1, 1), "ARG"), List.of(new Instruction.Arg.Definition(name, Optional.ofNullable(value))));
    }
}
