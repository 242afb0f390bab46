package io.gantry.agent.oci.config;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Capability;
import io.gantry.kernel.process.ResourceLimit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@code process} of a bundle, or of a file that {@code exec --process} is given. */
public record BundleProcess(
        boolean terminal, int rows, int columns, int uid, int gid, List<Integer> groups, Optional<Integer> umask, List<String> args,
        Map<String, String> env, String cwd, Optional<Sets> capabilities, List<Limit> rlimits, boolean noNewPrivileges, Optional<Integer> oomScore) {
    private static final Set<String> KNOWN =
            Set.of(
                    "terminal", "consoleSize", "cwd", "env", "args", "commandLine", "rlimits", "apparmorProfile", "capabilities", "noNewPrivileges",
                    "oomScoreAdj", "scheduler", "selinuxLabel", "ioPriority", "execCPUAffinity", "user");

    public record Sets(Set<Capability> bounding, Set<Capability> effective, Set<Capability> permitted, Set<Capability> inheritable, Set<Capability> ambient) {}

    /** -1 is no limit. */
    public record Limit(ResourceLimit resource, long soft, long hard) {}

    /** @param strangers gets the properties that nobody knows */
    public static BundleProcess read(Member process, List<String> strangers) {
        if (!process.there()) {
            throw new BadField("process", "process is missing: a container without a command can't be started");
        }
        strangers.addAll(process.strangers(KNOWN));
        process.at("apparmorProfile").absent("no AppArmor profile is applied");
        process.at("selinuxLabel").absent("no SELinux label is applied");
        process.at("scheduler").absent("the scheduler stays as it is");
        process.at("ioPriority").absent("the io priority stays as it is");
        process.at("execCPUAffinity").absent("cores are chosen by linux.resources.cpu.cpus");
        process.at("commandLine").absent("it is for Windows");
        Member user = process.at("user");
        user.at("username").absent("it is for Windows");
        List<String> args = process.at("args").texts();
        if (args.isEmpty() || args.getFirst().isEmpty()) {
            throw new BadField("process.args", "process.args is empty: it says nothing to run");
        }
        String cwd = process.at("cwd").required();
        if (!cwd.startsWith("/")) {
            throw new BadField("process.cwd", "process.cwd is an absolute path, got '" + cwd + "'");
        }
        Member size = process.at("consoleSize");
        return new BundleProcess(
                process.at("terminal").yes(), size.at("height").id(), size.at("width").id(), user.at("uid").id(), user.at("gid").id(),
                user.at("additionalGids").list(Member::id), user.at("umask").there() ? Optional.of(user.at("umask").id()) : Optional.empty(), args,
                environment(process.at("env")), cwd, capabilities(process.at("capabilities")), process.at("rlimits").list(BundleProcess::limit),
                process.at("noNewPrivileges").yes(), score(process.at("oomScoreAdj")));
    }

    private static Optional<Integer> score(Member score) {
        return score.number().map(number -> {
            if (number < -1000 || number > 1000) {
                throw score.wrong("-1000 to 1000");
            }
            return number.intValue();
        });
    }

    /** {@code NAME=value}; of two with one name the later counts. */
    public static Map<String, String> environment(Member env) {
        Map<String, String> all = new LinkedHashMap<>();
        for (Member each : env.list()) {
            String text = each.text().orElse("");
            int sign = text.indexOf('=');
            if (sign <= 0) {
                throw each.wrong("NAME=value");
            }
            all.put(text.substring(0, sign), text.substring(sign + 1));
        }
        return all;
    }

    private static Optional<Sets> capabilities(Member sets) {
        return !sets.there()
                ? Optional.empty()
                : Optional.of(new Sets(
                        set(sets.at("bounding")), set(sets.at("effective")), set(sets.at("permitted")), set(sets.at("inheritable")), set(sets.at("ambient"))));
    }

    private static Set<Capability> set(Member names) {
        Set<Capability> set = new TreeSet<>();
        for (Member name : names.list()) {
            set.add(Capability.parse(name.required()).orElseThrow(() -> name.wrong("a capability such as CAP_KILL")));
        }
        return set;
    }

    private static Limit limit(Member limit) {
        String type = limit.at("type").required();
        ResourceLimit resource;
        try {
            resource = ResourceLimit.named(type.replaceFirst("^RLIMIT_", ""));
        } catch (IllegalArgumentException e) {
            throw limit.at("type").wrong("a limit such as RLIMIT_NOFILE");
        }
        long soft = limit.at("soft").number().orElseThrow(() -> limit.at("soft").wrong("a number"));
        long hard = limit.at("hard").number().orElseThrow(() -> limit.at("hard").wrong("a number"));
        if (Long.compareUnsigned(soft, hard) > 0) {
            throw new BadField(limit.at("soft").place(), "%s is at most hard, %s, got %s".formatted(limit.at("soft").place(), Long.toUnsignedString(hard), Long.toUnsignedString(soft)));
        }
        return new Limit(resource, soft, hard);
    }
}
