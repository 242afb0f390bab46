package io.gantry.e2e.faults;

import io.gantry.e2e.stage.Stage;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A process of the platform that is killed and started again.
 *
 * @param kind {@code service} or {@code host}, a verb of the entry script
 * @param name as that verb takes it
 */
record Victim(String kind, String name) {
    /** All there are, in an installation of five processes and two hosts. */
    static final List<Victim> ALL = Stream.concat(
                    Stream.of("backbone", "image-service", "container-service", "network-service", "scheduler-service", "gateway")
                            .map(name -> new Victim("service", name)),
                    IntStream.of(1, 2).mapToObj(number -> new Victim("host", Integer.toString(number))))
            .toList();

    void kill(Stage stage) {
        stage.gantry(kind, "kill", name);
    }

    void start(Stage stage) {
        stage.gantry(kind, "start", kind.equals("service") ? "all" : name);
    }

    @Override
    public String toString() {
        return kind.equals("host") ? "agent " + name : name;
    }
}
