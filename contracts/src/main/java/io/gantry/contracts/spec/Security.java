package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Capability;
import io.gantry.contracts.unit.SeccompProfile;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a container's isolation differs from the usual. What would take it away must be granted by the node (the agent's {@code --allow}).
 *
 * @param capAdd capabilities beyond the usual, with or without {@code CAP_}, or {@code ALL}; each counts in the container's own user namespace only
 * @param capDrop usual ones that it goes without, or {@code ALL}
 * @param noNewPrivileges no program gains rights by being executed; on by default. Off for {@code sudo} and the like
 * @param seccomp which system calls it may make, as Docker's profiles; {@code null} is Gantry's own profile
 * @param unconfined no filter of system calls at all; needs a grant
 * @param maskedPaths files and folders that are hidden, beyond those that always are
 * @param readOnlyPaths likewise read-only
 * @param sysctls settings of its own namespaces, {@code net.core.somaxconn}
 * @param devices of the host; each needs a grant
 * @param privileged all that its user namespace can be given: every capability, no filter, nothing hidden, each device that the node grants. Root inside
 *     is still nobody outside. Needs a grant
 */
public record Security(
        List<String> capAdd,
        List<String> capDrop,
        Boolean noNewPrivileges,
        SeccompProfile seccomp,
        boolean unconfined,
        List<String> maskedPaths,
        List<String> readOnlyPaths,
        Map<String, String> sysctls,
        List<Device> devices,
        boolean privileged) {
    private static final String ALL = "ALL";

    public static final Security DEFAULT = new Security(null, null, null, null, false, null, null, null, null);

    public Security {
        capAdd = names("capAdd", capAdd);
        capDrop = names("capDrop", capDrop);
        noNewPrivileges = noNewPrivileges == null ? !privileged : noNewPrivileges;
        if (privileged) {
            if (seccomp != null || !capDrop.isEmpty()) {
                throw new BadField("privileged", "privileged has every capability and no filter: neither capDrop nor seccomp goes with it", "leave one out");
            }
            capAdd = List.of(ALL);
            unconfined = true;
        }
        if (unconfined && seccomp != null) {
            throw new BadField("unconfined", "unconfined and seccomp contradict each other", "leave one out");
        }
        maskedPaths = paths("maskedPaths", maskedPaths);
        readOnlyPaths = paths("readOnlyPaths", readOnlyPaths);
        sysctls = Check.named("sysctls", sysctls);
        sysctls.forEach(Sysctls::check);
        devices = devices == null ? List.of() : Check.complete("devices", devices);
    }

    /** One that isn't privileged. */
    public Security(
            List<String> capAdd, List<String> capDrop, Boolean noNewPrivileges, SeccompProfile seccomp, boolean unconfined, List<String> maskedPaths,
            List<String> readOnlyPaths, Map<String, String> sysctls, List<Device> devices) {
        this(capAdd, capDrop, noNewPrivileges, seccomp, unconfined, maskedPaths, readOnlyPaths, sysctls, devices, false);
    }

    /** What it has of all, if {@code usual} is what others have. */
    public Set<Capability> capabilities(Set<Capability> usual) {
        Set<Capability> set = EnumSet.noneOf(Capability.class);
        if (capAdd.contains(ALL)) {
            set.addAll(EnumSet.allOf(Capability.class));
        } else if (!capDrop.contains(ALL)) {
            set.addAll(usual);
        }
        if (!capDrop.contains(ALL)) {
            set.removeAll(known(capDrop));
        }
        set.addAll(known(capAdd));
        return set;
    }

    private static List<Capability> known(List<String> names) {
        return names.stream().flatMap(name -> Capability.parse(name).stream()).toList();
    }

    private static List<String> names(String field, List<String> given) {
        List<String> names = new ArrayList<>();
        for (String name : given == null ? List.<String>of() : Check.complete(field, given)) {
            if (name.equalsIgnoreCase(ALL)) {
                names.add(ALL);
            } else {
                names.add(Capability.parse(name)
                        .orElseThrow(() -> new BadField(
                                field + "[" + names.size() + "]", field + " has '" + name + "', which is no capability", "write for example NET_ADMIN, or ALL"))
                        .name());
            }
        }
        return List.copyOf(names);
    }

    private static List<String> paths(String field, List<String> given) {
        List<String> paths = given == null ? List.of() : Check.complete(field, given);
        for (int i = 0; i < paths.size(); i++) {
            Check.absolute(field + "[" + i + "]", paths.get(i));
        }
        return paths;
    }

    /**
     * A character device of the host.
     *
     * @param path on the host, {@code /dev/net/tun}
     * @param as below the container's {@code /dev}; the same path by default
     * @param access letters of {@code r} read, {@code w} write and {@code m} make; all by default
     */
    public record Device(String path, String as, String access) {
        private static final String FOLDER = "/dev/";
        private static final String NAME = "/dev/[a-zA-Z0-9_.:-]+(/[a-zA-Z0-9_.:-]+)*";

        public Device {
            if (path == null || !named(path)) {
                throw new BadField("path", "path is a device below /dev, got '" + path + "'", "write for example /dev/net/tun");
            }
            as = as == null || as.isEmpty() ? path : as;
            if (!named(as)) {
                throw new BadField("as", "as is a name below the container's /dev, got '" + as + "'", "write for example /dev/net/tun");
            }
            access = access == null || access.isEmpty() ? "rwm" : access;
            if (!access.matches("[rwm]{1,3}")) {
                throw new BadField("access", "access is letters of rwm, got '" + access + "'");
            }
        }

        private static boolean named(String path) {
            return path.matches(NAME) && List.of(path.split("/")).stream().noneMatch(part -> part.equals("..") || part.equals("."));
        }

        /** Below the container's {@code /dev}: {@code net/tun}. */
        public String name() {
            return as.substring(FOLDER.length());
        }
    }
}
