package io.gantry.image.build.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.SignalName;
import io.gantry.image.build.core.Instruction.Command;
import io.gantry.image.build.core.Instruction.Pair;
import io.gantry.image.layer.core.PathPattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Instructions that change the configuration only. */
public final class Metadata {
    private static final Pattern PORT = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(tcp|udp))?");
    private static final Pattern TIME = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h)");

    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** Each is a line of the image's configuration, which all facts about it carry. */
    private static final int MOST_PORTS = 1000;

    private Metadata() {}

    public static ImageDraft apply(ImageDraft draft, Instruction instruction, Scope scope) {
        Position at = instruction.source().at();
        return switch (instruction) {
            case Instruction.Env(_, var pairs) -> draft.withEnv(expand(pairs, scope, at));
            case Instruction.Label(_, var pairs) -> draft.withLabels(expand(pairs, scope, at));
            case Instruction.User(_, var user) -> draft.withText("User", scope.expand(user, at));
            case Instruction.Expose(_, var ports) -> draft.withKeys("ExposedPorts", ports(ports, scope, at));
            case Instruction.Volume(_, var paths) ->
                    draft.withKeys("Volumes", paths.stream().map(path -> scope.expand(path, at)).toList());
            case Instruction.StopSignal(_, var signal) -> draft.withText("StopSignal", signal(scope.expand(signal, at), at));
            case Instruction.Shell(_, var words) -> draft.withList("Shell", words);
            case Instruction.Cmd(_, var command) -> draft.withCommand(words(draft, command));
            case Instruction.Entrypoint(_, var command) -> draft.withEntrypoint(words(draft, command));
            case Instruction.Healthcheck check -> draft.with("Healthcheck", healthcheck(check));
            case Instruction.Workdir(_, var path) -> draft.withText("WorkingDir", workingDir(draft, scope.expand(path, at)));
            case Instruction.Maintainer(_, var name) -> draft.by(name);
            case Instruction.Onbuild(_, var trigger) -> draft.withTrigger(trigger);
            case Instruction.Arg _, Instruction.From _, Instruction.Run _, Instruction.Copy _ -> draft;
        };
    }

    /** As arguments of execve(2). */
    public static List<String> words(ImageDraft draft, Command command) {
        return switch (command) {
            case Command.Words(var words) -> words;
            case Command.Line(var text) -> {
                List<String> words = new ArrayList<>(draft.shell());
                words.add(text);
                yield List.copyOf(words);
            }
            case Command.Script _ -> throw new IllegalArgumentException("a script needs a file");
        };
    }

    /** {@code path} seen from the present working directory. */
    public static String workingDir(ImageDraft draft, String path) {
        return "/" + PathPattern.clean(path.startsWith("/") ? path : draft.workingDir() + "/" + path);
    }

    private static Map<String, String> expand(List<Pair> pairs, Scope scope, Position at) {
        Map<String, String> all = new LinkedHashMap<>();
        pairs.forEach(pair -> all.put(scope.expand(pair.key(), at), scope.expand(pair.value(), at)));
        return all;
    }

    private static List<String> ports(List<String> texts, Scope scope, Position at) {
        List<String> all = new ArrayList<>();
        for (String text : texts) {
            for (String each : scope.expand(text, at).toLowerCase(Locale.ROOT).split("\\s+")) {
                Matcher match = PORT.matcher(each);
                int first = match.matches() ? Integer.parseInt(match.group(1)) : 0;
                int last = first > 0 && match.group(2) != null ? Integer.parseInt(match.group(2)) : first;
                if (first < 1 || last > 65_535 || last < first) {
                    throw new DockerfileRefusal(at, "'" + each + "' is not a port", "write 80, 80/tcp or 8000-8010/udp");
                }
                for (int port = first; port <= last; port++) {
                    if (all.size() == MOST_PORTS) {
                        throw new DockerfileRefusal(at, "more than " + MOST_PORTS + " ports are exposed at once", "EXPOSE is a remark: leave it out, any port can be published");
                    }
                    all.add(port + "/" + (match.group(3) == null ? "tcp" : match.group(3)));
                }
            }
        }
        return all;
    }

    /** As it was written. */
    private static String signal(String text, Position at) {
        if (SignalName.parse(text).isEmpty()) {
            throw new DockerfileRefusal(at, "'" + text + "' is no signal", "write for example SIGTERM, TERM or 15");
        }
        return text;
    }

    private static ObjectNode healthcheck(Instruction.Healthcheck check) {
        ObjectNode json = Json.mapper().createObjectNode();
        check.test().forEach(json.putArray("Test")::add);
        for (Pair option : check.options()) {
            switch (option.key()) {
                case "interval" -> json.put("Interval", nanos(option, check));
                case "timeout" -> json.put("Timeout", nanos(option, check));
                case "start-period" -> json.put("StartPeriod", nanos(option, check));
                case "start-interval" -> json.put("StartInterval", nanos(option, check));
                default -> json.put("Retries", retries(option, check));
            }
        }
        return json;
    }

    private static int retries(Pair option, Instruction.Healthcheck check) {
        if (!option.value().matches("\\d{1,6}")) {
            throw new DockerfileRefusal(check.source().at(), "--retries=" + option.value() + " is not a number", "write --retries=3");
        }
        return Integer.parseInt(option.value());
    }

    private static long nanos(Pair option, Instruction.Healthcheck check) {
        Matcher match = TIME.matcher(option.value());
        double total = 0;
        int end = 0;
        while (match.find() && match.start() == end) {
            total += Double.parseDouble(match.group(1)) * unit(match.group(2)).toNanos();
            end = match.end();
        }
        if (end == 0 || end < option.value().length()) {
            throw new DockerfileRefusal(
                    check.source().at(), "--" + option.key() + "=" + option.value() + " is not a time", "write for example 30s or 1m30s");
        }
        if (total > Long.MAX_VALUE || total > 0 && total < SHORTEST.toNanos()) {
            throw new DockerfileRefusal(
                    check.source().at(), "--" + option.key() + "=" + option.value() + " is no time that can be waited", "write at least 1ms, and at most 292 years");
        }
        return (long) total;
    }

    private static Duration unit(String name) {
        return switch (name) {
            case "ns" -> Duration.ofNanos(1);
            case "us" -> Duration.ofNanos(1000);
            case "ms" -> Duration.ofMillis(1);
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            default -> Duration.ofHours(1);
        };
    }
}
