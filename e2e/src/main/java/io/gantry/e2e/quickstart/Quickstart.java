package io.gantry.e2e.quickstart;

import io.gantry.e2e.observe.StepFailed;
import io.gantry.e2e.stage.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The main job on an installation with three hosts that is up: {@code ./gantry quickstart} starts it and then this. */
public final class Quickstart {
    private static final int HOSTS = 3;

    /** Commands to type, in the repository's folder; CONTAINER is one of those that run. */
    static final Map<String, String> TRY_NEXT = new LinkedHashMap<>();

    static {
        TRY_NEXT.put("./gantry deployments", "");
        TRY_NEXT.put("./gantry rollout status " + Shop.NAME, "");
        TRY_NEXT.put("./gantry ps", "");
        TRY_NEXT.put("./gantry explain CONTAINER", "the Linux operations that made it");
        TRY_NEXT.put("./gantry run --rm -it " + Shop.BASE + " bash", "a shell in a container of its own");
        TRY_NEXT.put("eval \"$(./gantry env)\" && docker ps", "your docker command, Gantry's engine");
        TRY_NEXT.put("./gantry down", "ends it and leaves nothing in the kernel; --data: images and data go, too");
    }

    private Quickstart() {}

    /** In order; each builds on those before it. */
    public static List<Step> steps() {
        return List.of(
                new PushForeignImage(),
                new BuildFromIt(),
                new DeployThree(),
                new FetchByPort(),
                new FetchByName(),
                new ScaleToSix(),
                new RollOutAndBack(),
                new LoseAHost(),
                new RestartAnAgent(),
                new ExplainOne());
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> env = System.getenv();
        Stage stage =
                new Stage(
                        Path.of(env.get("GANTRY_ROOT")),
                        Path.of(env.get("GANTRY_HOME")),
                        Integer.parseInt(env.getOrDefault("GANTRY_PORT_OFFSET", "0")),
                        env.getOrDefault("GANTRY_PREFIX", "gantry"),
                        env.getOrDefault("GANTRY_UNDERLAY", "10.77.0"),
                        Integer.parseInt(env.getOrDefault("GANTRY_ID_SLICE", "0")),
                        HOSTS);
        Instant begun = Instant.now();
        int number = 0;
        List<String> done = new ArrayList<>();
        for (Step step : steps()) {
            Instant stepBegun = Instant.now();
            if (!run(++number, step, stage)) {
                System.exit(1);
            }
            done.add(String.format(Locale.ROOT, "  ✓ %2d  %5.1f s  %s", number, seconds(stepBegun), step.title()));
        }
        System.out.println();
        done.forEach(System.out::println);
        System.out.printf(Locale.ROOT, "%nAll %d steps in %.1f s. Gantry is still running:%n%n", number, seconds(begun));
        addresses(stage).forEach((address, what) -> System.out.println("  " + address + "   " + what));
        System.out.println("\nTry next:");
        TRY_NEXT.forEach((command, what) -> System.out.println(("  " + command + "   " + what).stripTrailing()));
    }

    /** What answers, and what it is. */
    static Map<String, String> addresses(Stage stage) {
        Map<String, String> addresses = new LinkedHashMap<>();
        stage.hosts().forEach(host -> addresses.put(host.at(Shop.port(stage), "/").toString(), "the shop, through " + host.name()));
        addresses.put(stage.url() + "/api/v1", "REST, with the token in " + stage.home().resolve("token"));
        return addresses;
    }

    private static boolean run(int number, Step step, Stage stage) throws Exception {
        System.out.printf("%n%2d  %s%n", number, step.title());
        Instant begun = Instant.now();
        try {
            step.run(stage, line -> System.out.println("      " + line));
            System.out.printf(Locale.ROOT, "    ✓ %.1f s%n", seconds(begun));
            return true;
        } catch (StepFailed failed) {
            System.out.printf(Locale.ROOT, "    ✗ %.1f s: %s%n", seconds(begun), failed.getMessage());
            return false;
        }
    }

    private static double seconds(Instant begun) {
        return Duration.between(begun, Instant.now()).toMillis() / 1000.0;
    }
}
