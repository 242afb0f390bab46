package io.gantry.agent.isolation;

import io.gantry.contracts.unit.Capability;
import io.gantry.contracts.view.IsolationView.Drift;
import io.gantry.kernel.capabilities.CapabilitySets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Where the kernel says otherwise than what was asked for. Pure. */
final class Drifting {
    private static final long PAGE = 4096;
    /** v1 writes no limit as the largest multiple of a page. */
    private static final long NO_LIMIT = Long.MAX_VALUE >> 1;

    private final ContainerFacts facts;
    private final Present now;

    private Drifting(ContainerFacts facts, Present now) {
        this.facts = facts;
        this.now = now;
    }

    /** What the kernel has now, beside the facts of the processes. */
    interface Present {
        /** The file's text without the white space around it; empty if it can't be read, as those that are only written. */
        Optional<String> file(String path);

        /** What is wrong with that cable of the container; empty if nothing is. */
        Optional<String> cable(Expectation.Plugged plugged);
    }

    static List<Drift> of(List<Expectation> asked, ContainerFacts facts, Present now) {
        Drifting drifting = new Drifting(facts, now);
        List<Drift> all = new ArrayList<>();
        // a file that is set twice has the later value, and so has a place that is mounted over
        for (int i = 0; i < asked.size(); i++) {
            Expectation one = asked.get(i);
            if (asked.subList(i + 1, asked.size()).stream().noneMatch(later -> replaces(later, one))) {
                drifting.of(one).ifPresent(all::add);
            }
        }
        return List.copyOf(all);
    }

    private static boolean replaces(Expectation later, Expectation one) {
        return one instanceof Expectation.Limit limit
                && later instanceof Expectation.Limit other
                && other.group().equals(limit.group())
                && other.file().equals(limit.file())
                && device(other.value()).equals(device(limit.value()))
                || one instanceof Expectation.MountedAt mount && later instanceof Expectation.MountedAt over && over.path().equals(mount.path());
    }

    /** Limits of disks name the disk first, and stand beside each other. */
    private static String device(String value) {
        return value.matches("\\d+:\\d+ .*") ? value.substring(0, value.indexOf(' ')) : "";
    }

    private Optional<Drift> of(Expectation asked) {
        return switch (asked) {
            case Expectation.Limit limit -> limit(limit);
            case Expectation.OomScore score -> score(score.score());
            case Expectation.MountedAt mount -> mount(mount);
            case Expectation.Bounding bounding -> bounding(bounding.kept());
            case Expectation.NoNewPrivileges asks -> all("no-new-privileges", asks.on(), process -> process.is("NoNewPrivs", "1"));
            case Expectation.Filtered asks -> all("system-call-filter", asks.on(), process -> process.is("Seccomp", "2"));
            case Expectation.Plugged plugged -> now.cable(plugged).map(found -> new Drift("network", plugged.hostInterface() + " to " + plugged.inside(), found));
        };
    }

    private Optional<Drift> limit(Expectation.Limit asked) {
        Optional<String> found = now.file(asked.group() + "/" + asked.file());
        return found.isEmpty() || same(asked.value(), found.get())
                ? Optional.empty()
                : Optional.of(new Drift("limit " + asked.file(), asked.value(), found.get().replace('\n', ',')));
    }

    /** The kernel rounds to pages, has its own word for "none", and lists what was set line by line. */
    static boolean same(String asked, String found) {
        if (asked.strip().equals(found)) {
            return true;
        }
        if (asked.matches("-1|max")) {
            return found.equals("max") || found.matches("\\d+") && Long.parseLong(found) >= NO_LIMIT;
        }
        if (asked.matches("\\d{1,18}") && found.matches("\\d{1,18}")) {
            long less = Long.parseLong(asked) - Long.parseLong(found);
            return Long.parseLong(asked) >= PAGE && less >= 0 && less < PAGE;
        }
        List<String> words = List.of(asked.strip().split("\\s+"));
        return words.size() > 1 && found.lines().anyMatch(line -> List.of(line.strip().split("\\s+")).containsAll(words));
    }

    private Optional<Drift> score(int asked) {
        Set<String> found = facts.processes().stream()
                .flatMap(process -> now.file("/proc/" + process.pid() + "/oom_score_adj").stream())
                .filter(score -> !score.equals(Integer.toString(asked)))
                .collect(Collectors.toSet());
        return found.isEmpty() ? Optional.empty() : Optional.of(new Drift("oom-score", Integer.toString(asked), String.join(", ", found)));
    }

    private Optional<Drift> mount(Expectation.MountedAt asked) {
        if (asked.cover() && !facts.sensitive().contains(asked.path())) {
            return Optional.empty();
        }
        for (ProcessFacts process : facts.processes()) {
            MountPoint found = process.at(asked.path());
            if (found == null) {
                return Optional.of(new Drift("mount " + asked.path(), "mounted", "not mounted"));
            }
            if (asked.readOnly() && !found.readOnly()) {
                return Optional.of(new Drift("mount " + asked.path(), "read-only", "writable"));
            }
        }
        return Optional.empty();
    }

    private Optional<Drift> bounding(Set<Capability> asked) {
        long bits = facts.processes().stream().mapToLong(process -> Long.parseUnsignedLong(process.status().getOrDefault("CapBnd", "0"), 16)).reduce(0, (a, b) -> a | b);
        Set<Capability> found = CapabilitySets.of(bits);
        return found.equals(asked) ? Optional.empty() : Optional.of(new Drift("capabilities", differing(asked, found), differing(found, asked)));
    }

    /** What only the first has. */
    private static String differing(Set<Capability> one, Set<Capability> other) {
        Set<Capability> only = one.isEmpty() ? EnumSet.noneOf(Capability.class) : EnumSet.copyOf(one);
        only.removeAll(other);
        return only.isEmpty() ? "none of these" : only.stream().map(Enum::name).collect(Collectors.joining(", "));
    }

    private Optional<Drift> all(String what, boolean on, Predicate<ProcessFacts> has) {
        List<String> others = facts.processes().stream().filter(process -> has.test(process) != on).map(process -> Integer.toString(process.pid())).toList();
        // what a program does to itself beyond what was asked makes it safer, and is its own affair
        return others.isEmpty() || !on ? Optional.empty() : Optional.of(new Drift(what, "on", "off for process " + String.join(", ", others)));
    }
}
