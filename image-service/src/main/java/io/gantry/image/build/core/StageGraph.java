package io.gantry.image.build.core;

import io.gantry.image.build.core.Stage.Base;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.HashMap;

/**
 * The stages of a Dockerfile and which of them the target needs, each after those it needs itself.
 *
 * @param arguments values of the ARGs before the first FROM, and of those that tell of platforms, which a stage sees when it names them
 * @param platform what it is built for
 * @param needed in the order in which they can be built; the last is the target
 */
public record StageGraph(List<Stage> stages, List<Stage> needed, Map<String, String> arguments, Platform platform) {
    /** @param target a stage's name or number; empty for the last one */
    public static StageGraph of(Dockerfile file, Optional<String> target, Map<String, String> buildArguments, Platform platform) {
        Map<String, String> arguments = new HashMap<>(platform.arguments());
        List<Stage> stages = new ArrayList<>();
        Instruction.From open = null;
        List<Instruction> inside = new ArrayList<>();
        for (Instruction each : file.instructions()) {
            if (each instanceof Instruction.From from) {
                if (open != null) {
                    stages.add(stage(open, inside, stages, file, arguments, platform));
                }
                open = from;
                inside = new ArrayList<>();
            } else if (open == null && each instanceof Instruction.Arg arg) {
                for (Instruction.Arg.Definition one : arg.definitions()) {
                    Optional.ofNullable(buildArguments.get(one.name()))
                            .or(() -> one.value().map(value -> expand(value, file.escape(), arguments, arg.source().at())))
                            .ifPresent(value -> arguments.put(one.name(), value));
                }
            } else {
                inside.add(each);
            }
        }
        stages.add(stage(open, inside, stages, file, arguments, platform));
        Stage last = target.map(t -> find(stages, t).orElseThrow(() -> new DockerfileRefusal(
                        new Position(1, 1), "no stage is called '" + t + "'", "stages are: " + names(stages))))
                .orElse(stages.getLast());
        return new StageGraph(List.copyOf(stages), needed(stages, last), Map.copyOf(arguments), platform);
    }

    /** What {@code reference} in a COPY --from of {@code stage} means. */
    public Base from(Stage stage, String reference) {
        return base(stages.subList(0, stage.number()), reference, platform);
    }

    private static Stage stage(
            Instruction.From from, List<Instruction> inside, List<Stage> before, Dockerfile file, Map<String, String> arguments, Platform platform) {
        Position at = from.source().at();
        String image = expand(from.image(), file.escape(), arguments, at);
        Platform own = from.platform().map(written -> expand(written, file.escape(), arguments, at)).filter(given -> !given.isEmpty()).map(given -> platform(given, at)).orElse(platform);
        if (image.isBlank()) {
            throw new DockerfileRefusal(
                    from.source().at(), "FROM " + from.image() + " names no image", "give the ARG before it a default, or a --build-arg");
        }
        from.name().filter(name -> before.stream().anyMatch(s -> s.name().equals(Optional.of(name)))).ifPresent(name -> {
            throw new DockerfileRefusal(from.source().at(), "two stages are called '" + name + "'", "rename one of them");
        });
        Base base = byName(before, image).<Base>map(s -> new Base.Earlier(s.number())).orElseGet(() -> image(image, own));
        return new Stage(before.size(), from.name(), base, from, inside);
    }

    static Platform platform(String text, Position at) {
        try {
            return Platform.parse(text);
        } catch (IllegalArgumentException e) {
            throw new DockerfileRefusal(at, "--platform: " + e.getMessage(), "see what an image is there for with: skopeo inspect --raw docker://…");
        }
    }

    private static Base image(String reference, Platform platform) {
        return reference.equals("scratch") ? new Base.Scratch(platform) : new Base.Image(reference, platform);
    }

    /** By the ARGs before the first FROM, and what is known of the platform. */
    private static String expand(String text, char escape, Map<String, String> arguments, Position at) {
        return Substitution.expand(text, escape, name -> Optional.ofNullable(arguments.get(name)), at);
    }

    private static Base base(List<Stage> before, String reference, Platform platform) {
        return find(before, reference).<Base>map(stage -> new Base.Earlier(stage.number())).orElseGet(() -> image(reference, platform));
    }

    private static Optional<Stage> find(List<Stage> stages, String reference) {
        Optional<Stage> named = byName(stages, reference);
        if (named.isPresent() || !reference.matches("\\d{1,4}")) {
            return named;
        }
        int number = Integer.parseInt(reference);
        return number < stages.size() ? Optional.of(stages.get(number)) : Optional.empty();
    }

    /** By name it may be an image as well, but for its own. */
    private static void refuseUnlessAbove(Stage stage, String reference, Position at) {
        boolean own = stage.name().equals(Optional.of(reference.toLowerCase(Locale.ROOT)));
        boolean notYet = reference.matches("\\d{1,4}") && Integer.parseInt(reference) >= stage.number();
        if (own || notYet) {
            throw new DockerfileRefusal(at, "'" + reference + "' is no stage above this one", "name a stage that begins before it, or an image");
        }
    }

    private static Optional<Stage> byName(List<Stage> stages, String name) {
        return stages.stream().filter(s -> s.name().equals(Optional.of(name.toLowerCase(Locale.ROOT)))).findFirst();
    }

    private static List<Stage> needed(List<Stage> stages, Stage target) {
        TreeSet<Integer> wanted = new TreeSet<>(List.of(target.number()));
        for (int i = target.number(); i >= 0; i--) {
            if (!wanted.contains(i)) {
                continue;
            }
            Stage stage = stages.get(i);
            if (stage.base() instanceof Base.Earlier(var number)) {
                wanted.add(number);
            }
            for (Instruction each : stage.instructions()) {
                for (String from : Sources.of(each)) {
                    refuseUnlessAbove(stage, from, each.source().at());
                    find(stages.subList(0, i), from).ifPresent(source -> wanted.add(source.number()));
                }
            }
        }
        return wanted.stream().map(stages::get).toList();
    }

    private static String names(List<Stage> stages) {
        return String.join(", ", stages.stream().map(Stage::label).toList());
    }
}
