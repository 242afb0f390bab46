package io.gantry.agent.oci.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.agent.oci.config.BundleConfig.BundleMount;
import io.gantry.agent.oci.config.BundleConfig.Device;
import io.gantry.agent.oci.config.BundleConfig.Hook;
import io.gantry.agent.oci.config.BundleConfig.Hooks;
import io.gantry.agent.oci.config.BundleConfig.Space;
import io.gantry.agent.plan.BundleStep.WriteMappings.Mapping;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.SeccompProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code config.json}. What the specification knows and we don't do is refused by its name; what it doesn't know is told of and passed by,
 * as it demands (config.md, Extensibility).
 */
public final class ConfigReader {
    private static final Set<String> KNOWN =
            Set.of(
                    "ociVersion", "root", "mounts", "process", "hostname", "domainname", "hooks", "annotations", "linux", "solaris", "windows", "vm", "zos",
                    "freebsd");
    private static final Set<String> KNOWN_OF_LINUX =
            Set.of(
                    "namespaces", "uidMappings", "gidMappings", "devices", "netDevices", "cgroupsPath", "resources", "intelRdt", "memoryPolicy", "sysctl", "seccomp",
                    "rootfsPropagation", "maskedPaths", "readonlyPaths", "mountLabel", "personality", "timeOffsets");
    private static final Set<String> NAMESPACES = Set.of("pid", "network", "mount", "ipc", "uts", "user", "cgroup");
    private static final Set<String> PROPAGATIONS =
            Set.of("", "shared", "slave", "private", "unbindable", "rshared", "rslave", "rprivate", "runbindable");
    /** Files of these sysctls are of a namespace; others are the host's. */
    private static final List<String> OF_NETWORK = List.of("net.");
    private static final List<String> OF_IPC =
            List.of("kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced", "fs.mqueue.");
    private static final List<String> OF_UTS = List.of("kernel.hostname", "kernel.domainname");

    private ConfigReader() {}

    /**
     * @param bundle absolute path of its folder
     * @throws BadField for what can't be done, with its place
     */
    public static BundleConfig read(String json, String bundle) {
        Member root = new Member("", tree(json));
        if (root.value() == null || !root.value().isObject()) {
            throw new BadField("config.json", "config.json holds no object");
        }
        List<String> strangers = new ArrayList<>(root.strangers(KNOWN));
        String version = root.at("ociVersion").required();
        if (!version.startsWith("1.")) {
            throw new BadField("ociVersion", "ociVersion is 1.something, got '" + version + "'");
        }
        for (String other : List.of("solaris", "windows", "vm", "zos", "freebsd")) {
            root.at(other).absent("this is Linux");
        }
        Member linux = root.at("linux");
        strangers.addAll(linux.strangers(KNOWN_OF_LINUX));
        refuse(linux);
        List<Space> spaces = spaces(linux.at("namespaces"));
        BundleConfig config = new BundleConfig(
                version, BundleProcess.read(root.at("process"), strangers), absolute(root.at("root").at("path"), bundle), root.at("root").at("readonly").yes(),
                root.at("hostname").text().orElse(""), root.at("domainname").text().orElse(""),
                root.at("mounts").list(each -> mount(each, bundle)), spaces, mappings(linux.at("uidMappings")), mappings(linux.at("gidMappings")),
                linux.at("devices").list(ConfigReader::device), linux.at("cgroupsPath").text().orElse(""), BundleResources.read(linux.at("resources"), strangers),
                linux.at("sysctl").map(), seccomp(linux.at("seccomp")), propagation(linux.at("rootfsPropagation")), linux.at("maskedPaths").texts(),
                linux.at("readonlyPaths").texts(), hooks(root.at("hooks")), root.at("annotations").map(), List.copyOf(strangers));
        check(config);
        return config;
    }

    /** Of a file that {@code exec --process} is given. */
    public static BundleProcess process(String json) {
        return BundleProcess.read(new Member("process", tree(json)), new ArrayList<>());
    }

    private static JsonNode tree(String json) {
        try {
            return Json.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new BadField("config.json", "it isn't JSON: " + e.getOriginalMessage() + " at line " + e.getLocation().getLineNr());
        }
    }

    private static void refuse(Member linux) {
        linux.at("intelRdt").absent("resctrl isn't used");
        linux.at("memoryPolicy").absent("memory nodes are chosen by linux.resources.cpu.mems");
        linux.at("netDevices").absent("network devices aren't moved");
        linux.at("mountLabel").absent("no SELinux label is applied");
        linux.at("timeOffsets").absent("there is no time namespace");
        Member personality = linux.at("personality");
        if (personality.there() && !personality.at("domain").text().orElse("LINUX").equals("LINUX")) {
            throw new BadField(personality.place(), personality.place() + " isn't honoured but for LINUX");
        }
        personality.at("flags").absent("no flag is");
    }

    private static void check(BundleConfig config) {
        if (!config.makes("mount")) {
            throw new BadField("linux.namespaces", "linux.namespaces has no new mount namespace: without one the root would be the host's", "add {\"type\": \"mount\"}");
        }
        if (config.makes("user") && (config.uidMappings().isEmpty() || config.gidMappings().isEmpty())) {
            throw new BadField("linux.uidMappings", "linux.uidMappings and linux.gidMappings say who stands behind the users of a new user namespace; they are empty");
        }
        if (!config.makes("user") && !(config.uidMappings().isEmpty() && config.gidMappings().isEmpty())) {
            throw new BadField("linux.uidMappings", "linux.uidMappings is of a new user namespace, and linux.namespaces has none");
        }
        if (!config.hostname().isEmpty() && !config.has("uts")) {
            throw new BadField("hostname", "hostname would be the host's: linux.namespaces has no uts");
        }
        if (!config.domainname().isEmpty() && !config.has("uts")) {
            throw new BadField("domainname", "domainname would be the host's: linux.namespaces has no uts");
        }
        for (String name : config.sysctl().keySet()) {
            if (name.contains("..")) {
                throw new BadField("linux.sysctl", "linux.sysctl: " + name + " is the name of no setting");
            }
            String needed = namespaceOf(name.replace('/', '.'));
            if (needed.isEmpty()) {
                throw new BadField("linux.sysctl", "linux.sysctl: " + name + " is the host's, in no namespace");
            }
            if (!config.has(needed)) {
                throw new BadField("linux.sysctl", "linux.sysctl: " + name + " would be the host's: linux.namespaces has no " + needed);
            }
        }
    }

    private static String namespaceOf(String sysctl) {
        return OF_NETWORK.stream().anyMatch(sysctl::startsWith) ? "network"
                : OF_IPC.stream().anyMatch(sysctl::startsWith) ? "ipc"
                : OF_UTS.contains(sysctl) ? "uts" : "";
    }

    private static String absolute(Member path, String bundle) {
        String text = path.required();
        return text.startsWith("/") ? text : bundle + "/" + text;
    }

    private static BundleMount mount(Member mount, String bundle) {
        mount.at("uidMappings").absent("mounts aren't mapped one by one");
        mount.at("gidMappings").absent("mounts aren't mapped one by one");
        String destination = mount.at("destination").required();
        List<String> options = mount.at("options").texts();
        String type = mount.at("type").text().orElse("");
        boolean bind = type.equals("bind") || type.equals("rbind") || options.contains("bind") || options.contains("rbind");
        String source = bind ? absolute(mount.at("source"), bundle) : mount.at("source").text().orElse("");
        return new BundleMount(mount.place(), destination.startsWith("/") ? destination : "/" + destination, bind ? "bind" : type, source, options);
    }

    private static List<Space> spaces(Member namespaces) {
        List<Space> all = new ArrayList<>();
        for (Member each : namespaces.list()) {
            String type = each.at("type").required();
            String path = each.at("path").text().orElse("");
            if (type.equals("time")) {
                throw new BadField(each.place(), each.place() + " isn't honoured: there is no time namespace");
            }
            if (!NAMESPACES.contains(type)) {
                throw each.at("type").wrong("one of pid, network, mount, ipc, uts, user and cgroup");
            }
            if (all.stream().anyMatch(one -> one.type().equals(type))) {
                throw new BadField(each.place(), each.place() + ": " + type + " stands there twice");
            }
            if (!path.isEmpty() && type.equals("mount")) {
                throw new BadField(each.at("path").place(), each.at("path").place() + " isn't honoured for mount: the root is made in a new one");
            }
            if (!path.isEmpty() && !path.startsWith("/")) {
                throw each.at("path").wrong("an absolute path");
            }
            all.add(new Space(type, path));
        }
        return List.copyOf(all);
    }

    private static List<Mapping> mappings(Member mappings) {
        return mappings.list(each -> new Mapping(
                Integer.toUnsignedLong(each.at("containerID").id()), Integer.toUnsignedLong(each.at("hostID").id()), Integer.toUnsignedLong(each.at("size").id())));
    }

    private static Device device(Member device) {
        String type = device.at("type").required();
        if (!Set.of("c", "u", "b", "p").contains(type)) {
            throw device.at("type").wrong("c, u, b or p");
        }
        String path = device.at("path").required();
        if (!path.startsWith("/")) {
            throw device.at("path").wrong("an absolute path");
        }
        int mode = device.at("fileMode").number().orElse(0666L).intValue() & 07777;
        return new Device(path, type.charAt(0), device.at("major").id(), device.at("minor").id(), mode, device.at("uid").id(), device.at("gid").id());
    }

    private static Optional<SeccompProfile> seccomp(Member seccomp) {
        if (!seccomp.there()) {
            return Optional.empty();
        }
        seccomp.at("listenerPath").absent("no other process is asked about calls");
        seccomp.at("listenerMetadata").absent("no other process is asked about calls");
        seccomp.at("flags").absent("the filter is loaded without flags");
        try {
            return Optional.of(Json.mapper().treeToValue(seccomp.value(), SeccompProfile.class));
        } catch (JsonProcessingException e) {
            throw new BadField(seccomp.place(), seccomp.place() + ": " + e.getOriginalMessage());
        }
    }

    private static String propagation(Member propagation) {
        String text = propagation.text().orElse("");
        if (!PROPAGATIONS.contains(text)) {
            throw propagation.wrong("one of shared, slave, private and unbindable");
        }
        return text;
    }

    private static Hooks hooks(Member hooks) {
        hooks.at("createContainer").absent("no hook is run in the container's namespaces");
        hooks.at("startContainer").absent("no hook is run in the container's namespaces");
        return new Hooks(
                hooks.at("prestart").list(ConfigReader::hook), hooks.at("createRuntime").list(ConfigReader::hook),
                hooks.at("poststart").list(ConfigReader::hook), hooks.at("poststop").list(ConfigReader::hook));
    }

    private static Hook hook(Member hook) {
        String path = hook.at("path").required();
        if (!path.startsWith("/")) {
            throw hook.at("path").wrong("an absolute path");
        }
        return new Hook(hook.place(), path, hook.at("args").texts(), BundleProcess.environment(hook.at("env")), hook.at("timeout").number().orElse(0L));
    }
}
