package io.gantry.contracts.spec;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.SignalName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Something mounted into a container beside its root. Its target is a path inside, without {@code .} and {@code ..}, and is made if the
 * image hasn't got it; a link in it is followed within the container only.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Mount.Tmpfs.class, name = "tmpfs"),
    @JsonSubTypes.Type(value = Mount.Volume.class, name = "volume"),
    @JsonSubTypes.Type(value = Mount.Bind.class, name = "bind"),
    @JsonSubTypes.Type(value = Mount.Secret.class, name = "secret"),
    @JsonSubTypes.Type(value = Mount.Config.class, name = "config"),
    @JsonSubTypes.Type(value = Mount.Api.class, name = "api"),
    @JsonSubTypes.Type(value = Mount.Socket.class, name = "socket")
})
public sealed interface Mount {
    /** The agent hands each mount over by a descriptor, of which its launcher takes so many beside its own. */
    int MOST = 48;

    String target();

    /**
     * A folder in memory, gone with the run. What is in it counts for the container's memory limit. Never a device, never setuid.
     *
     * @param size at most this much; {@code null} leaves the memory limit as the only one
     * @param mode permission bits of the folder, 0 to 07777; 01777 by default, as in Docker
     * @param exec programs in it may be executed; not by default
     */
    record Tmpfs(String target, Bytes size, Integer mode, boolean readOnly, boolean exec) implements Mount {
        private static final int ANYBODY = 01777;

        public Tmpfs {
            target = checkTarget("target", target);
            if (size != null && size.value() < 4096) {
                throw new BadField("size", "size is at least 4096 bytes, a page, got " + size.value());
            }
            mode = mode == null ? ANYBODY : Check.within("mode", mode, 0, 07777);
        }

        public static Tmpfs at(String target) {
            return new Tmpfs(target, null, null, false, false);
        }
    }

    /**
     * A named folder that outlives the container, on the node where it was first used. It is made if there is none of that name.
     *
     * @param source the volume's name; {@code null} makes one for this container alone
     * @param noCopy leave an empty volume empty; otherwise it gets what the image has at the target, with owners and modes
     */
    record Volume(String source, String target, boolean readOnly, boolean noCopy) implements Mount {
        public Volume {
            if (source != null) {
                checkVolumeName("source", source);
            }
            target = checkTarget("target", target);
        }

        public static Volume at(String source, String target) {
            return new Volume(source, target, false, false);
        }
    }

    /**
     * A folder of the host, with all that is mounted in it. Only below a folder that the node's agent grants, see its {@code --allow-bind}.
     *
     * @param source absolute; a link in it may lead anywhere below the granted folder, and nowhere else
     * @param readOnly with all that is mounted in it
     * @param propagation what becomes of mounts that the host makes there later; {@code PRIVATE} by default
     */
    record Bind(String source, String target, boolean readOnly, Propagation propagation) implements Mount {
        public enum Propagation {
            /** They stay the host's. */
            PRIVATE,
            /** They appear in the container. */
            RSLAVE
        }

        public Bind {
            if (source == null) {
                throw new BadField("source", "source is missing: which folder of the host", "write for example /srv/data");
            }
            Check.absolute("source", source);
            source = clean("source", source);
            if (source.equals("/")) {
                throw new BadField("source", "source is the host's root, which no container gets", "name a folder in it");
            }
            target = checkTarget("target", target);
            propagation = propagation == null ? Propagation.PRIVATE : propagation;
        }
    }

    /**
     * A file that the platform keeps, read-only and in memory: its content is fetched at each start, and again when it is rotated. What stands at the
     * target is a link into a folder of such files, so that a rotated one is there whole or not at all.
     */
    sealed interface Kept extends Mount {
        /** Its name. */
        String source();

        /** Permission bits, 0 to 0777. */
        Integer mode();

        /** {@code null} is the user that the container runs as. */
        Integer uid();

        /** {@code null} is that user's group. */
        Integer gid();

        /** Sent to the container's first process when it has been rotated; {@code null} for none. */
        String signal();

        /** What it is: {@code secret} or {@code config}. */
        String kind();
    }

    /**
     * @param target {@code /run/secrets/<source>} by default
     * @param mode 0400 by default
     * @param env a variable of the container's first command that has its content as well, as it is at the start: text without U+0000, at most 128 KiB with the name. Neither a rotation nor
     *     a further command brings it; {@code null} for none
     */
    record Secret(String source, String target, Integer mode, Integer uid, Integer gid, String signal, String env) implements Kept {
        private static final int OWNER_READS = 0400;

        public Secret {
            target = checkKept("secret", source, target, mode, uid, gid);
            mode = mode == null ? OWNER_READS : mode;
            signal = checkSignal(signal);
            if (env != null && (env.isEmpty() || env.contains("=") || env.indexOf('\0') >= 0)) {
                throw new BadField("env", "env names a variable, without = and U+0000, got '" + env + "'", "write for example DB_PASSWORD");
            }
        }

        static void checkVariables(String field, List<Mount> mounts) {
            Set<String> names = new HashSet<>();
            for (int i = 0; i < mounts.size(); i++) {
                if (mounts.get(i) instanceof Secret secret && secret.env() != null && !names.add(secret.env())) {
                    throw new BadField(field + "[" + i + "].env", "two secrets are to be the variable " + secret.env(), "give each a name of its own");
                }
            }
        }

        /** A file alone. */
        public Secret(String source, String target, Integer mode, Integer uid, Integer gid, String signal) {
            this(source, target, mode, uid, gid, signal, null);
        }

        public static Secret named(String source) {
            return new Secret(source, null, null, null, null, null);
        }

        @Override
        public String kind() {
            return "secret";
        }
    }

    /**
     * @param target {@code /run/configs/<source>} by default
     * @param mode 0444 by default
     */
    record Config(String source, String target, Integer mode, Integer uid, Integer gid, String signal) implements Kept {
        private static final int ALL_READ = 0444;

        public Config {
            target = checkKept("config", source, target, mode, uid, gid);
            mode = mode == null ? ALL_READ : mode;
            signal = checkSignal(signal);
        }

        public static Config named(String source) {
            return new Config(source, null, null, null, null, null);
        }

        @Override
        public String kind() {
            return "config";
        }
    }

    /**
     * A socket on which this platform answers as Docker's API, for a caller of one scope: what bears that label is all that programs in the container see,
     * change and make. What stands at the target is a link into a folder of the agent's, so that an agent that begins anew is there again. Whoever runs in the
     * container may use it.
     *
     * @param target {@code /var/run/docker.sock} by default
     * @param scope {@code null} is the session that the container's labels tell of, see {@link Scope#session}, or else what it makes itself
     */
    record Api(String target, Scope scope) implements Mount {
        public static final String USUAL = "/var/run/docker.sock";

        public Api {
            target = checkTarget("target", target == null ? USUAL : target);
        }

        /** For the container that has it. */
        public Scope scope(String container, String name, Map<String, String> labels) {
            return scope != null ? scope : Scope.session(name, labels).orElseGet(() -> new Scope(OwnLabels.SCOPE, container));
        }
    }

    /**
     * A socket whose connections lead to a client of the platform: each to the next that asks for one at the container's {@code socket-forward}. Until one
     * does, what a program says waits. What stands at the target is a link, as with {@link Api}.
     *
     * @param id what clients ask for
     * @param mode permission bits, 0 to 0777; 0600 by default
     * @param uid 0 by default
     * @param gid 0 by default
     */
    record Socket(String id, String target, Integer mode, Integer uid, Integer gid) implements Mount {
        private static final int OWNER = 0600;

        public Socket {
            checkSocketId("id", id);
            target = checkTarget("target", target);
            mode = mode == null ? OWNER : Check.within("mode", mode, 0, 0777);
            uid = uid == null ? 0 : Check.within("uid", uid, 0, Check.IDS - 1);
            gid = gid == null ? 0 : Check.within("gid", gid, 0, Check.IDS - 1);
        }

        /** @throws BadField naming {@code field} */
        public static String checkSocketId(String field, String id) {
            if (id == null || !id.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}")) {
                throw new BadField(field, field + " is what clients know a socket by: letters, digits and . _ - between them, at most 128; got '" + id + "'");
            }
            return id;
        }
    }

    /** @return the target, or the usual one */
    private static String checkKept(String kind, String source, String target, Integer mode, Integer uid, Integer gid) {
        if (source == null) {
            throw new BadField("source", "source is missing: which " + kind, "gantry " + kind + " ls lists them");
        }
        checkKeptName(kind, "source", source);
        if (mode != null) {
            Check.within("mode", mode, 0, 0777);
        }
        for (String field : new String[] {"uid", "gid"}) {
            Integer id = field.equals("uid") ? uid : gid;
            if (id != null) {
                Check.within(field, id, 0, Check.IDS - 1);
            }
        }
        return checkTarget("target", target == null ? "/run/" + kind + "s/" + source : target);
    }

    private static String checkSignal(String signal) {
        return signal == null
                ? null
                : SignalName.parse(signal).orElseThrow(() -> new BadField("signal", "'" + signal + "' is not a signal", "write for example SIGHUP or 1")).value();
    }

    /** @throws BadField naming {@code field} */
    static void checkKeptName(String kind, String field, String name) {
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}")) {
            throw new BadField(field, field + " is a " + kind + "'s name: letters, digits and . _ - between them, at most 128; got '" + name + "'");
        }
    }

    /** @throws BadField naming {@code field} */
    static void checkVolumeName(String field, String name) {
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}")) {
            throw new BadField(field, field + " is a volume's name: letters, digits and . _ - between them, at most 128; got '" + name + "'");
        }
    }

    /** @throws BadField naming {@code field}, for a path that nothing can be mounted at */
    static String checkTarget(String field, String path) {
        if (path == null) {
            throw new BadField(field, field + " is missing: where in the container", "write for example /var/lib/data");
        }
        Check.absolute(field, path);
        String clean = clean(field, path);
        if (clean.equals("/")) {
            throw new BadField(field, field + " is the root itself, which the image makes", "write for example /var/lib/data");
        }
        if (clean.matches("/(proc|sys)(/.*)?") || Set.of("/dev", "/dev/pts", "/dev/mqueue").contains(clean)) {
            throw new BadField(field, field + " is the kernel's own, got '" + path + "'", "write for example /var/lib/data");
        }
        return clean;
    }

    private static String clean(String field, String path) {
        if (path.length() > 4000 || path.indexOf('\0') >= 0) {
            throw new BadField(field, field + " is a path of at most 4000 characters without U+0000");
        }
        String clean = ("/" + path).replaceAll("/+", "/").replaceAll("(?<=.)/$", "");
        Set<String> parts = new HashSet<>(List.of(clean.split("/")));
        if (parts.contains("..") || parts.contains(".")) {
            throw new BadField(field, field + " has neither . nor .. in it, got '" + path + "'");
        }
        return clean;
    }

    /** As they stand in a spec: complete, not too many, no two at one place. */
    static List<Mount> checked(String field, List<Mount> given) {
        List<Mount> mounts = given == null ? List.of() : Check.complete(field, given);
        if (mounts.size() > MOST) {
            throw new BadField(field, field + " has " + mounts.size() + " entries; a container has at most " + MOST);
        }
        Set<String> targets = new HashSet<>();
        for (int i = 0; i < mounts.size(); i++) {
            if (!targets.add(mounts.get(i).target())) {
                throw new BadField(field + "[" + i + "].target", "two mounts have the target " + mounts.get(i).target(), "leave one out");
            }
        }
        return mounts;
    }
}
