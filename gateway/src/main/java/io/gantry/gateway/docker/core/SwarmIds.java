package io.gantry.gateway.docker.core;

import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.KeptId;
import io.gantry.contracts.id.NodeId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/**
 * What Docker's clients call our deployments, nodes, secrets and configs: the digits of an id without its kind, since they show the first twelve characters
 * and take those for the thing. A replica's task has its container's id.
 */
public final class SwarmIds {
    private SwarmIds() {}

    public static String of(DeploymentId id) {
        return digits(id.value());
    }

    public static String of(NodeId id) {
        return digits(id.value());
    }

    public static String of(KeptId id) {
        return digits(id.value());
    }

    /** Of an earlier run of a container, which has no id of its own. */
    static String ofRun(String container, long run, int restarts) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest((container + "/" + run + "/" + restarts).getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String digits(String ours) {
        return ours.substring(ours.indexOf('-') + 1).replace("-", "");
    }

    /**
     * By its whole id, by its name, or by the beginning of its id.
     *
     * @param kind {@code service}
     * @throws DockerRefusal in the words of Docker's daemon
     */
    public static <T> T find(String kind, String ref, List<T> all, Function<T, String> id, Function<T, String> name) {
        return all.stream()
                .filter(one -> id.apply(one).equals(ref))
                .findFirst()
                .or(() -> all.stream().filter(one -> name.apply(one).equals(ref)).findFirst())
                .orElseGet(() -> byBeginning(kind, ref, all.stream().filter(one -> !ref.isEmpty() && id.apply(one).startsWith(ref)).toList()));
    }

    private static <T> T byBeginning(String kind, String ref, List<T> found) {
        if (found.size() > 1) {
            throw new DockerRefusal(409, kind + " " + ref + " is ambiguous (" + found.size() + " matches found)");
        }
        if (found.isEmpty()) {
            throw new DockerRefusal(404, kind + " " + ref + " not found");
        }
        return found.getFirst();
    }
}
