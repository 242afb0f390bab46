package io.gantry.image.build.core;

import io.gantry.contracts.unit.Bytes;
import io.gantry.image.build.core.Instruction.MountFlag;
import io.gantry.image.build.core.InstructionText.Flag;
import io.gantry.image.layer.core.PathPattern;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is mounted while a RUN runs, and gone from its layer: the contents of {@code --mount}, variables replaced. */
public sealed interface BuildMount {
    /** Absolute, without {@code .} and {@code ..}. */
    String target();

    /** Files of the context, or of a stage or image. What is written there is gone with the step. */
    record Bind(Position at, Optional<String> from, String source, String target) implements BuildMount {}

    /**
     * A folder that the builds on a node have together, by its id and by what it begins with.
     *
     * @param begins what is in it at first; empty for nothing
     */
    record Cache(Position at, String id, Optional<Begins> begins, String target, boolean readOnly, Sharing sharing, Optional<Integer> mode, Optional<Integer> uid, Optional<Integer> gid)
            implements BuildMount {
        /** @param source a folder of it; empty for all */
        public record Begins(String from, String source) {}

        /** As caches are if nobody says otherwise. */
        public boolean usual() {
            return begins.isEmpty() && mode.orElse(0755) == 0755 && uid.orElse(0) == 0 && gid.orElse(0) == 0;
        }
    }

    record Tmpfs(Position at, String target, Bytes size) implements BuildMount {}

    /** A secret of the platform. @param env a variable that has its content as well */
    record Secret(Position at, String id, String target, boolean required, Integer mode, Integer uid, Integer gid, Optional<String> env) implements BuildMount {}

    /** A socket that leads to an ssh agent of the client's. */
    record Ssh(Position at, String id, String target, boolean required, Integer mode, Integer uid, Integer gid) implements BuildMount {}

    /** Who else may have a cache at the same time. */
    enum Sharing {
        /** Everybody. */
        SHARED,
        /** Nobody: the next one waits. */
        LOCKED,
        /** Nobody: the next one has another. */
        PRIVATE
    }

    Map<String, Set<String>> OPTIONS = Map.of(
            "bind", Set.of("type", "from", "source", "src", "target", "dst", "destination", "readonly", "ro", "rw", "readwrite"),
            "cache", Set.of("type", "id", "target", "dst", "destination", "readonly", "ro", "rw", "readwrite", "sharing", "from", "source", "src", "mode", "uid", "gid"),
            "tmpfs", Set.of("type", "target", "dst", "destination", "size"),
            "secret", Set.of("type", "id", "source", "src", "target", "dst", "destination", "required", "mode", "uid", "gid", "env"),
            "ssh", Set.of("type", "id", "target", "dst", "destination", "required", "mode", "uid", "gid"));

    /** What needs no value. */
    Set<String> SWITCHES = Set.of("readonly", "ro", "rw", "readwrite", "required");

    /** {@code type=cache,target=/x,ro}; a switch that has no value is true. */
    static Map<String, String> options(Flag flag) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String each : flag.value().replace("\"", "").split(",")) {
            String[] parts = each.split("=", 2);
            String key = parts[0].toLowerCase(Locale.ROOT);
            if (parts.length == 1 && !SWITCHES.contains(key)) {
                throw new DockerfileRefusal(flag.at(), "--mount has " + parts[0] + " without a value", "write " + parts[0] + "=…; alone stand " + SWITCHES.stream().sorted().toList());
            }
            if (options.put(key, parts.length == 2 ? parts[1] : "true") != null) {
                throw new DockerfileRefusal(flag.at(), "--mount has " + parts[0] + " twice", "leave one out");
            }
        }
        String type = options.computeIfAbsent("type", _ -> "bind");
        if (!OPTIONS.containsKey(type)) {
            throw new DockerfileRefusal(flag.at(), "--mount has no type '" + type + "'", "there are bind, cache, tmpfs, secret, ssh");
        }
        options.keySet().stream().filter(key -> !OPTIONS.get(type).contains(key)).findFirst().ifPresent(key -> {
            throw new DockerfileRefusal(flag.at(), "--mount=type=" + type + " has no option '" + key + "'", "it has " + OPTIONS.get(type).stream().sorted().toList());
        });
        if (options.getOrDefault("from", "").contains("$")) {
            throw new DockerfileRefusal(flag.at(), "from=" + options.get("from") + ": variables are not replaced there", "write FROM " + options.get("from") + " AS name above, and from=name");
        }
        return options;
    }

    /**
     * @param workingDir what relative targets are seen from
     * @param agents sockets to ssh agents that the instruction asks for before it
     */
    static BuildMount of(MountFlag flag, Scope scope, String workingDir, int agents) {
        Options options = new Options(flag, scope, workingDir);
        return switch (flag.options().get("type")) {
            case "bind" -> bind(options);
            case "cache" -> cache(options);
            case "tmpfs" -> new Tmpfs(flag.at(), options.target(Optional.empty()), options.text("size").map(options::bytes).orElse(null));
            case "ssh" -> new Ssh(
                    flag.at(), options.text("id").orElse("default"), options.target(Optional.of("/run/buildkit/ssh_agent." + agents)), options.isOn("required"),
                    options.number("mode", 8).orElse(null), options.number("uid", 10).orElse(null), options.number("gid", 10).orElse(null));
            default -> secret(options);
        };
    }

    private static BuildMount bind(Options options) {
        return new Bind(options.at(), options.text("from"), options.text("source", "src").orElse(""), options.target(Optional.empty()));
    }

    private static BuildMount cache(Options options) {
        Optional<String> from = options.text("from");
        Optional<String> source = options.text("source", "src");
        if (source.isPresent() && from.isEmpty()) {
            throw options.refuse("a cache begins with files of a stage or image, not of the context", "name it with from=, or leave source out: then it begins empty");
        }
        String target = options.target(Optional.empty());
        Sharing sharing = switch (options.text("sharing").orElse("shared")) {
            case "shared" -> Sharing.SHARED;
            case "locked" -> Sharing.LOCKED;
            case "private" -> Sharing.PRIVATE;
            default -> throw options.refuse(
                    "there is no sharing=" + options.text("sharing").get(), "use shared, locked to wait until nobody else has it, or private to have another meanwhile");
        };
        return new Cache(
                options.at(), options.text("id").orElse(target), from.map(name -> new Cache.Begins(name, source.orElse(""))), target, options.isOn("readonly", "ro"), sharing,
                options.number("mode", 8), options.number("uid", 10), options.number("gid", 10));
    }

    private static BuildMount secret(Options options) {
        Optional<String> given = options.text("target", "dst", "destination");
        String id = options.text("id").or(() -> options.text("source", "src")).or(() -> given.map(path -> path.substring(path.lastIndexOf('/') + 1)))
                .orElseThrow(() -> options.refuse("a secret has no id", "write --mount=type=secret,id=<name>"));
        Optional<String> env = options.has("env") ? Optional.of(options.text("env").orElse(id)) : Optional.empty();
        return new Secret(
                options.at(), id, options.target(Optional.of("/run/secrets/" + id)), options.isOn("required"), options.number("mode", 8).orElse(null),
                options.number("uid", 10).orElse(null), options.number("gid", 10).orElse(null), env);
    }

    /** One mount's options, read by name. */
    record Options(MountFlag flag, Scope scope, String workingDir) {
        Position at() {
            return flag.at();
        }

        boolean has(String name) {
            return flag.options().containsKey(name);
        }

        Optional<String> text(String... names) {
            for (String name : names) {
                if (flag.options().containsKey(name)) {
                    return Optional.of(scope.expand(flag.options().get(name), flag.at())).filter(value -> !value.isEmpty());
                }
            }
            return Optional.empty();
        }

        String target(Optional<String> usual) {
            String path = text("target", "dst", "destination").or(() -> usual).orElseThrow(() -> refuse("--mount has no target", "write target=/path"));
            String whole = "/" + PathPattern.clean(path.startsWith("/") ? path : workingDir + "/" + path);
            if (whole.equals("/")) {
                throw refuse("nothing can be mounted at /", "name a folder in it");
            }
            return whole;
        }

        boolean isOn(String... names) {
            return text(names).filter(value -> !value.equals("false")).isPresent();
        }

        Optional<Integer> number(String name, int radix) {
            return text(name).map(value -> {
                try {
                    int number = Integer.parseInt(value, radix);
                    if (number >= 0 && number <= (radix == 8 ? 07777 : 65_535)) {
                        return number;
                    }
                } catch (NumberFormatException e) {
                    // refused below
                }
                throw refuse(name + "=" + value + " is not " + (radix == 8 ? "an octal mode" : "a number from 0 to 65535"), "write for example " + (radix == 8 ? "mode=0755" : name + "=1000"));
            });
        }

        Bytes bytes(String value) {
            try {
                return Bytes.parse(value);
            } catch (IllegalArgumentException e) {
                throw refuse("size=" + value + " is no size", "write for example size=64m");
            }
        }

        DockerfileRefusal refuse(String message, String hint) {
            return new DockerfileRefusal(flag.at(), message, hint);
        }
    }
}
