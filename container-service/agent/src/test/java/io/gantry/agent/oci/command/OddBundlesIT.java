package io.gantry.agent.oci.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles that nobody would write on purpose: each runs as it does under runc, or is refused with its place and leaves nothing. */
@Timeout(60)
class OddBundlesIT extends BundleScene {
    private record Odd(Consumer<ObjectNode> edit, String said) {}

    private static final Map<String, Odd> RUN = new LinkedHashMap<>();
    private static final Map<String, Odd> REFUSED = new LinkedHashMap<>();
    private static final String DEEP = "d/".repeat(100);

    static {
        runs("two mounts at one place: the later is seen", "file\n", config -> {
            script(config, "ls /mnt");
            mount(config, "tmpfs", "tmpfs", "/mnt");
            mount(config, "bind", "extra", "/mnt", "bind");
        });
        runs("a mount below another mount's folder", "tmpfs\n", config -> {
            script(config, "awk '$2 == \"/mnt/a/b\" {print $3}' /proc/mounts");
            mount(config, "tmpfs", "tmpfs", "/mnt");
            mount(config, "tmpfs", "tmpfs", "/mnt/a/b");
        });
        runs("a destination with slashes and dots", "tmpfs\n", config -> {
            script(config, "awk '$2 == \"/mnt\" {print $3}' /proc/mounts");
            mount(config, "tmpfs", "tmpfs", "//mnt/.//");
        });
        runs("a destination without its first slash", "tmpfs\n", config -> {
            script(config, "awk '$2 == \"/mnt\" {print $3}' /proc/mounts");
            mount(config, "tmpfs", "tmpfs", "mnt");
        });
        runs("a destination behind a link of the image", "tmpfs\n", config -> {
            script(config, "awk '$2 == \"/tmp/below\" {print $3}' /proc/mounts");
            mount(config, "tmpfs", "tmpfs", "/linked/below");
        });
        runs("masked and read-only paths that aren't there", "fine\n", config -> {
            script(config, "echo fine");
            config.withArray("/linux/maskedPaths").add("/nowhere");
            config.withArray("/linux/readonlyPaths").add("/nowhere");
        });
        runs("words with spaces, quotes, line ends and letters of all sorts", "a  b'\"\n$HOME\nžluťoučký 日本 🙂\n", config ->
                process(config).putArray("args").add("echo").add("a  b'\"\n$HOME\nžluťoučký 日本 🙂"));
        runs("a word that is empty", "\n", config -> process(config).putArray("args").add("echo").add(""));
        runs("a word of 100,000 letters", "x".repeat(100_000) + "\n", config -> process(config).putArray("args").add("echo").add("x".repeat(100_000)));
        runs("no environment at all", "fine\n", config -> {
            process(config).putArray("args").add("/bin/sh").add("-c").add("[ -z \"$TERM\" ] && echo fine");
            process(config).remove("env");
        });
        runs("a path of control groups a hundred levels deep", "deep\n", config -> {
            script(config, "grep memory /proc/self/cgroup | grep -q " + DEEP + "x && echo deep");
            ((ObjectNode) config.get("linux")).put("cgroupsPath", "@groups/" + DEEP + "x");
        });
        runs("properties of nobody", "fine\n", config -> {
            script(config, "echo fine");
            config.withObject("/com.example").put("a", 1);
            config.withObject("/linux").put("nextYear", true);
        });
        runs("a program by a path from its folder", "sh\n", config -> {
            process(config).put("cwd", "/bin").putArray("args").add("./sh").add("-c").add("echo $0");
            process(config).withArray("/args").add("sh");
        });
        runs("no seccomp, no capabilities, no limits", "CapEff:\t0000000000000000\n", config -> {
            script(config, "grep CapEff /proc/self/status");
            process(config).remove(List.of("capabilities", "rlimits"));
        });

        refused("nothing", "ociVersion is missing", ObjectNode::removeAll);
        refused("no process", "process is missing", config -> config.remove("process"));
        refused("no root", "root.path is missing", config -> config.remove("root"));
        refused("a root that is a file", "isn't a folder", config -> ((ObjectNode) config.get("root")).put("path", "extra/file"));
        refused("a destination that is the root", "mounts[0].destination is a path below the container's root", config -> ((ObjectNode) config.at("/mounts/0")).put("destination", "/"));
        refused("a destination that leads upwards", "mounts[0].destination is a path below", config -> ((ObjectNode) config.at("/mounts/0")).put("destination", "/mnt/../../x"));
        refused("a source that isn't there", "isn't there", config -> mount(config, "bind", "/nowhere/at/all", "/mnt", "bind"));
        refused("a folder to be bound on a file", "Bind it at /etc/passwd", config -> mount(config, "bind", "extra", "/etc/passwd", "bind"));
        refused("a file system that there isn't", "No such device", config -> mount(config, "wishfs", "none", "/mnt"));
        refused("an option that its file system doesn't know", "Invalid argument", config -> mount(config, "tmpfs", "tmpfs", "/mnt", "colour=blue"));
        refused("groups above all others", "linux.cgroupsPath leads upwards", config -> ((ObjectNode) config.get("linux")).put("cgroupsPath", "../../out"));
        refused("groups that are everybody's", "linux.cgroupsPath is the top of all groups", config -> ((ObjectNode) config.get("linux")).put("cgroupsPath", "/"));
        refused("a namespace of a file that is none", "Invalid argument", config -> {
            ArrayNode spaces = (ArrayNode) config.at("/linux/namespaces");
            spaces.removeAll().addObject().put("type", "mount");
            spaces.addObject().put("type", "uts");
            spaces.addObject().put("type", "network").put("path", "/etc/passwd");
        });
        refused("a namespace that isn't there", "No such file", config -> {
            ArrayNode spaces = (ArrayNode) config.at("/linux/namespaces");
            spaces.removeAll().addObject().put("type", "mount");
            spaces.addObject().put("type", "uts");
            spaces.addObject().put("type", "network").put("path", "/var/run/netns/nobodys");
        });
        refused("a program that is a folder", "Permission denied", config -> process(config).putArray("args").add("/etc"));
        refused("a program that may not be executed", "Permission denied", config -> process(config).putArray("args").add("/etc/passwd"));
        refused("a zero byte in a word", "has a zero byte", config -> process(config).putArray("args").add("echo").add("a\0b"));
        refused("a limit of memory that no process fits in", "", config -> config.withObject("/linux/resources/memory").put("limit", 4096));
        refused("cores that the host lacks", "cpuset.cpus", config -> config.withObject("/linux/resources/cpu").put("cpus", "4000"));
        refused("more binds than there is room for", "there is room for", config -> {
            for (int i = 0; i < 70; i++) {
                mount(config, "bind", "extra", "/mnt/" + i, "bind");
            }
        });
        refused("a hook that isn't there", "/nowhere/hook", config -> config.withObject("/hooks").putArray("createRuntime").addObject().put("path", "/nowhere/hook"));
        refused("a hook that takes too long", "isn't done after 1 s", config -> {
            ObjectNode hook = config.withObject("/hooks").putArray("createRuntime").addObject();
            hook.put("path", "/bin/sleep").put("timeout", 1).putArray("args").add("sleep").add("1000");
        });
    }

    private static void runs(String what, String said, Consumer<ObjectNode> edit) {
        RUN.put(what, new Odd(edit, said));
    }

    private static void refused(String what, String said, Consumer<ObjectNode> edit) {
        REFUSED.put(what, new Odd(edit, said));
    }

    private static ObjectNode process(ObjectNode config) {
        return (ObjectNode) config.get("process");
    }

    private static void script(ObjectNode config, String script) {
        process(config).putArray("args").add("sh").add("-c").add(script);
    }

    private static void mount(ObjectNode config, String type, String source, String destination, String... options) {
        ArrayNode all = ((ArrayNode) config.get("mounts")).addObject().put("type", type).put("source", source).put("destination", destination).putArray("options");
        List.of(options).forEach(all::add);
    }

    static final List<String> THAT_RUN = List.copyOf(RUN.keySet());
    static final List<String> THAT_ARE_REFUSED = List.copyOf(REFUSED.keySet());

    @ParameterizedTest
    @FieldSource("THAT_RUN")
    void runsAsUnderRunc(String what) throws Exception {
        Tool.Ended mine = ours.run("run", "--bundle", odd("ours", RUN.get(what)).toString(), id);
        assertThat(mine.out()).as(mine.errors()).isEqualTo(RUN.get(what).said());
        assertThat(mine.code()).isZero();
        Tool.Ended theirs = Tool.runc(folder).run("run", "--bundle", odd("theirs", RUN.get(what)).toString(), id);
        assertThat(theirs.out()).as(theirs.errors()).isEqualTo(mine.out());
    }

    @ParameterizedTest
    @FieldSource("THAT_ARE_REFUSED")
    void isRefusedWithItsPlaceAndLeavesNothing(String what) throws Exception {
        Tool.Ended mine = ours.run("create", "--bundle", odd("ours", REFUSED.get(what)).toString(), id);
        assertThat(mine.code()).as(mine.out()).isOne();
        assertThat(mine.errors()).startsWith("gantry-runc: ").contains(REFUSED.get(what).said()).doesNotContain("\tat ", "Exception");
        assertThat(left()).isEmpty();
    }

    private Path odd(String name, Odd odd) throws Exception {
        Bundle bundle = Bundle.of("runc", Files.createDirectory(folder.resolve(name)));
        Files.writeString(Files.createDirectory(bundle.folder().resolve("extra")).resolve("file"), "text\n");
        Files.createSymbolicLink(bundle.root().resolve("linked"), Path.of("/tmp"));
        bundle.running("true").edit(config -> ((ObjectNode) config.get("root")).put("readonly", false)).edit(odd.edit());
        Path file = bundle.folder().resolve("config.json");
        Files.writeString(file, Files.readString(file).replace("@groups", groups));
        return bundle.folder();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", ".", "a/b", "-x", " ", "a b", "日本", "x/../y"})
    void refusesNamesThatWouldLeadElsewhere(String name) throws Exception {
        Tool.Ended ended = ours.run("create", "--bundle", bundle("runc").running("true").folder().toString(), "--", name);
        assertThat(ended.code()).isOne();
        assertThat(ended.errors()).contains("a container's name is letters, digits, _, +, - and ., got '" + name + "'");
    }

    @Test
    void refusesAConfigThatIsNoText() throws Exception {
        Path config = bundle("runc").folder().resolve("config.json");
        for (byte[] content : List.of(new byte[0], "{".getBytes(StandardCharsets.UTF_8), "null".getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xff, 0, 1})) {
            write(config, content);
            Tool.Ended ended = ours.run("create", "--bundle", config.getParent().toString(), id);
            assertThat(ended.code()).isOne();
            assertThat(ended.errors()).startsWith("gantry-runc: ").doesNotContain("Exception", "\tat ");
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Files.write(file, content);
    }
}
