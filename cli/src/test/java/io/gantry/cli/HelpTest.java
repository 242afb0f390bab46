package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What somebody reads who doesn't know the command. */
class HelpTest {
    /** {@code run}, {@code rollout status}, … */
    static Stream<String> everyCommand() {
        List<String> names = new ArrayList<>();
        collect("", Gantry.commandLine(Map.of()), names);
        return names.stream();
    }

    private static void collect(String path, CommandLine line, List<String> names) {
        line.getSubcommands().forEach((name, command) -> {
            names.add((path + " " + name).strip());
            collect(path + " " + name, command, names);
        });
    }

    @Test
    void theHelpListsEveryCommandWithWhatItDoes() {
        try (FakePlatform platform = new FakePlatform()) {
            var help = platform.run("--help");

            assertThat(help.code()).isZero();
            assertThat(everyCommand().filter(name -> !name.contains(" "))).hasSizeGreaterThan(25).allSatisfy(name -> assertThat(help.out()).contains(name));
        }
    }

    @Test
    void everyCommandIsFoundByTheNamesThatItSays() {
        assertThat(Gantry.COMMANDS).allSatisfy(verb -> {
            Command said = verb.command().getAnnotation(Command.class);
            assertThat(verb.names().split(" ")).containsExactlyElementsOf(Stream.concat(Stream.of(said.name()), Stream.of(said.aliases())).toList());
        });
    }

    @ParameterizedTest
    @MethodSource("everyCommand")
    void everyCommandExplainsItselfAndItsOptions(String name) {
        try (FakePlatform platform = new FakePlatform()) {
            var help = platform.run((name + " --help").split(" "));

            assertThat(help.code()).as(help.err()).isZero();
            assertThat(help.out()).startsWith("Usage: gantry " + firstNames(name)).contains("--help");
            assertThat(find(name).getCommandSpec().usageMessage().description()).isNotEmpty();
            assertThat(find(name).getCommandSpec().options()).allSatisfy(option -> assertThat(option.description()).as(option.longestName()).isNotEmpty());
            assertThat(platform.asked()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("everyCommand")
    void anUnknownOptionIsSaidWithoutAsking(String name) {
        try (FakePlatform platform = new FakePlatform()) {
            var ended = platform.run((name + " --nonsense").split(" "));

            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.err()).containsAnyOf("--nonsense", "Missing required");
            assertThat(platform.asked()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"pss,gantry ps", "imagse,gantry images", "deployment-list,gantry deployment", "log,gantry logs"})
    void anUnknownCommandSuggestsOneThatIsThere(String typed, String meant) {
        try (FakePlatform platform = new FakePlatform()) {
            var ended = platform.run(typed);

            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.err()).contains("'" + typed + "'").contains("Did you mean: ").contains(meant);
        }
    }

    @ParameterizedTest
    @CsvSource({"compose,gantry deploy", "info,gantry nodes"})
    void aCommandOfDockersIsToldWhatToDoInstead(String typed, String instead) {
        try (FakePlatform platform = new FakePlatform()) {
            var ended = platform.run(typed, "more");

            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.err()).startsWith("gantry: there is no " + typed + ": ").contains(instead).hasLineCount(1);
        }
    }

    @Test
    void withoutATokenItSaysWhereOneIsLookedFor() {
        CommandLine line = Gantry.commandLine(Map.of("GANTRY_HOME", "/nonexistent", "HOME", "/nonexistent"), "ps");
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err, true));

        assertThat(line.execute("ps")).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("gantry: no token: set GANTRY_TOKEN, or GANTRY_HOME to the installation's folder (looked for /nonexistent/token)\n");
    }

    private static CommandLine find(String name) {
        CommandLine line = Gantry.commandLine(Map.of());
        for (String word : name.split(" ")) {
            line = line.getSubcommands().get(word);
        }
        return line;
    }

    /** An alias is shown by its name. */
    private static String firstNames(String name) {
        return find(name).getCommandSpec().qualifiedName().substring("gantry ".length());
    }
}
