package io.gantry.image.build.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The variables at one place of a stage: its ARGs so far and the image's environment, which wins.
 *
 * @param given the build's arguments, from the command line
 * @param global values of the ARGs before the first FROM, and of those that tell of platforms
 * @param declared ARGs of this stage so far, with their values
 */
public record Scope(char escape, Map<String, String> given, Map<String, String> global, Map<String, String> declared, Map<String, String> env) {
    /** May be given without an ARG, as in Docker. */
    private static final Set<String> PROXIES =
            Set.of("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy");

    public String expand(String text, Position at) {
        return Substitution.expand(text, escape, this::value, at);
    }

    /** A here-document's text. */
    public String expandDocument(String text, Position at) {
        return Substitution.expandDocument(text, escape, this::value, at);
    }

    /** The definitions of one ARG may use those before them. */
    public Scope declare(Instruction.Arg arg) {
        Scope scope = this;
        for (Instruction.Arg.Definition each : arg.definitions()) {
            scope = scope.declare(each, arg.source().at());
        }
        return scope;
    }

    private Scope declare(Instruction.Arg.Definition arg, Position at) {
        String name = arg.name();
        Optional<String> value = Optional.ofNullable(given.get(name))
                .or(() -> arg.value().map(v -> expand(v, at)))
                .or(() -> Optional.ofNullable(global.get(name)));
        Map<String, String> more = new LinkedHashMap<>(declared);
        value.ifPresent(v -> more.put(name, v));
        return new Scope(escape, given, global, more, env);
    }

    public Scope withEnv(Map<String, String> other) {
        return new Scope(escape, given, global, declared, other);
    }

    /** What a RUN sees besides the image's environment. */
    public Map<String, String> forRun() {
        Map<String, String> all = new LinkedHashMap<>();
        given.forEach((name, value) -> {
            if (PROXIES.contains(name)) {
                all.put(name, value);
            }
        });
        declared.forEach((name, value) -> {
            if (!env.containsKey(name)) {
                all.put(name, value);
            }
        });
        return all;
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(env.get(name)).or(() -> Optional.ofNullable(declared.get(name)));
    }
}
