package io.gantry.agent.oci.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The same bundle, written by {@code runc spec} or {@code crun spec}, run by the three: they print the same and end with the same status. */
@Timeout(120)
class AlikeIT extends BundleScene {
    private static final Map<String, Consumer<ObjectNode>> BUNDLES = new LinkedHashMap<>();
    private int bundles;

    static {
        says("its exit status", "echo ends; exit 7");
        says("the signal that ended a child", "sh -c 'kill -TERM $$'; echo $?");
        says("what signals process 1 doesn't hear", "kill -KILL $$; echo still here; exit 4");
        says("who it is", "id; umask; grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp)' /proc/self/status");
        says("another user with further groups", "id; cat /proc/self/status | grep -E '^(Groups|Cap)'; echo > /x; echo $?", config ->
                process(config).withObject("/user").put("uid", 33).put("gid", 34).put("umask", 27).putArray("additionalGids").add(5).add(700));
        says("its environment and folder", "env | grep -v SHLVL | sort; pwd", config -> {
            process(config).put("cwd", "/tmp");
            process(config).withArray("/env").add("A=1").add("EMPTY=").add("A=2").add("SIGNS=a=b c");
        });
        says("a folder that isn't there", "pwd; ls -ld /new/deep | cut -c1-10", config -> {
            process(config).put("cwd", "/new/deep");
            ((ObjectNode) config.get("root")).put("readonly", false);
        });
        says("a root that is read-only", "touch /x; echo $?; touch /tmp/x; echo $?");
        says("a root that isn't", "touch /x && echo made; ls /", config -> ((ObjectNode) config.get("root")).put("readonly", false));
        says("hidden paths", "cat /proc/kcore | wc -c; ls /sys/firmware | wc -l; echo 1 > /proc/sys/kernel/panic; echo $?; cat /proc/timer_list | wc -c");
        says("its mounts", "awk '$2 !~ \"/sys/fs/cgroup\" && $2 !~ \"^/(proc|sys)/\" {print $2, $3}' /proc/mounts");
        says("its devices", "for f in null zero full random urandom tty; do stat -c '%n %F %a %t:%T %u:%g' /dev/$f; done; readlink /dev/fd /dev/stdin /dev/stdout /dev/stderr /dev/ptmx");
        says("its limits", "ulimit -n; ulimit -c; ulimit -Hn", config ->
                process(config).putArray("rlimits").addObject().put("type", "RLIMIT_NOFILE").put("soft", 100).put("hard", 200));
        says("its names", "hostname; cat /proc/sys/kernel/domainname", config -> config.put("hostname", "other"));
        says("its network", "cat /proc/net/dev | wc -l; cat /sys/class/net/lo/operstate; cat /proc/sys/net/core/somaxconn", config ->
                config.withObject("/linux/sysctl").put("net.core.somaxconn", "77"));
        says("what is bound", "ls /mnt | grep -c doc; touch /mnt/x; echo $?; grep ' /mnt ' /proc/self/mountinfo | cut -d' ' -f6", config ->
                mount(config, "bind", "/usr/share", "/mnt", "rbind", "ro", "nosuid", "nodev"));
        says("a file that is bound", "cat /etc/new/name", config -> {
            ((ObjectNode) config.get("root")).put("readonly", false);
            mount(config, "bind", "/etc/debian_version", "/etc/new/name", "bind");
        });
        says("memory for files", "awk '$2 == \"/mnt\" {print $3, $4}' /proc/mounts; head -c 100000 /dev/zero > /mnt/x; echo $?", config ->
                mount(config, "tmpfs", "tmpfs", "/mnt", "nosuid", "noexec", "size=64k", "mode=1777"));
        says("what its filter answers", "mkdir /tmp/x; echo $?; uname -n", config -> {
            ObjectNode rule = config.withObject("/linux/seccomp").put("defaultAction", "SCMP_ACT_ALLOW").putArray("syscalls").addObject();
            rule.putArray("names").add("mkdir").add("mkdirat");
            rule.put("action", "SCMP_ACT_ERRNO").put("errnoRet", 122);
        });
        says("no namespace but that of mounts", "readlink /proc/self/ns/net /proc/self/ns/ipc /proc/self/ns/uts", config -> {
            ((ArrayNode) config.at("/linux/namespaces")).removeAll().addObject().put("type", "mount");
            ((ArrayNode) config.at("/linux/namespaces")).addObject().put("type", "pid");
            config.remove("hostname");
        });
        says("its score when memory runs out", "cat /proc/self/oom_score_adj", config -> process(config).put("oomScoreAdj", 321));
        says("more processes than it may have", "sleep 5 & sleep 5 & sleep 5 & echo never", config ->
                config.withObject("/linux/resources/pids").put("limit", 3));
    }

    private static void says(String what, String script) {
        says(what, script, _ -> {});
    }

    private static void says(String what, String script, Consumer<ObjectNode> edit) {
        BUNDLES.put(what, edit.andThen(config -> process(config).putArray("args").add("sh").add("-c").add(script)));
    }

    private static ObjectNode process(ObjectNode config) {
        return (ObjectNode) config.get("process");
    }

    private static void mount(ObjectNode config, String type, String source, String destination, String... options) {
        ArrayNode all = ((ArrayNode) config.get("mounts")).addObject().put("type", type).put("source", source).put("destination", destination).putArray("options");
        List.of(options).forEach(all::add);
    }

    static Stream<Arguments> bundles() {
        return Stream.of("runc", "crun").flatMap(writer -> BUNDLES.keySet().stream().map(what -> Arguments.of(writer, what)));
    }

    @ParameterizedTest(name = "{0} spec: {1}")
    @MethodSource("bundles")
    void saysAndEndsAsUnderItsPeers(String writer, String what) throws Exception {
        Tool.Ended mine = run(ours, writer, what);
        assertThat(mine.out() + mine.errors()).isNotBlank().doesNotContain("gantry-runc:");
        assertThat(mine).isEqualTo(run(Tool.runc(folder), writer, what)).isEqualTo(run(Tool.crun(folder), writer, what));
    }

    /** Each in a root of its own: what one writes isn't there for the next. */
    private Tool.Ended run(Tool tool, String writer, String what) throws Exception {
        Path place = Files.createDirectory(folder.resolve("bundle-" + ++bundles));
        Bundle bundle = Bundle.of(writer, place).running().edit(BUNDLES.get(what));
        return tool.run("run", "--bundle", bundle.folder().toString(), id);
    }
}
