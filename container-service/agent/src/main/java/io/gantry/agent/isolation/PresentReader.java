package io.gantry.agent.isolation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Asks this host's kernel about the container of that process. */
record PresentReader(int pid, CableFaults cables) implements Drifting.Present {
    private static final String ANYWHERE = "00000000";

    @Override
    public Optional<String> file(String path) {
        try {
            return Optional.of(Files.readString(Path.of(path)).strip());
        } catch (IOException e) {
            return Optional.empty(); // it is for writing alone, or its process has ended
        }
    }

    @Override
    public Optional<String> cable(Expectation.Plugged plugged) {
        return cables.of(plugged.hostInterface(), plugged.inside(), pid)
                .or(() -> !plugged.wayOut() || leadsOut(plugged.inside()) ? Optional.empty() : Optional.of(plugged.inside() + " has no way out"));
    }

    private boolean leadsOut(String inside) {
        try {
            return Files.readAllLines(Path.of("/proc", Integer.toString(pid), "net/route")).stream()
                    .map(line -> line.split("\\s+"))
                    .anyMatch(fields -> fields.length > 1 && fields[0].equals(inside) && fields[1].equals(ANYWHERE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
