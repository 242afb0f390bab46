package io.gantry.e2e.stage;

import io.gantry.e2e.observe.Commands;
import java.net.URI;
import java.util.stream.Stream;

/**
 * A test host: a network namespace with an agent.
 *
 * @param number counted from 1
 */
public record Host(int number, String namespace, String address) {
    public String name() {
        return "host-" + number;
    }

    public URI at(int port, String path) {
        return URI.create("http://" + address + ":" + port + path);
    }

    /** Runs a program in the host's network. */
    public String run(Commands commands, String... command) {
        return commands.run(
                Stream.concat(Stream.of("nsenter", "--net=/run/netns/" + namespace, "--"), Stream.of(command)).toArray(String[]::new));
    }
}
