package io.gantry.image.report.core;

import io.gantry.contracts.view.ImageReportView.Concern;
import io.gantry.contracts.view.ImageReportView.Drift;
import io.gantry.contracts.view.ImageReportView.Grade;
import io.gantry.contracts.view.ImageReportView.Program;
import io.gantry.contracts.view.ImageReportView.Reason;
import io.gantry.contracts.view.ImageReportView.Role;
import io.gantry.contracts.view.ImageReportView.Runtime;
import io.gantry.contracts.view.ImageReportView.Secret;
import io.gantry.contracts.view.ImageReportView.Where;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The grade: of 100 points each reason takes some. A needs 90, B 80, C 65, D 50, E 35. Who has an image has its secrets: with one it is D at best. What can't
 * be read is F. The page docs/reference/image-report.md has the same numbers.
 */
final class Grading {
    private static final long MEBI = 1L << 20;
    private static final long GIBI = 1L << 30;
    private static final int SHOWN = 5;

    record Graded(Grade grade, int points, List<Reason> reasons) {}

    private final List<Reason> reasons = new ArrayList<>();

    private Grading() {}

    static Graded of(Facts facts) {
        Grading grading = new Grading();
        grading.content(facts);
        grading.many(facts);
        grading.size(facts);
        grading.running(facts);
        List<Reason> heaviestFirst = grading.reasons.stream().sorted(Comparator.comparing(Reason::points).reversed()).toList();
        int points = Math.max(0, 100 - heaviestFirst.stream().mapToInt(Reason::points).sum());
        Grade byPoints = points >= 90 ? Grade.A : points >= 80 ? Grade.B : points >= 65 ? Grade.C : points >= 50 ? Grade.D : points >= 35 ? Grade.E : Grade.F;
        Grade best = heaviestFirst.stream().map(reason -> best(reason.concern())).max(Comparator.naturalOrder()).orElse(Grade.A);
        return new Graded(byPoints.compareTo(best) > 0 ? byPoints : best, points, heaviestFirst);
    }

    private static Grade best(Concern concern) {
        return switch (concern) {
            case UNREADABLE_LAYER -> Grade.F;
            case SECRET_IN_FILES, SECRET_IN_ENVIRONMENT, SECRET_IN_HISTORY -> Grade.D;
            case MANY_PORTS, SERVICE_MANAGERS, SEVERAL_DAEMONS, SEVERAL_RUNTIMES, TOO_LARGE, WASTED_BYTES, CACHES_LEFT, DUPLICATE_FILES, RUNS_AS_ROOT, NO_HEALTHCHECK, SETUID_FILES, OLD,
                    BASE_MOVED -> Grade.A;
        };
    }

    private void content(Facts facts) {
        if (!facts.unreadable().isEmpty()) {
            add(Concern.UNREADABLE_LAYER, 100, "nobody can say what is in it: " + some(facts.unreadable()), "push it again from where it was built; a node wouldn't run it either");
        }
        secrets(facts, Where.FILE, Concern.SECRET_IN_FILES, "whoever has the image has it, also if a later layer deletes the file: call it in, and give it to containers as a secret (--mount type=secret)");
        secrets(facts, Where.ENVIRONMENT, Concern.SECRET_IN_ENVIRONMENT, "call it in, take it out of ENV, and give it to containers as a secret");
        secrets(facts, Where.HISTORY, Concern.SECRET_IN_HISTORY, "call it in; builds get secrets by RUN --mount=type=secret, never by ARG");
    }

    private void secrets(Facts facts, Where where, Concern concern, String todo) {
        List<Secret> there = facts.secrets().stream().filter(each -> each.where() == where).toList();
        if (!there.isEmpty()) {
            add(concern, 25, there.size() + (there.size() == 1 ? " secret: " : " secrets: ") + some(there.stream().map(each -> each.place() + " (" + each.kind() + ")").toList()), todo);
        }
    }

    private void many(Facts facts) {
        if (facts.ports() > 5) {
            add(Concern.MANY_PORTS, facts.ports() >= 20 ? 20 : facts.ports() > 10 ? 10 : 5, "it exposes " + facts.ports() + " ports", "one service for each image: give each its own, and expose what it listens on alone");
        }
        List<String> managers = names(facts.programs(), Role.SERVICE_MANAGER);
        if (!managers.isEmpty()) {
            add(Concern.SERVICE_MANAGERS, managers.size() > 1 ? 20 : 15, "it has " + some(managers), "the platform starts, watches and restarts: one process for each container needs no service manager");
        }
        List<String> daemons = names(facts.programs(), Role.DAEMON);
        if (daemons.size() > 1) {
            add(Concern.SEVERAL_DAEMONS, daemons.size() > 5 ? 15 : daemons.size() > 2 ? 10 : 5, "it has " + daemons.size() + " daemons: " + some(daemons), "give each a container of its own; for a shell there is gantry exec, for what comes by the clock a schedule outside");
        }
        Map<String, TreeSet<String>> versions = facts.runtimes().stream().collect(Collectors.groupingBy(Runtime::language, TreeMap::new, Collectors.mapping(
                each -> each.version().isEmpty() ? "one at " + each.path() : each.version(), Collectors.toCollection(TreeSet::new))));
        List<String> several = versions.entrySet().stream().filter(each -> each.getValue().size() > 1).map(each -> each.getKey() + " " + String.join(" and ", each.getValue())).toList();
        if (!several.isEmpty()) {
            int further = versions.values().stream().mapToInt(each -> each.size() - 1).sum();
            add(Concern.SEVERAL_RUNTIMES, Math.min(20, 10 * further), "it has " + some(several), "build with one image, run with another that has the one runtime which runs");
        }
    }

    private void size(Facts facts) {
        long unpacked = facts.unpacked().value();
        if (unpacked > GIBI) {
            add(Concern.TOO_LARGE, unpacked > 20 * GIBI ? 25 : unpacked > 5 * GIBI ? 15 : 5, "it unpacks to " + facts.unpacked(), "begin with a slim image, build in a stage of its own, and copy what runs");
        }
        long wasted = facts.wasted().value();
        int percent = unpacked == 0 ? 0 : (int) (100 * wasted / unpacked);
        if (wasted >= MEBI && percent >= 10) {
            add(Concern.WASTED_BYTES, percent >= 50 ? 15 : percent >= 25 ? 10 : 5, facts.wasted() + " (" + percent + " %) are of files that later layers overwrite or delete",
                    "delete in the RUN that made them; change modes and owners by COPY --chmod --chown");
        }
        if (facts.caches().value() >= MEBI) {
            add(Concern.CACHES_LEFT, facts.caches().value() >= 100 * MEBI ? 10 : 5, facts.caches() + " are lists and caches of package managers", "RUN --mount=type=cache,target=… keeps them out of the image, or delete them in the same RUN");
        }
        if (facts.duplicated().value() >= 10 * MEBI) {
            add(Concern.DUPLICATE_FILES, 3, facts.duplicated() + " are of files that are there more than once", "link to one of them, or leave the others out");
        }
    }

    private void running(Facts facts) {
        if (facts.root()) {
            add(Concern.RUNS_AS_ROOT, 12, "it runs as root unless somebody says otherwise", "make a user, and say USER");
        }
        if (!facts.healthcheck()) {
            add(Concern.NO_HEALTHCHECK, 3, "it doesn't say how to know that it is well", "say HEALTHCHECK, or a readiness check where it is deployed");
        }
        if (!facts.setuid().isEmpty()) {
            add(Concern.SETUID_FILES, 5, "files that run as another user: " + some(facts.setuid()), "chmod a-s in the RUN that made them");
        }
        if (facts.ageDays() != null && facts.ageDays() > 180) {
            add(Concern.OLD, facts.ageDays() > 365 ? 8 : 4, "it was made " + facts.ageDays() + " days ago", "build it again, so that it has what was mended since");
        }
        if (facts.base().drift() == Drift.MOVED) {
            add(Concern.BASE_MOVED, 5, facts.base().how(), "build it again with --pull");
        }
    }

    private void add(Concern concern, int points, String what, String todo) {
        reasons.add(new Reason(concern, points, what, todo));
    }

    private static List<String> names(List<Program> programs, Role role) {
        return programs.stream().filter(each -> each.role() == role).map(Program::name).toList();
    }

    private static String some(List<String> all) {
        String shown = all.stream().limit(SHOWN).collect(Collectors.joining(", "));
        return all.size() > SHOWN ? String.format(Locale.ROOT, "%s and %d more", shown, all.size() - SHOWN) : shown;
    }
}
