package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ContainerView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Docker's ways of saying what is mounted, and ours. */
final class Mounts {
    private Mounts() {}

    /**
     * @param sockets paths that mean this platform's API: who binds one gets that, and never what stands there on a node
     * @param labelled gets the labels that volumes shall be made with, by their names
     */
    static List<Mount> read(Fields body, Fields host, Set<String> sockets, Map<String, Map<String, String>> labelled) {
        List<Mount> mounts = new ArrayList<>();
        host.list("Mounts").forEach(mount -> mounts.add(api(mount(mount, labelled), sockets)));
        List<String> binds = host.texts("Binds");
        (binds == null ? List.<String>of() : binds).forEach(bind -> mounts.add(api(bind(bind), sockets)));
        host.named("Tmpfs").forEach((target, options) -> mounts.add(tmpfs(target, options)));
        Fields volumes = body.in("Volumes");
        for (String target : volumes.names()) {
            // an empty object
            volumes.in(target);
            if (mounts.stream().noneMatch(mount -> mount.target().equals(target))) {
                mounts.add(Mount.Volume.at(null, target));
            }
        }
        return mounts;
    }

    /** A service's. @param labelled gets the labels that volumes shall be made with, by their names */
    static List<Mount> ofService(Fields container, Set<String> sockets, Map<String, Map<String, String>> labelled) {
        List<Mount> mounts = new ArrayList<>();
        container.list("Mounts").forEach(mount -> mounts.add(api(mount(mount, labelled), sockets)));
        return mounts;
    }

    private static Mount api(Mount mount, Set<String> sockets) {
        return mount instanceof Mount.Bind bind && sockets.contains(bind.source()) ? new Mount.Api(bind.target(), null) : mount;
    }

    /** {@code HostConfig.Mounts[i]}. */
    private static Mount mount(Fields mount, Map<String, Map<String, String>> labelled) {
        String type = mount.text("Type");
        // what clients send of the default
        mount.only("Consistency", "default", "consistent", "cached", "delegated");
        return switch (type) {
            case "tmpfs" -> {
                if (!mount.text("Source").isEmpty()) {
                    throw new DockerRefusal(400, "invalid mount config for type \"tmpfs\": field Source must not be specified");
                }
                Fields options = mount.in("TmpfsOptions");
                long size = options.count("SizeBytes");
                Long mode = options.wholeOrNull("Mode", 0, 07777);
                yield new Mount.Tmpfs(
                        mount.text("Target"), size == 0 ? null : new Bytes(size), mode == null || mode == 0 ? null : mode.intValue(),
                        mount.flag("ReadOnly"), false);
            }
            case "volume" -> {
                Fields options = mount.in("VolumeOptions");
                options.in("DriverConfig").only("Name", "local").in("Options");
                Map<String, String> labels = options.named("Labels");
                if (!labels.isEmpty()) {
                    if (mount.text("Source").isEmpty()) {
                        throw options.unsupported("Labels");
                    }
                    labelled.put(mount.text("Source"), labels);
                }
                yield new Mount.Volume(mount.textOrNull("Source"), mount.text("Target"), mount.flag("ReadOnly"), options.flag("NoCopy"));
            }
            case "bind" -> {
                Fields options = mount.in("BindOptions");
                yield new Mount.Bind(mount.textOrNull("Source"), mount.text("Target"), mount.flag("ReadOnly"), propagation(options.text("Propagation")));
            }
            default -> throw new DockerRefusal(400, "mount type unknown: '" + type + "'");
        };
    }

    /** {@code HostConfig.Binds[i]}: {@code name:/target[:options]}. A path in front is a folder of the host. */
    private static Mount bind(String text) {
        String[] parts = text.split(":", 3);
        if (parts.length < 2 || parts[0].isEmpty()) {
            throw new DockerRefusal(400, "invalid volume specification: '" + text + "'");
        }
        boolean ofHost = parts[0].startsWith("/");
        String propagation = "";
        boolean readOnly = false;
        boolean noCopy = false;
        for (String option : parts.length == 3 ? parts[2].split(",") : new String[0]) {
            switch (option) {
                case "ro" -> readOnly = true;
                case "nocopy" -> noCopy = true;
                case "private", "rprivate", "slave", "rslave", "shared", "rshared" -> propagation = option;
                case "rw", "z", "Z", "rbind", "" -> {
                    // as it is; there are no labels of files here
                }
                default -> throw new DockerRefusal(400, "invalid mode: " + option);
            }
        }
        return ofHost ? new Mount.Bind(parts[0], parts[1], readOnly, propagation(propagation)) : new Mount.Volume(parts[0], parts[1], readOnly, noCopy);
    }

    private static Mount.Bind.Propagation propagation(String text) {
        return switch (text) {
            case "", "private", "rprivate" -> Mount.Bind.Propagation.PRIVATE;
            case "slave", "rslave" -> Mount.Bind.Propagation.RSLAVE;
            default -> throw DockerRefusal.notSupported("propagation '" + text + "'", "a container makes no mounts that the host could see; there are rprivate and rslave");
        };
    }

    /** {@code HostConfig.Tmpfs}: options as mount(8) writes them. */
    private static Mount tmpfs(String target, String options) {
        Bytes size = null;
        Integer mode = null;
        boolean readOnly = false;
        boolean exec = false;
        for (String option : options.split(",")) {
            String[] pair = option.split("=", 2);
            switch (pair[0]) {
                case "size" -> size = Bytes.parse(pair.length == 2 ? pair[1] : "");
                case "mode" -> mode = octal(pair.length == 2 ? pair[1] : "");
                case "ro" -> readOnly = true;
                case "exec" -> exec = true;
                case "rw", "noexec", "nosuid", "nodev", "" -> {
                    // as they are anyway
                }
                default -> throw DockerRefusal.notSupported("HostConfig.Tmpfs[" + target + "] '" + option + "'", "there are size, mode, ro and exec");
            }
        }
        return new Mount.Tmpfs(target, size, mode, readOnly, exec);
    }

    private static int octal(String digits) {
        if (!digits.matches("[0-7]{1,5}")) {
            throw new DockerRefusal(400, "invalid tmpfs option mode=" + digits);
        }
        return Integer.parseInt(digits, 8);
    }

    /** {@code Mounts} of a container: where what is mounted. */
    static ArrayNode points(ContainerView c) {
        ArrayNode points = Json.mapper().createArrayNode();
        for (VolumeMount volume : c.volumes()) {
            points.addObject()
                    .put("Type", "volume").put("Name", volume.name()).put("Source", "").put("Destination", volume.target()).put("Driver", "local")
                    .put("Mode", volume.readOnly() ? "ro" : "z").put("RW", !volume.readOnly()).put("Propagation", "");
        }
        for (Mount mount : c.spec().mounts()) {
            switch (mount) {
                case Mount.Tmpfs tmpfs -> points.addObject()
                        .put("Type", "tmpfs").put("Source", "").put("Destination", tmpfs.target()).put("Mode", "").put("RW", !tmpfs.readOnly()).put("Propagation", "");
                case Mount.Bind bind -> points.addObject()
                        .put("Type", "bind").put("Source", bind.source()).put("Destination", bind.target()).put("Mode", bind.readOnly() ? "ro" : "")
                        .put("RW", !bind.readOnly()).put("Propagation", propagation(bind));
                case Mount.Api api -> points.addObject()
                        .put("Type", "bind").put("Source", Mount.Api.USUAL).put("Destination", api.target()).put("Mode", "").put("RW", true).put("Propagation", "rprivate");
                case Mount.Volume _, Mount.Kept _, Mount.Socket _ -> {
                    // among the container's volumes; Docker has no word for the others in a container
                }
            }
        }
        return points;
    }

    /** As a service's spec has them. */
    static ArrayNode ofService(ContainerSpec spec) {
        ArrayNode mounts = Json.mapper().createArrayNode();
        for (Mount mount : spec.mounts()) {
            switch (mount) {
                case Mount.Tmpfs one -> {
                    ObjectNode options = mounts.addObject().put("Type", "tmpfs").put("Target", one.target()).put("ReadOnly", one.readOnly()).putObject("TmpfsOptions");
                    options.put("SizeBytes", one.size() == null ? 0 : one.size().value()).put("Mode", one.mode());
                }
                case Mount.Volume one -> {
                    ObjectNode json = mounts.addObject().put("Type", "volume").put("Target", one.target()).put("ReadOnly", one.readOnly());
                    if (one.source() != null) {
                        json.put("Source", one.source());
                    }
                    json.putObject("VolumeOptions").put("NoCopy", one.noCopy());
                }
                case Mount.Bind one -> mounts.addObject()
                        .put("Type", "bind").put("Source", one.source()).put("Target", one.target()).put("ReadOnly", one.readOnly())
                        .putObject("BindOptions").put("Propagation", propagation(one));
                case Mount.Api one -> mounts.addObject().put("Type", "bind").put("Source", Mount.Api.USUAL).put("Target", one.target());
                case Mount.Kept _, Mount.Socket _ -> {
                    // among the secrets and configs; Docker has no word for the last
                }
            }
        }
        return mounts;
    }

    /** What {@code HostConfig} says of it. */
    static void describe(ContainerView c, ObjectNode hostConfig) {
        ArrayNode binds = Json.mapper().createArrayNode();
        ObjectNode tmpfs = Json.mapper().createObjectNode();
        for (Mount mount : c.spec().mounts()) {
            switch (mount) {
                case Mount.Tmpfs one -> tmpfs.put(one.target(), text(one));
                case Mount.Bind one -> binds.add(one.source() + ":" + one.target() + (one.readOnly() ? ":ro," : ":rw,") + propagation(one));
                case Mount.Api one -> binds.add(Mount.Api.USUAL + ":" + one.target() + ":rw");
                case Mount.Kept _, Mount.Socket _ -> {
                    // not Docker's
                }
                case Mount.Volume one -> {
                    if (one.source() != null) {
                        binds.add(one.source() + ":" + one.target() + (one.readOnly() ? ":ro" : ":rw") + (one.noCopy() ? ",nocopy" : ""));
                    }
                }
            }
        }
        hostConfig.set("Binds", binds.isEmpty() ? Json.mapper().nullNode() : binds);
        if (!tmpfs.isEmpty()) {
            hostConfig.set("Tmpfs", tmpfs);
        }
    }

    private static String propagation(Mount.Bind bind) {
        return bind.propagation() == Mount.Bind.Propagation.PRIVATE ? "rprivate" : "rslave";
    }

    /** {@code Config.Volumes}: those that nobody has named. */
    static JsonNode unnamed(ContainerView c) {
        ObjectNode volumes = Json.mapper().createObjectNode();
        c.volumes().stream().filter(VolumeMount::anonymous).forEach(volume -> volumes.putObject(volume.target()));
        return volumes.isEmpty() ? Json.mapper().nullNode() : volumes;
    }

    private static String text(Mount.Tmpfs tmpfs) {
        return "mode=%o".formatted(tmpfs.mode())
                + (tmpfs.size() == null ? "" : ",size=" + tmpfs.size().value())
                + (tmpfs.readOnly() ? ",ro" : "")
                + (tmpfs.exec() ? ",exec" : "");
    }
}
