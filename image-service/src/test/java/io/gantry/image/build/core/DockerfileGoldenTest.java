package io.gantry.image.build.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.image.build.core.Instruction.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Dockerfiles and what is read of them, each pair in {@code src/test/resources/dockerfile/<case>/}. {@code -Dgantry.golden=write} writes the results
 * anew.
 */
class DockerfileGoldenTest {
    private static final Path CASES = Path.of("src/test/resources/dockerfile");

    static Stream<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsWhatIsWritten(String name) throws IOException {
        Path result = CASES.resolve(name).resolve("result");
        String actual = told(Files.readString(CASES.resolve(name).resolve("Dockerfile")));
        if ("write".equals(System.getProperty("gantry.golden"))) {
            Files.writeString(result, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(result));
    }

    private static String told(String text) {
        List<String> lines = new ArrayList<>();
        try {
            Dockerfile file = Dockerfile.parse(text);
            file.instructions().forEach(each -> lines.add(each.source().at().line() + " " + told(each)));
            StageGraph graph = StageGraph.of(file, Optional.empty(), Map.of(), Platform.OURS);
            lines.add("stages needed: " + graph.needed().stream().map(stage -> stage.number() + " on " + stage.base()).toList());
        } catch (DockerfileRefusal refused) {
            lines.add(refused.getMessage() + "; " + refused.refusal().hint());
        }
        return String.join("\n", lines) + "\n";
    }

    private static String told(Instruction instruction) {
        return switch (instruction) {
            case Instruction.From from -> "from " + from.image() + from.name().map(name -> " as " + name).orElse("") + from.platform().map(on -> " for " + on).orElse("");
            case Instruction.Run run -> "run " + told(run.command()) + (run.network() == Instruction.Run.Network.NONE ? " without network" : "")
                    + String.join("", run.mounts().stream().map(mount -> " mount " + mount.options()).toList());
            case Instruction.Copy copy -> (copy.add() ? "add " : "copy ") + copy.sources().stream().map(DockerfileGoldenTest::quoted).toList() + " to " + quoted(copy.target())
                    + copy.from().map(from -> " from " + from).orElse("") + copy.chown().map(owner -> " owner " + owner).orElse("") + copy.chmod().map(mode -> " mode " + mode).orElse("")
                    + (copy.options().equals(Instruction.CopyOptions.NONE) ? "" : " " + copy.options())
                    + String.join("", copy.documents().stream().map(one -> " document " + one.name() + (one.expand() ? " replaced " : " ") + quoted(one.content())).toList());
            case Instruction.Env env -> "env " + pairs(env.pairs());
            case Instruction.Label label -> "label " + pairs(label.pairs());
            case Instruction.Arg arg -> "arg " + arg.definitions().stream().map(one -> one.name() + one.value().map(value -> "=" + value).orElse("")).toList();
            case Instruction.Workdir workdir -> "workdir " + quoted(workdir.path());
            case Instruction.User user -> "user " + quoted(user.user());
            case Instruction.Expose expose -> "expose " + expose.ports();
            case Instruction.Volume volume -> "volume " + volume.paths().stream().map(DockerfileGoldenTest::quoted).toList();
            case Instruction.StopSignal signal -> "stopsignal " + signal.signal();
            case Instruction.Cmd cmd -> "cmd " + told(cmd.command());
            case Instruction.Entrypoint entrypoint -> "entrypoint " + told(entrypoint.command());
            case Instruction.Shell shell -> "shell " + shell.words();
            case Instruction.Maintainer maintainer -> "maintainer " + quoted(maintainer.name());
            case Instruction.Onbuild onbuild -> "onbuild " + quoted(onbuild.trigger());
            case Instruction.Healthcheck check -> "healthcheck " + check.test().stream().map(DockerfileGoldenTest::quoted).toList() + " " + check.options();
        };
    }

    private static String told(Command command) {
        return switch (command) {
            case Command.Line(var line) -> "line " + quoted(line);
            case Command.Words(var words) -> "words " + words.stream().map(DockerfileGoldenTest::quoted).toList();
            case Command.Script(var script) -> "script " + quoted(script);
        };
    }

    private static List<String> pairs(List<Instruction.Pair> pairs) {
        return pairs.stream().map(pair -> pair.key() + "=" + pair.value()).toList();
    }

    private static String quoted(String text) {
        return "«" + text.replace("\n", "⏎").replace("\t", "⇥") + "»";
    }
}
