package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What every part of the platform tells people to type. */
class HintsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern HINT = Pattern.compile("(?<![\\w./-])gantry ([a-z]+)(?: ([a-z]+))?");
    private static final Pattern VERB = Pattern.compile("(?m)^ {8}([a-z]+)\\)");

    /** Of the data base in SQL, and of the certificates' issuer. */
    private static final Set<String> NO_COMMANDS = Set.of("to", "from", "control", "client");

    @Test
    void everyCommandThatSomebodyIsToldToTypeIsThere() throws IOException {
        CommandLine line = Gantry.commandLine(Map.of());
        Set<String> others = new HashSet<>(NO_COMMANDS);
        VERB.matcher(Files.readString(ROOT.resolve("gantry"))).results().forEach(verb -> others.add(verb.group(1)));
        List<String> wrong = new ArrayList<>();
        int told = 0;
        for (Path source : sources()) {
            for (MatchResult hint : HINT.matcher(Files.readString(source)).results().toList()) {
                told++;
                if (!others.contains(hint.group(1)) && !isThere(line, hint.group(1), hint.group(2))) {
                    wrong.add(ROOT.relativize(source) + ": " + hint.group());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(told).as("hints").isGreaterThan(20);
    }

    private static boolean isThere(CommandLine line, String first, String second) {
        CommandLine command = line.getSubcommands().get(first);
        return command != null && (second == null || command.getSubcommands().isEmpty() || command.getSubcommands().containsKey(second));
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(path -> path.toString().endsWith(".java") && path.toString().contains("/src/main/java/")).sorted().toList();
        }
    }
}
