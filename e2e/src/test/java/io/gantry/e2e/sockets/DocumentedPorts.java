package io.gantry.e2e.sockets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The table of {@code docs/reference/ports.md}. */
public final class DocumentedPorts {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([\\d, –]+)(/udp)? \\| .+? \\| (.+?) \\| .+ \\|$");
    /** Ports that {@code GANTRY_PORT_OFFSET} doesn't move. */
    private static final List<Integer> FIXED = List.of(53, 4789);

    private record Row(int first, int last, boolean beyondLoopback) {
        boolean holds(Listening socket, int offset) {
            int usual = FIXED.contains(socket.port()) ? socket.port() : socket.port() - offset;
            return usual >= first && usual <= last && (socket.loopback() || beyondLoopback);
        }
    }

    private final List<Row> rows = new ArrayList<>();
    private final int offset;

    /** @param offset added to every port */
    public DocumentedPorts(Path page, int offset) throws IOException {
        this.offset = offset;
        ROW.matcher(Files.readString(page)).results().forEach(row -> {
            for (String range : row.group(1).split(",")) {
                String[] ends = range.strip().split("–");
                rows.add(new Row(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]), !row.group(3).equals("loopback")));
            }
        });
    }

    /** Is that port in the table, and may it listen there? */
    public boolean allow(Listening socket) {
        return rows.stream().anyMatch(row -> row.holds(socket, offset));
    }

    public int count() {
        return rows.size();
    }
}
