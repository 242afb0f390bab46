package io.gantry.agent.oci.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles run by our command line, beside the same bundles run by runc and crun. */
@Timeout(180)
class RuncIT extends BundleScene {
    @Test
    void runsWhatRuncSpecWritesUnchanged() throws Exception {
        wholeLifeOf(bundle("runc"));
    }

    @Test
    void runsWhatCrunSpecWritesUnchanged() throws Exception {
        wholeLifeOf(bundle("crun"));
    }

    /** A shell on a terminal, whose other end stays in the socket's queue. */
    private void wholeLifeOf(Bundle bundle) throws Exception {
        Path socket = folder.resolve("console");
        Path pidFile = folder.resolve("pid");
        try (ServerSocketChannel console = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            console.bind(UnixDomainSocketAddress.of(socket));
            ours.run("create", "--bundle", bundle.folder().toString(), "--console-socket", socket.toString(), "--pid-file", pidFile.toString(), id).well();
            console.accept();
            int pid = Integer.parseInt(Files.readString(pidFile));
            assertThat(ours.state(id).get("pid").asInt()).isEqualTo(pid);
            assertThat(ours.state(id).get("bundle").asText()).isEqualTo(bundle.folder().toString());
            assertThat(ours.status(id)).isEqualTo("created");
            ours.run("start", id).well();
            assertThat(ours.status(id)).isEqualTo("running");
            assertThat(Files.readSymbolicLink(Path.of("/proc/" + pid + "/fd/0")).toString()).startsWith("/dev/pts/");
            assertThat(ours.run("delete", id).errors()).contains("container " + id + " is running");
            ours.run("kill", id, "KILL").well();
            ours.awaitStopped(id);
            assertThat(ours.run("start", id).errors()).contains("container " + id + " is stopped");
            ours.run("delete", id).well();
            assertThat(ours.run("state", id).errors()).contains("container " + id + " does not exist");
        }
    }

    @Test
    void aPidFileThatCantBeWrittenLeavesNothing() throws Exception {
        String nowhere = folder.resolve("nowhere/pid").toString();
        Bundle bundle = bundle("runc").running("/bin/sleep", "100000");
        Tool.Ended create = ours.run("create", "--bundle", bundle.folder().toString(), "--pid-file", nowhere, id);
        assertThat(create.code()).isNotZero();
        assertThat(create.errors()).contains(nowhere.substring(0, nowhere.lastIndexOf('/')));
        assertThat(left()).isEmpty();

        ours.run("create", "--bundle", bundle.folder().toString(), id).well();
        ours.run("start", id).well();
        int before = members().size();
        assertThat(ours.run("exec", "--detach", "--pid-file", nowhere, id, "sleep", "99999").code()).isNotZero();
        Instant deadline = Instant.now().plusSeconds(20);
        while (members().size() > before) {
            assertThat(Instant.now()).as("the further command still runs").isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    private List<String> members() throws Exception {
        return Files.readAllLines(Path.of("/sys/fs/cgroup/unified/gantry-runc", id, "cgroup.procs"));
    }

    @Test
    void theKernelSaysTheSameOfItAsOfWhatRuncMakes() throws Exception {
        assertThat(differences("runc", Tool.runc(folder)).keySet()).isEqualTo(ALIKE_BUT_FOR.keySet());
    }

    @Test
    void theKernelSaysTheSameOfItAsOfWhatCrunMakes() throws Exception {
        Map<String, String> explained = new TreeMap<>(ALIKE_BUT_FOR);
        explained.putAll(OF_CRUN);
        assertThat(differences("crun", Tool.crun(folder)).keySet()).isEqualTo(explained.keySet());
    }

    /** What differs, and why; all else is equal to the letter. */
    private static final Map<String, String> ALIKE_BUT_FOR =
            Map.of(
                    "limit devices/devices.list", "ours are the specification's defaults; runc adds /dev/net/tun (10:200, until 1.2), crun /dev/console (5:1)",
                    "mount /proc/acpi", "a folder is hidden by a tmpfs that is nosuid, nodev, noexec and has one inode; theirs are read-only alone",
                    "mount /sys/firmware", "likewise",
                    "mount /sys/fs/cgroup", "the tmpfs that the groups lie in is read-only as the bundle says; theirs stays writable",
                    "mount /sys/fs/cgroup/unified", "the group of the v2 tree is shown beside v1's; theirs isn't");

    private static final Map<String, String> OF_CRUN =
            Map.of(
                    "group unified", "crun was run without the v2 tree: it refuses one that has controllers",
                    "mount /proc/keys", "a file is hidden by the container's own /dev/null, as runc does; crun binds the host's, read-only",
                    "mount /proc/timer_list", "likewise",
                    "mount /sys", "mounted read-only at once, as runc does; crun remounts it");

    private Map<String, String> differences(String name, Tool peer) throws Exception {
        Bundle bundle = bundle(name).running("/bin/sleep", "100000").edit(config -> {
            ObjectNode linux = (ObjectNode) config.get("linux");
            linux.put("cgroupsPath", groups + "/same");
            linux.withObject("/resources/memory").put("limit", 64 << 20).put("swappiness", 10);
            linux.withObject("/resources/cpu").put("shares", 512).put("quota", 50000).put("period", 100000).put("cpus", "0");
            linux.withObject("/resources/pids").put("limit", 20);
            ((ObjectNode) config.get("process")).put("oomScoreAdj", 100);
            ((ObjectNode) config.get("process").get("user")).put("umask", 18);
            ArrayNode mounts = (ArrayNode) config.get("mounts");
            mounts.addObject().put("destination", "/mnt/bound").put("type", "bind").put("source", "/usr/share").putArray("options").add("rbind").add("ro").add("nosuid");
        });
        Map<String, String> theirs = seenOf(peer, bundle);
        Map<String, String> mine = seenOf(ours, bundle);
        assertThat(mine).hasSizeGreaterThan(60);
        Map<String, String> different = new TreeMap<>();
        TreeSet<String> all = new TreeSet<>(theirs.keySet());
        all.addAll(mine.keySet());
        for (String what : all) {
            if (!String.valueOf(theirs.get(what)).equals(mine.get(what))) {
                different.put(what, theirs.get(what) + " | " + mine.get(what));
            }
        }
        return different;
    }

    private Map<String, String> seenOf(Tool tool, Bundle bundle) throws Exception {
        tool.run("create", "--bundle", bundle.folder().toString(), id).well();
        try {
            tool.run("start", id).well();
            int pid = tool.state(id).get("pid").asInt();
            return Seen.of(pid);
        } finally {
            tool.run("delete", "--force", id).well();
        }
    }

    @Test
    void whatIsKilledInTheMiddleLeavesNothingAfterDelete() throws Exception {
        Path marker = folder.resolve("marker");
        Bundle bundle = bundle("runc").running("sleep", "100000").edit(config -> config.withObject("/hooks").putArray("createRuntime").addObject()
                .put("path", "/bin/sh").putArray("args").add("sh").add("-c").add("echo $$ > " + marker + ".new; mv " + marker + ".new " + marker + "; exec sleep 100000"));
        Process create = ours.begin("create", "--bundle", bundle.folder().toString(), id);
        while (!Files.exists(marker)) {
            assertThat(create.isAlive()).as(Files.readString(folder.resolve("errors"))).isTrue();
            Thread.onSpinWait();
        }
        long hook = Long.parseLong(Files.readString(marker).strip());
        create.destroyForcibly().waitFor();
        ProcessHandle.of(hook).ifPresent(ProcessHandle::destroyForcibly);
        assertThat(ours.status(id)).isEqualTo("creating");
        assertThat(left()).isNotEmpty();
        assertThat(ours.run("delete", id).errors()).contains("is creating");
        ours.run("delete", "--force", id).well();
        assertThat(left()).isEmpty();
    }

    /** As soon as there is something to be seen of it: its folder, its state, its group in the first and the last tree, its socket. */
    @ParameterizedTest
    @ValueSource(strings = {"@state", "@state/state.json", "/sys/fs/cgroup/blkio/gantry-runc/@id", "/sys/fs/cgroup/unified/gantry-runc/@id", "@state/start"})
    void killedAtAnyPointOfItsCreationItLeavesNothingAfterDelete(String sign) throws Exception {
        Path seen = Path.of(sign.replace("@state", folder.resolve("state").resolve(id).toString()).replace("@id", id));
        Process create = ours.begin("create", "--bundle", bundle("runc").running("sleep", "100000").folder().toString(), id);
        while (!Files.exists(seen)) {
            assertThat(create.isAlive()).as(Files.readString(folder.resolve("errors"))).isTrue();
            Thread.onSpinWait();
        }
        List<ProcessHandle> begun = create.descendants().toList();
        create.destroyForcibly().waitFor();
        assertThat(left()).isNotEmpty();
        ours.run("delete", "--force", id).well();
        assertThat(left()).isEmpty();
        begun.forEach(process -> process.onExit().orTimeout(20, TimeUnit.SECONDS).join());
    }

    @Test
    void whatIsKilledBeforeItIsStartedIsStoppedAndLeavesNothingAfterDelete() throws Exception {
        ours.run("create", "--bundle", bundle("runc").running("sleep", "100000").folder().toString(), id).well();
        assertThat(ours.status(id)).isEqualTo("created");
        assertThat(ProcessHandle.of(ours.state(id).get("pid").asLong()).orElseThrow().destroyForcibly()).isTrue();
        ours.awaitStopped(id);
        assertThat(ours.run("start", id).errors()).contains("container " + id + " is stopped: only one that is created can be started");
        assertThat(ours.run("exec", id, "true").errors()).contains("container " + id + " is stopped: nothing can be run in it");
        assertThat(ours.run("kill", id, "KILL").errors()).contains("container " + id + " is not running: it is stopped");
        assertThat(left()).isNotEmpty();
        ours.run("delete", id).well();
        assertThat(left()).isEmpty();
    }

    /** runtime.md, "State": what must be there, of which kind, and the words for how it is. */
    @Test
    void itsStateHasTheSpecificationsForm() throws Exception {
        Bundle bundle = bundle("runc").running("sleep", "100000").edit(config -> config.withObject("/annotations").put("org.example.key", "value"));
        ours.run("create", "--bundle", bundle.folder().toString(), id).well();
        assertState("created", bundle);
        ours.run("start", id).well();
        assertState("running", bundle);
        ours.run("kill", id, "SIGKILL").well();
        ours.awaitStopped(id);
        assertState("stopped", bundle);
    }

    private void assertState(String status, Bundle bundle) throws Exception {
        JsonNode state = ours.state(id);
        assertThat(state.get("ociVersion").textValue()).matches("1\\.\\d+\\.\\d+.*");
        assertThat(state.get("id").textValue()).isEqualTo(id);
        assertThat(state.get("status").textValue()).isEqualTo(status);
        assertThat(state.get("bundle").textValue()).isEqualTo(bundle.folder().toString());
        assertThat(state.get("annotations")).isEqualTo(Json.mapper().createObjectNode().put("org.example.key", "value"));
        assertThat(state.get("pid").isIntegralNumber()).isTrue();
        if (status.equals("stopped")) {
            assertThat(state.get("pid").intValue()).isZero();
        } else {
            assertThat(Path.of("/proc/" + state.get("pid").intValue())).exists();
        }
    }

    @Test
    void aProgramThatIsNotThereIsToldOfByCreateAndLeavesNothing() throws Exception {
        Tool.Ended ended = ours.run("--log", folder.resolve("log").toString(), "--log-format", "json", "create", "--bundle", bundle("runc").running("nothing").folder().toString(), id);
        assertThat(ended.code()).isOne();
        assertThat(ended.errors()).contains("find-program").contains("No such file or directory");
        assertThat(Files.readString(folder.resolve("log"))).startsWith("{\"level\":\"error\",\"msg\":\"find-program");
        assertThat(left()).isEmpty();
    }

    @Test
    void aProgramThatTheKernelCannotRunIsToldOfByStart() throws Exception {
        Bundle bundle = bundle("runc").running("/bin/broken");
        Files.writeString(bundle.root().resolve("bin/broken"), "no program");
        bundle.root().resolve("bin/broken").toFile().setExecutable(true, false);
        ours.run("create", "--bundle", bundle.folder().toString(), id).well();
        Tool.Ended ended = ours.run("start", id);
        assertThat(ended.code()).isOne();
        assertThat(ended.errors()).contains("process.args can't be executed: ENOEXEC");
        ours.awaitStopped(id);
    }

    @Test
    void runEndsAsItsCommandDoesAndLeavesNothing() throws Exception {
        Bundle bundle = bundle("runc").running("sh", "-c", "id -u; pwd; echo $HOME; hostname; echo no >&2; exit 7");
        Tool.Ended ended = ours.run("run", "--bundle", bundle.folder().toString(), id);
        assertThat(ended.code()).isEqualTo(7);
        assertThat(ended.out()).isEqualTo("0\n/\n/root\nrunc\n");
        assertThat(ended.errors()).isEqualTo("no\n");
        assertThat(left()).isEmpty();
    }

    @Test
    void aFurtherCommandIsAsConfinedAsTheFirstAndEndsWithItsStatus() throws Exception {
        Bundle bundle = bundle("runc").running("sleep", "100000");
        ours.run("create", "--bundle", bundle.folder().toString(), id).well();
        ours.run("start", id).well();
        Tool.Ended ended = ours.run("exec", "--env", "MORE=1", "--cwd", "/tmp", id, "sh", "-c", "grep . /dev/null; pwd; echo $MORE $HOME; cat /proc/self/status; exit 9");
        assertThat(ended.code()).as(ended.errors()).isEqualTo(9);
        int first = ours.state(id).get("pid").asInt();
        assertThat(ended.out()).startsWith("/tmp\n1 /root\n");
        for (String line : Files.readAllLines(Path.of("/proc/" + first + "/status"))) {
            if (line.startsWith("Cap") || line.startsWith("NoNewPrivs") || line.startsWith("Uid")) {
                assertThat(ended.out()).contains(line);
            }
        }
        Tool.Ended detached = ours.run("exec", "--detach", "--pid-file", folder.resolve("further").toString(), id, "sleep", "99999");
        detached.well();
        long further = Long.parseLong(Files.readString(folder.resolve("further")));
        assertThat(Files.readSymbolicLink(Path.of("/proc/" + further + "/ns/pid"))).isEqualTo(Files.readSymbolicLink(Path.of("/proc/" + first + "/ns/pid")));
        assertThat(Files.readString(Path.of("/proc/" + further + "/cgroup"))).isEqualTo(Files.readString(Path.of("/proc/" + first + "/cgroup")));
    }

    @Test
    void standsStillAndGoesOn() throws Exception {
        ours.run("create", "--bundle", bundle("runc").running("sleep", "100000").folder().toString(), id).well();
        ours.run("start", id).well();
        ours.run("pause", id).well();
        assertThat(ours.status(id)).isEqualTo("paused");
        assertThat(ours.run("exec", id, "true").errors()).contains("is paused");
        ours.run("resume", id).well();
        assertThat(ours.status(id)).isEqualTo("running");
        assertThat(ours.run("list", "--quiet").well().out()).isEqualTo(id + "\n");
    }

    @Test
    void hasAUserNamespaceWithTheMappingsOfItsBundle() throws Exception {
        Bundle bundle = bundle("runc").running("sh", "-c", "cat /proc/self/uid_map; ls -ln /dev/null; echo > /dev/null && echo written; id -u; id -g").edit(config -> {
            ObjectNode linux = (ObjectNode) config.get("linux");
            ((ArrayNode) linux.get("namespaces")).addObject().put("type", "user");
            for (String kind : List.of("uidMappings", "gidMappings")) {
                linux.putArray(kind).addObject().put("containerID", 0).put("hostID", 1_000_000).put("size", 65536);
            }
            ((ObjectNode) config.get("process").get("user")).put("uid", 33).put("gid", 34);
        });
        Tool.Ended ended = ours.run("run", "--bundle", bundle.folder().toString(), id);
        assertThat(ended.code()).as(ended.errors()).isZero();
        assertThat(ended.out().replaceAll(" +", " ")).contains(" 0 1000000 65536\n").contains("written\n33\n34\n");
    }

    @Test
    void hooksHearOfTheirMomentsWithItsProcess() throws Exception {
        Bundle bundle = bundle("runc").running("true");
        bundle.edit(config -> {
            for (String moment : List.of("prestart", "createRuntime", "poststart", "poststop")) {
                config.withObject("/hooks").putArray(moment).addObject().put("path", "/bin/sh").putArray("args").add("sh").add("-c").add("cat > " + folder + "/hook-" + moment);
            }
        });
        ours.run("run", "--bundle", bundle.folder().toString(), id).well();
        for (String moment : List.of("prestart", "createRuntime", "poststart", "poststop")) {
            assertThat(Files.readString(folder.resolve("hook-" + moment))).contains("\"id\":\"" + id + "\"").contains("\"bundle\":\"" + bundle.folder());
        }
        assertThat(Files.readString(folder.resolve("hook-createRuntime"))).contains("\"status\":\"creating\"").doesNotContain("\"pid\":0");
        assertThat(Files.readString(folder.resolve("hook-poststop"))).contains("\"status\":\"stopped\"").contains("\"pid\":0");
    }

    @Test
    void aHookThatFailsEndsTheCreationAndLeavesNothing() throws Exception {
        Bundle bundle = bundle("runc").running("true").edit(config -> config.withObject("/hooks").putArray("createRuntime").addObject().put("path", "/bin/false"));
        Tool.Ended ended = ours.run("create", "--bundle", bundle.folder().toString(), id);
        assertThat(ended.code()).isOne();
        assertThat(ended.errors()).contains("hooks.createRuntime: [/bin/false] ended with 1");
        assertThat(left()).isEmpty();
    }

    @Test
    void refusesWhatItDoesNotHonourByName() throws Exception {
        Bundle bundle = bundle("runc").running("true");
        assertThat(ours.run("create", "--bundle", folder.resolve("nowhere").toString(), id).errors()).contains("the bundle has no config.json: " + folder.resolve("nowhere/config.json"));
        assertThat(ours.run("create", "--no-pivot", "--bundle", bundle.folder().toString(), id).errors()).contains("--no-pivot isn't honoured");
        assertThat(ours.run("create", "--preserve-fds", "3", "--bundle", bundle.folder().toString(), id).errors()).contains("--preserve-fds 3 isn't honoured");
        assertThat(ours.run("--systemd-cgroup", "create", "--bundle", bundle.folder().toString(), id).errors()).contains("--systemd-cgroup isn't honoured");
        assertThat(ours.run("checkpoint", id).errors()).contains("'checkpoint' isn't a verb");
        bundle.edit(config -> ((ObjectNode) config.get("process")).put("apparmorProfile", "x"));
        assertThat(ours.run("create", "--bundle", bundle.folder().toString(), id).errors()).contains("process.apparmorProfile isn't honoured");
        bundle.edit(config -> ((ObjectNode) config.get("root")).put("path", "elsewhere"));
        bundle.edit(config -> ((ObjectNode) config.get("process")).remove("apparmorProfile"));
        assertThat(ours.run("create", "--bundle", bundle.folder().toString(), id).errors()).contains("root.path: " + bundle.folder() + "/elsewhere isn't a folder");
    }

    @Test
    void twoOfOneNameAreRefusedAndTheFirstRunsOn() throws Exception {
        Bundle bundle = bundle("runc").running("sleep", "100000");
        ours.run("create", "--bundle", bundle.folder().toString(), id).well();
        assertThat(ours.run("create", "--bundle", bundle.folder().toString(), id).errors()).contains("container " + id + " exists already");
        assertThat(ours.status(id)).isEqualTo("created");
    }

    @Test
    void aLinkOfTheImageLeadsToNothingOfTheHost() throws Exception {
        String name = "hosts-" + id;
        Bundle bundle = bundle("runc").running("cat", "/etc/new/" + name);
        Files.createSymbolicLink(bundle.root().resolve("etc/new"), Path.of("../../../../../../../../../../tmp"));
        Files.writeString(folder.resolve("file"), "bound\n");
        bundle.edit(config -> ((ArrayNode) config.get("mounts")).addObject().put("destination", "/etc/new/" + name).put("type", "bind")
                .put("source", folder.resolve("file").toString()).putArray("options").add("bind"));
        assertThat(ours.run("run", "--bundle", bundle.folder().toString(), id).well().out()).isEqualTo("bound\n");
        assertThat(bundle.root().resolve("tmp").resolve(name)).exists();
        assertThat(Path.of("/tmp", name)).doesNotExist();
    }
}
