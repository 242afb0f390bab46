package io.gantry.image.build.core;

import io.gantry.image.build.core.Instruction.Command;
import io.gantry.image.build.core.Instruction.Pair;
import io.gantry.image.build.core.Instruction.Source;
import io.gantry.image.build.core.InstructionText.Flag;
import io.gantry.image.build.core.InstructionText.Known;
import io.gantry.image.build.core.Words.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads one instruction. */
final class InstructionParser {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
    private static final Pattern STAGE = Pattern.compile("[a-z][a-z0-9_.-]*");
    private static final Known HEALTH = Known.valued("interval", "timeout", "start-period", "start-interval", "retries");
    private final LogicalLine whole;
    private final char escape;
    private final Source source;

    InstructionParser(LogicalLine whole, char escape) {
        this.whole = whole;
        this.escape = escape;
        String line = whole.text().replaceAll("\\s+", " ").strip();
        this.source = new Source(whole.at(0), withDocuments(line));
    }

    Instruction parse() {
        int end = 0;
        while (end < whole.text().length() && !Character.isWhitespace(whole.text().charAt(end))) {
            end++;
        }
        String name = whole.text().substring(0, end).toUpperCase(Locale.ROOT);
        InstructionText text = new InstructionText(whole, escape);
        text.skip(end);
        if (text.isEmpty()) {
            throw refuse(end, name + " needs something after it", "see docs/reference/dockerfile.md for " + name);
        }
        return switch (name) {
            case "FROM" -> from(text);
            case "RUN" -> RunParser.parse(source, text);
            case "COPY" -> CopyParser.parse(source, false, text);
            case "ADD" -> CopyParser.parse(source, true, text);
            case "ENV" -> new Instruction.Env(source, pairs(text));
            case "LABEL" -> new Instruction.Label(source, pairs(text));
            case "ARG" -> arg(text);
            case "WORKDIR" -> new Instruction.Workdir(source, text.text());
            case "USER" -> new Instruction.User(source, only("USER", text));
            case "EXPOSE" -> new Instruction.Expose(source, text.texts());
            case "VOLUME" -> new Instruction.Volume(source, text.list().orElseGet(text::texts));
            case "STOPSIGNAL" -> new Instruction.StopSignal(source, only("STOPSIGNAL", text));
            case "CMD" -> new Instruction.Cmd(source, command(text));
            case "ENTRYPOINT" -> new Instruction.Entrypoint(source, command(text));
            case "SHELL" -> new Instruction.Shell(
                    source,
                    text.list().filter(words -> !words.isEmpty()).orElseThrow(() -> text.refuse("SHELL needs a JSON list", "write SHELL [\"/bin/bash\", \"-c\"]")));
            case "HEALTHCHECK" -> healthcheck(text);
            case "ONBUILD" -> onbuild(text);
            case "MAINTAINER" -> new Instruction.Maintainer(source, text.text());
            default -> throw refuse(0, "'" + name + "' is no instruction", "is a \\ missing at the end of the line before?");
        };
    }

    private Instruction from(InstructionText text) {
        Optional<String> platform = Optional.empty();
        for (Flag flag : text.flags(Known.valued("platform"))) {
            if (!flag.value().contains("$")) {
                StageGraph.platform(flag.value(), flag.at());
            }
            platform = Optional.of(flag.value());
        }
        List<Word> words = text.words();
        if (words.size() == 3 && words.get(1).text().equalsIgnoreCase("as")) {
            String stage = words.get(2).text().toLowerCase(Locale.ROOT);
            if (!STAGE.matcher(stage).matches() || stage.equals("scratch")) {
                throw text.refuse(words.get(2), "'" + stage + "' can't be a stage's name", "use letters, digits, _ . and -, a letter first");
            }
            return new Instruction.From(source, words.getFirst().text(), Optional.of(stage), platform);
        }
        if (words.size() != 1) {
            throw text.refuse("FROM is followed by an image, and AS and a name if wanted", "write FROM <image> AS <name>");
        }
        return new Instruction.From(source, words.getFirst().text(), Optional.empty(), platform);
    }

    private Instruction arg(InstructionText text) {
        List<Instruction.Arg.Definition> all = new ArrayList<>();
        for (Word word : text.words()) {
            String[] parts = word.text().split("=", 2);
            if (!NAME.matcher(parts[0]).matches()) {
                throw text.refuse(word, "'" + parts[0] + "' can't be a name", "use letters, digits and _, a letter first");
            }
            all.add(new Instruction.Arg.Definition(parts[0], parts.length == 2 ? Optional.of(parts[1]) : Optional.empty()));
        }
        return new Instruction.Arg(source, all);
    }

    private Instruction healthcheck(InstructionText text) {
        List<Pair> options = text.flags(HEALTH).stream().map(flag -> new Pair(flag.name(), flag.value())).toList();
        if (text.text().strip().equalsIgnoreCase("NONE")) {
            return new Instruction.Healthcheck(source, List.of("NONE"), List.of());
        }
        if (!text.text().matches("(?is)CMD\\s.+")) {
            throw text.refuse("HEALTHCHECK is followed by NONE, or CMD and a command", "write HEALTHCHECK CMD curl -f http://localhost/");
        }
        text.skip("CMD".length());
        List<String> test = new ArrayList<>();
        switch (command(text)) {
            case Command.Line(var line) -> test.addAll(List.of("CMD-SHELL", line));
            case Command.Words(var words) -> {
                test.add("CMD");
                test.addAll(words);
            }
            case Command.Script _ -> throw new IllegalStateException("only RUN has scripts");
        }
        return new Instruction.Healthcheck(source, test, options);
    }

    /** The trigger has to be one that can be read now, not when somebody builds on the image. */
    private Instruction onbuild(InstructionText text) {
        LogicalLine line = whole.from(whole.text().length() - text.text().length());
        switch (new InstructionParser(line, escape).parse()) {
            case Instruction.From _, Instruction.Onbuild _, Instruction.Maintainer _ -> throw text.refuse(
                    "ONBUILD can't be followed by " + text.text().split("\\s")[0].toUpperCase(Locale.ROOT), "FROM, ONBUILD and MAINTAINER are no triggers");
            default -> {
                return new Instruction.Onbuild(source, withDocuments(text.text()));
            }
        }
    }

    private String withDocuments(String line) {
        return whole.documents().isEmpty() ? line : whole.documents().stream().map(HereDocument::raw).collect(Collectors.joining("\n", line + "\n", ""));
    }

    private static Command command(InstructionText text) {
        return text.list().<Command>map(Command.Words::new).orElseGet(() -> new Command.Line(text.text().strip()));
    }

    private static List<Pair> pairs(InstructionText text) {
        List<Word> words = text.words();
        if (!words.getFirst().text().contains("=")) {
            String key = words.getFirst().text();
            if (words.size() < 2) {
                throw text.refuse("'" + key + "' has no value", "write " + key + "=value");
            }
            return List.of(new Pair(key, text.text().substring(words.get(1).offset())));
        }
        List<Pair> pairs = new ArrayList<>();
        for (Word word : words) {
            int equals = word.text().indexOf('=');
            if (equals < 1) {
                throw text.refuse(word, "'" + word.text() + "' is not of the form name=value", "put values with blanks in quotes");
            }
            pairs.add(new Pair(word.text().substring(0, equals), word.text().substring(equals + 1)));
        }
        return pairs;
    }

    private static String only(String name, InstructionText text) {
        List<Word> words = text.words();
        if (words.size() != 1) {
            throw text.refuse(words.get(1), name + " has one value", "take '" + words.get(1).text() + "' away");
        }
        return words.getFirst().text();
    }

    private DockerfileRefusal refuse(int offset, String message, String hint) {
        return new DockerfileRefusal(whole.at(offset), message, hint);
    }
}
