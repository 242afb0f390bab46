package io.gantry.e2e.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.e2e.observe.Commands;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.Rest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One installation: its folder, addresses, hosts, and the programs people use on it. */
public final class Stage {
    private final Path root;
    private final Path home;
    private final int offset;
    private final List<Host> hosts;
    private final Commands commands;

    /**
     * @param root of the repository
     * @param offset added to every port
     * @param prefix of namespaces' and the bridge's names
     * @param underlay first three numbers of the hosts' /24
     * @param idSlice agents' user ids begin so many slices up; installations beside each other need different ones
     */
    public Stage(Path root, Path home, int offset, String prefix, String underlay, int idSlice, int hostCount) {
        this(root, home, offset, prefix, Map.of("GANTRY_UNDERLAY", underlay), underlay, idSlice, hostCount);
    }

    /**
     * With this machine itself as the one host.
     *
     * @param pool first two numbers of the containers' /16; installations in one network need different ones
     */
    public static Stage onThisMachine(Path root, Path home, int offset, String prefix, String pool, int idSlice) {
        return onThisMachine(root, home, offset, prefix, pool, idSlice, Map.of());
    }

    /** @param settings of the services, by the names of environment variables: {@code GANTRY_GATEWAY_DEADLINE} is {@code gantry.gateway.deadline} */
    public static Stage onThisMachine(Path root, Path home, int offset, String prefix, String pool, int idSlice, Map<String, String> settings) {
        Map<String, String> more = new HashMap<>(settings);
        more.put("GANTRY_POOL", pool);
        return new Stage(root, home, offset, prefix, more, "", idSlice, 0);
    }

    private Stage(Path root, Path home, int offset, String prefix, Map<String, String> more, String underlay, int idSlice, int hostCount) {
        this.root = root;
        this.home = home;
        this.offset = offset;
        List<Host> made = new ArrayList<>();
        for (int number = 1; number <= hostCount; number++) {
            made.add(new Host(number, prefix + "-h" + number, underlay + "." + (10 + number)));
        }
        hosts = List.copyOf(made);
        Map<String, String> environment = new HashMap<>(more);
        environment.put("GANTRY_HOME", home.toString());
        environment.put("GANTRY_PORT_OFFSET", Integer.toString(offset));
        environment.put("GANTRY_PREFIX", prefix);
        environment.put("GANTRY_ID_SLICE", Integer.toString(idSlice));
        environment.put("GANTRY_HOSTS", Integer.toString(hostCount));
        environment.put("GANTRY_URL", url());
        commands = new Commands(environment);
    }

    public Path root() {
        return root;
    }

    public Path home() {
        return home;
    }

    /** Kept between installations: what takes long to make and never changes. */
    public Path cache() {
        return home.resolve("cache");
    }

    public List<Host> hosts() {
        return hosts;
    }

    public Host host(int number) {
        return hosts.get(number - 1);
    }

    public Commands commands() {
        return commands;
    }

    public int port(int usual) {
        return usual + offset;
    }

    public String registry() {
        return "127.0.0.1:" + port(7080);
    }

    public String url() {
        return "http://127.0.0.1:" + port(7080);
    }

    public Rest rest() {
        return new Rest(url(), token());
    }

    /** The entry script with these words. */
    public String gantry(String... words) {
        return commands.run(gantryCommand(words));
    }

    public String[] gantryCommand(String... words) {
        List<String> command = new ArrayList<>(List.of(root.resolve("gantry").toString()));
        command.addAll(List.of(words));
        return command.toArray(String[]::new);
    }

    /** A credentials file for skopeo, readable by its owner only. */
    public Path registryCredentials() throws IOException {
        Path file = home.resolve("registry-credentials.json");
        String basic = Base64.getEncoder().encodeToString(("gantry:" + token()).getBytes());
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, "{\"auths\":{\"" + registry() + "\":{\"auth\":\"" + basic + "\"}}}");
        return file;
    }

    /** The deployment, once it is steady with so many ready replicas of its newest revision. */
    public JsonNode steady(String deployment, int replicas, Duration within) {
        return Expect.eventually(within, () -> {
            JsonNode view = rest().get("/deployments/" + deployment);
            Expect.that(
                    view.path("status").asText().equals("STEADY") && view.path("ready").asInt() == replicas,
                    deployment + " is " + view.path("status").asText() + " with " + view.path("ready").asInt() + " of " + replicas + " ready "
                            + view.path("detail").asText());
            return view;
        });
    }

    /** One of the installation's own processes, by the name that {@code ./gantry status} gives it. */
    public int process(String name) {
        try {
            return Integer.parseInt(Files.readString(home.resolve("pids").resolve(name)).split(" ")[0].strip());
        } catch (IOException e) {
            throw new IllegalStateException("no process is called " + name, e);
        }
    }

    /** The process number of a container's first process, as the agent's host sees it. */
    public int pid(String container) {
        return rest().get("/containers/" + container).path("pid").asInt();
    }

    private String token() {
        try {
            return Files.readString(home.resolve("token")).strip();
        } catch (IOException e) {
            throw new IllegalStateException("no token: is this installation up?", e);
        }
    }
}
