package io.gantry.gateway.docker.core;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.PathChange;
import io.gantry.contracts.view.PathStat;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What Docker's clients are told of a path in a container. */
public final class PathForms {
    private static final int S_IFMT = 0xf000;

    private PathForms() {}

    /** The value of {@code X-Docker-Container-Path-Stat}. */
    public static String header(PathStat stat) {
        String json = Json.mapper()
                .createObjectNode()
                .put("name", stat.name())
                .put("size", stat.size())
                .put("mode", goMode(stat.mode()))
                .put("mtime", stat.modified().toString())
                .put("linkTarget", stat.linkTarget() == null ? "" : stat.linkTarget())
                .toString();
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    /** Bits of Go's {@code fs.FileMode}, which has its own for kinds of files, setuid, setgid and sticky (go.dev, io/fs). */
    static long goMode(int mode) {
        long kind = switch (mode & S_IFMT) {
            case 0x4000 -> 1L << 31;
            case 0xa000 -> 1L << 27;
            case 0x6000 -> 1L << 26;
            case 0x2000 -> 1L << 26 | 1L << 21;
            case 0x1000 -> 1L << 25;
            case 0xc000 -> 1L << 24;
            default -> 0;
        };
        return kind | mode & 0777 | ((mode & 04000) == 0 ? 0 : 1L << 23) | ((mode & 02000) == 0 ? 0 : 1L << 22) | ((mode & 01000) == 0 ? 0 : 1L << 20);
    }

    public static int kind(PathChange.Kind kind) {
        return switch (kind) {
            case CHANGED -> 0;
            case ADDED -> 1;
            case DELETED -> 2;
        };
    }
}
