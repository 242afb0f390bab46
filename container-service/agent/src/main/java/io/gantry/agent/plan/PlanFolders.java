package io.gantry.agent.plan;

import java.util.Map;
import java.util.Optional;

/**
 * Where a container's files lie.
 *
 * @param places the folder that is the lowest layer of every container, with places to mount on
 * @param names the folder of the files that become its {@code /etc/hosts} and the like
 * @param container its own, which holds its writable layer, log and exit status
 * @param sockets its folder for sockets, with a short path
 * @param volumes the folder that the node's volumes are in
 * @param keepers by what each folder is kept to its size, where it has one
 */
public record PlanFolders(String places, String names, String container, String sockets, String volumes, Map<String, SizeKeeper> keepers) {
    /** Holds the socket to the platform's API. */
    public String api() {
        return sockets + "/api";
    }

    /** Holds the sockets that lead to clients. */
    public String clients() {
        return sockets + "/clients";
    }

    /** Holds the writable layer, and overlay's work folder. */
    public String layer() {
        return container + "/layer";
    }

    /** The writable layer. */
    public String upper() {
        return layer() + "/upper";
    }

    /** By what that folder is kept to its size. */
    public SizeKeeper keeper(String folder) {
        return Optional.ofNullable(keepers.get(folder)).orElseThrow(() -> new IllegalArgumentException("nobody has looked what keeps " + folder + " to its size"));
    }
}
