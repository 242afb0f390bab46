package io.gantry.image.build.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.image.build.core.Instruction.Command;
import io.gantry.image.build.core.Instruction.Pair;
import io.gantry.image.build.core.Instruction.Source;
import io.gantry.image.build.core.Words.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Reads one instruction. */
final class InstructionParser {
    private static final Pattern HEREDOC = Pattern.compile("(?:^|\\s)\\d*<<-?\\s*[\"']?[A-Za-z_]\\w*[\"']?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
    private static final Pattern STAGE = Pattern.compile("[a-z][a-z0-9_.-]*");
    private final LogicalLine whole;
    private final char escape;
    private final Source source;
    private LogicalLine rest;

    InstructionParser(LogicalLine whole, char escape) {
        this.whole = whole;
        this.escape = escape;
        this.source = new Source(whole.at(0), whole.text().replaceAll("\\s+", " ").strip());
    }

    Instruction parse() {
        int end = 0;
        while (end < whole.text().length() && !Character.isWhitespace(whole.text().charAt(end))) {
            end++;
        }
        String name = whole.text().substring(0, end).toUpperCase(Locale.ROOT);
        int start = end;
        while (start < whole.text().length() && Character.isWhitespace(whole.text().charAt(start))) {
            start++;
        }
        rest = whole.from(start);
        if (rest.text().isEmpty() && !name.equals("ONBUILD")) {
            throw refuse(end, name + " needs something after it", "see the Dockerfile reference for " + name);
        }
        return switch (name) {
            case "FROM" -> from();
            case "RUN" -> run();
            case "COPY" -> copy(false);
            case "ADD" -> copy(true);
            case "ENV" -> new Instruction.Env(source, pairs());
            case "LABEL" -> new Instruction.Label(source, pairs());
            case "ARG" -> arg();
            case "WORKDIR" -> new Instruction.Workdir(source, rest.text());
            case "USER" -> new Instruction.User(source, only("USER"));
            case "EXPOSE" -> new Instruction.Expose(source, texts());
            case "VOLUME" -> new Instruction.Volume(source, list().orElseGet(this::texts));
            case "STOPSIGNAL" -> new Instruction.StopSignal(source, only("STOPSIGNAL"));
            case "CMD" -> new Instruction.Cmd(source, command());
            case "ENTRYPOINT" -> new Instruction.Entrypoint(source, command());
            case "SHELL" -> new Instruction.Shell(
                    source, list().orElseThrow(() -> refuseRest("SHELL needs a JSON list", "write SHELL [\"/bin/bash\", \"-c\"]")));
            case "HEALTHCHECK" -> healthcheck();
            case "ONBUILD" -> throw refuse(0, "ONBUILD is not supported", "write the instruction in the Dockerfiles that build on this image");
            case "MAINTAINER" -> throw refuse(0, "MAINTAINER is long out of use", "write LABEL org.opencontainers.image.authors=\"…\"");
            default -> throw refuse(0, "'" + name + "' is no instruction", "is a \\ missing at the end of the line before?");
        };
    }

    private Instruction from() {
        Map<String, String> flags = flags(Set.of("platform"));
        String platform = flags.get("platform");
        if (platform != null && !platform.startsWith("linux/amd64") && !platform.contains("$")) {
            throw refuseRest("--platform=" + platform + " can't be built here", "builds are for linux/amd64");
        }
        List<Word> words = words();
        if (words.size() == 3 && words.get(1).text().equalsIgnoreCase("as")) {
            String stage = words.get(2).text().toLowerCase(Locale.ROOT);
            if (!STAGE.matcher(stage).matches()) {
                throw refuseAt(words.get(2), "'" + stage + "' can't be a stage's name", "use letters, digits, _ . and -, a letter first");
            }
            return new Instruction.From(source, words.getFirst().text(), Optional.of(stage));
        }
        if (words.size() != 1) {
            throw refuseRest("FROM is followed by an image, and AS and a name if wanted", "write FROM <image> AS <name>");
        }
        return new Instruction.From(source, words.getFirst().text(), Optional.empty());
    }

    private Instruction run() {
        if (rest.text().startsWith("--")) {
            String flag = rest.text().split("[=\\s]", 2)[0];
            throw refuseRest("RUN " + flag + " is not supported", "leave it out");
        }
        return new Instruction.Run(source, command());
    }

    private Instruction copy(boolean add) {
        String name = add ? "ADD" : "COPY";
        Map<String, String> flags = flags(add ? Set.of("chown", "chmod") : Set.of("from", "chown", "chmod"));
        noHeredoc();
        List<String> words = list().orElseGet(this::texts);
        if (words.size() < 2) {
            throw refuseRest(name + " needs a source and a target", "write " + name + " <source> <target>");
        }
        for (String each : words.subList(0, words.size() - 1)) {
            if (add && each.matches("(?i)(https?|ftp|git)://.*|git@.*")) {
                throw refuseRest("ADD from '" + each + "': builds don't fetch from the network", "download it before and COPY it, or fetch it in a RUN");
            }
        }
        return new Instruction.Copy(
                source, add, Optional.ofNullable(flags.get("from")), Optional.ofNullable(flags.get("chown")),
                Optional.ofNullable(flags.get("chmod")), words.subList(0, words.size() - 1), words.getLast());
    }

    private Instruction arg() {
        List<Word> words = words();
        if (words.size() != 1) {
            throw refuseRest("ARG has one name, with a default if wanted", "write ARG name or ARG name=value, one to a line");
        }
        String[] parts = words.getFirst().text().split("=", 2);
        if (!NAME.matcher(parts[0]).matches()) {
            throw refuseAt(words.getFirst(), "'" + parts[0] + "' can't be a name", "use letters, digits and _, a letter first");
        }
        return new Instruction.Arg(source, parts[0], parts.length == 2 ? Optional.of(parts[1]) : Optional.empty());
    }

    private Instruction healthcheck() {
        if (rest.text().strip().equalsIgnoreCase("NONE")) {
            return new Instruction.Healthcheck(source, List.of("NONE"), List.of());
        }
        Map<String, String> flags = flags(Set.of("interval", "timeout", "start-period", "start-interval", "retries"));
        List<Pair> options = flags.entrySet().stream().map(e -> new Pair(e.getKey(), e.getValue())).toList();
        if (!rest.text().matches("(?is)CMD\\s.+")) {
            throw refuseRest("HEALTHCHECK is followed by NONE, or CMD and a command", "write HEALTHCHECK CMD curl -f http://localhost/");
        }
        rest = rest.from(rest.text().length() - rest.text().substring(3).stripLeading().length());
        List<String> test = new ArrayList<>();
        switch (command()) {
            case Command.Line(var text) -> test.addAll(List.of("CMD-SHELL", text));
            case Command.Words(var words) -> {
                test.add("CMD");
                test.addAll(words);
            }
        }
        return new Instruction.Healthcheck(source, test, options);
    }

    private Command command() {
        noHeredoc();
        return list().<Command>map(Command.Words::new).orElseGet(() -> new Command.Line(rest.text().strip()));
    }

    private void noHeredoc() {
        var match = HEREDOC.matcher(rest.text());
        if (match.find()) {
            throw new DockerfileRefusal(rest.at(match.start()), "here-documents are not supported", "join the commands with && \\, or COPY a script and run it");
        }
    }

    /** A JSON list of strings; anything else is no list, as in Docker. */
    private Optional<List<String>> list() {
        if (!rest.text().stripLeading().startsWith("[")) {
            return Optional.empty();
        }
        try {
            JsonNode json = Json.read(rest.text().strip(), JsonNode.class);
            boolean strings = json.isArray() && StreamSupport.stream(json.spliterator(), false).allMatch(JsonNode::isTextual);
            return strings
                    ? Optional.of(StreamSupport.stream(json.spliterator(), false).map(JsonNode::asText).toList())
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private List<Pair> pairs() {
        List<Word> words = words();
        if (!words.getFirst().text().contains("=")) {
            String key = words.getFirst().text();
            if (words.size() < 2) {
                throw refuseRest("'" + key + "' has no value", "write " + key + "=value");
            }
            return List.of(new Pair(key, rest.text().substring(words.get(1).offset())));
        }
        List<Pair> pairs = new ArrayList<>();
        for (Word word : words) {
            int equals = word.text().indexOf('=');
            if (equals < 1) {
                throw refuseAt(word, "'" + word.text() + "' is not of the form name=value", "put values with blanks in quotes");
            }
            pairs.add(new Pair(word.text().substring(0, equals), word.text().substring(equals + 1)));
        }
        return pairs;
    }

    private Map<String, String> flags(Set<String> known) {
        Map<String, String> flags = new HashMap<>();
        while (rest.text().startsWith("--")) {
            Word word = words().getFirst();
            String[] parts = word.text().substring(2).split("=", 2);
            if (!known.contains(parts[0]) || parts.length < 2) {
                throw refuseAt(word, "'" + word.text() + "' is not supported here", "known are --" + String.join("=, --", known.stream().sorted().toList()) + "=");
            }
            flags.put(parts[0], parts[1]);
            int end = word.offset() + word.text().length();
            rest = rest.from(rest.text().length() - rest.text().substring(end).stripLeading().length());
        }
        return flags;
    }

    private String only(String name) {
        List<Word> words = words();
        if (words.size() != 1) {
            throw refuseAt(words.get(1), name + " has one value", "take '" + words.get(1).text() + "' away");
        }
        return words.getFirst().text();
    }

    private List<Word> words() {
        return Words.split(rest, escape);
    }

    private List<String> texts() {
        return words().stream().map(Word::text).toList();
    }

    private DockerfileRefusal refuse(int offset, String message, String hint) {
        return new DockerfileRefusal(whole.at(offset), message, hint);
    }

    private DockerfileRefusal refuseRest(String message, String hint) {
        return new DockerfileRefusal(rest.at(0), message, hint);
    }

    private DockerfileRefusal refuseAt(Word word, String message, String hint) {
        return new DockerfileRefusal(rest.at(word.offset()), message, hint);
    }
}
