package io.gantry.agent.main;

import io.gantry.agent.execute.RuntimeSettings;
import io.gantry.agent.image.LayerKeeping;
import io.gantry.agent.plan.HostGrant;
import io.gantry.agent.runtime.Grants;
import io.gantry.contracts.unit.Ipv4;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an agent is told: by {@code --flag value}, else by the environment ({@code GANTRY_DATA_DIR} for {@code --data-dir}).
 *
 * @param data {@code --data-dir}: layers, containers, identity
 * @param run {@code --run-dir}: sockets of monitors, gone after a reboot; its path is short
 * @param name {@code --name}: the node's, unique on its kernel too; the host's by default
 * @param address {@code --address}: on the underlay
 * @param cgroupParent {@code --cgroup-parent}: below which this agent makes its groups
 * @param firstId {@code --first-id}: where its slice of user ids begins
 * @param idRanges {@code --id-ranges}: how many containers can run at a time
 * @param parked {@code --parked}: so many processes are kept ready to become a container's first; each costs half a megabyte
 * @param layers {@code --layers auto}, {@code erofs} or {@code folders}: in which form layers of images are kept
 * @param layersMark {@code --layers-mark}: percent of the disk, 1 to 100, above which layers go that no container of this host needs
 * @param streamPort {@code --stream-port}
 * @param imageService {@code --image-service host:port}: where layers are fetched; the link's host with port 7087 by default
 * @param gateway {@code --gateway host:port}: where the API for containers is answered; the link's host with port 7088 by default
 * @param service {@code --service host:port}: where the node link is dialled; the address in the join token by default, which is kept. It is the
 *     service's certificate that is trusted, not its address
 * @param token {@code --token}: needed once, to join
 * @param tokenFile {@code --token-file}: holds it instead, and is removed once it was used
 * @param labels {@code --label key=value}, any number
 * @param folderGrants {@code --allow-bind /folder[:ro]}, any number, or {@code GANTRY_ALLOW_BIND} with commas between: what of the host containers may have
 * @param grants {@code --allow capability:SYS_ADMIN}, {@code seccomp:unconfined}, {@code device:/dev/net/tun}, {@code namespace:network}, {@code privileged},
 *     {@code debug:privileged}, any number, or with commas: what containers, and those who look into them, may ask for that takes a part of their isolation away
 */
public record AgentConfig(
        Path data,
        Path run,
        String name,
        Ipv4 address,
        String cgroupParent,
        int firstId,
        int idRanges,
        int parked,
        LayerKeeping.Wish layers,
        int layersMark,
        int streamPort,
        Optional<String> imageService,
        Optional<String> gateway,
        Optional<String> service,
        Optional<String> token,
        Optional<TokenFile> tokenFile,
        Map<String, String> labels,
        List<HostGrant> folderGrants,
        Grants grants) {
    private static final String GRANTS_LABEL = "gantry.allow";
    private static final String LAYERS_LABEL = "gantry.layers";
    private static final List<String> FLAGS = List.of(
            "data-dir", "run-dir", "name", "address", "cgroup-parent", "first-id", "id-ranges", "parked", "layers", "layers-mark", "stream-port", "image-service",
            "gateway", "service", "token", "token-file", "label", "allow-bind", "allow");

    /** @throws IllegalArgumentException saying which setting is wrong, and how */
    public static AgentConfig parse(List<String> args, Map<String, String> environment, String hostName) {
        Map<String, String> given = new HashMap<>();
        Map<String, String> labels = new LinkedHashMap<>();
        for (String flag : FLAGS) {
            String value = environment.get("GANTRY_" + flag.toUpperCase(Locale.ROOT).replace('-', '_'));
            if (value != null && !flag.equals("label") && !flag.equals("allow-bind")) {
                given.put(flag, value);
            }
        }
        List<HostGrant> grants = new ArrayList<>();
        for (String folder : environment.getOrDefault("GANTRY_ALLOW_BIND", "").split(",")) {
            if (!folder.isBlank()) {
                grants.add(HostGrant.parse(folder.strip()));
            }
        }
        for (int i = 0; i < args.size(); i += 2) {
            String flag = args.get(i).startsWith("--") ? args.get(i).substring(2) : "";
            if (!FLAGS.contains(flag) || i + 1 == args.size()) {
                throw new IllegalArgumentException("don't understand '" + args.get(i) + "'; flags with a value: --" + String.join(" --", FLAGS));
            }
            String value = args.get(i + 1);
            if (flag.equals("label")) {
                int equals = value.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("--label is key=value, got '" + value + "'");
                }
                labels.put(value.substring(0, equals), value.substring(equals + 1));
            } else if (flag.equals("allow-bind")) {
                grants.add(HostGrant.parse(value));
            } else if (flag.equals("allow")) {
                given.merge(flag, value, (before, more) -> before + "," + more);
            } else {
                given.put(flag, value);
            }
        }
        String name = given.getOrDefault("name", hostName);
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}")) {
            throw new IllegalArgumentException("--name is letters, digits and . _ -, at most 63, got '" + name + "'");
        }
        return new AgentConfig(
                Path.of(given.getOrDefault("data-dir", "/var/lib/gantry")),
                Path.of(given.getOrDefault("run-dir", "/run/gantry")),
                name,
                Ipv4.parse(given.getOrDefault("address", "127.0.0.1")),
                given.getOrDefault("cgroup-parent", ""),
                number(given, "first-id", 524_288),
                number(given, "id-ranges", 256),
                number(given, "parked", 32),
                LayerKeeping.Wish.parse(given.getOrDefault("layers", "auto")),
                percent(given, "layers-mark", 85),
                number(given, "stream-port", 7071),
                address(given, "image-service"),
                address(given, "gateway"),
                address(given, "service"),
                Optional.ofNullable(given.get("token")).filter(text -> !text.isEmpty()),
                Optional.ofNullable(given.get("token-file")).filter(text -> !text.isEmpty()).map(Path::of).map(TokenFile::new),
                Map.copyOf(labels),
                List.copyOf(grants),
                Grants.parse(Stream.of(given.getOrDefault("allow", "").split(",")).map(String::strip).filter(text -> !text.isEmpty()).toList()));
    }

    /** Those it was given, how it keeps layers, and what it allows, for people to see. */
    Map<String, String> shownLabels(LayerKeeping keeping) {
        Map<String, String> all = new LinkedHashMap<>(labels);
        all.put(LAYERS_LABEL, keeping.word());
        if (!grants.equals(Grants.NONE)) {
            all.put(GRANTS_LABEL, String.join(",", grants.texts()));
        }
        return Map.copyOf(all);
    }

    RuntimeSettings runtime() throws IOException {
        return new RuntimeSettings(data, run, firstId, idRanges, Host.cgroups(cgroupParent, name))
                .withParked(parked)
                .granting(folderGrants)
                .granting(grants);
    }

    private static Optional<String> address(Map<String, String> given, String flag) {
        Optional<String> address = Optional.ofNullable(given.get(flag)).filter(text -> !text.isEmpty());
        address.filter(text -> !text.matches("[^:/\\s]+:\\d{1,5}")).ifPresent(text -> {
            throw new IllegalArgumentException("--" + flag + " is host:port, got '" + text + "'");
        });
        return address;
    }

    private static int percent(Map<String, String> given, String flag, int otherwise) {
        int percent = number(given, flag, otherwise);
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException("--" + flag + " is a percentage from 1 to 100, got '" + percent + "'");
        }
        return percent;
    }

    private static int number(Map<String, String> given, String flag, int otherwise) {
        String text = given.get(flag);
        try {
            return text == null ? otherwise : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + flag + " is a number, got '" + text + "'", e);
        }
    }
}
