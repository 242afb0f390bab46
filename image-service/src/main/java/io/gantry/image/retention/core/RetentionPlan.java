package io.gantry.image.retention.core;

import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageUse;
import io.gantry.contracts.view.RetentionReportView.Gone;
import io.gantry.contracts.view.RetentionReportView.Kept;
import io.gantry.contracts.view.RetentionReportView.Reason;
import io.gantry.contracts.view.RetentionView;
import io.gantry.image.layer.core.PathPattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which tags go, and why the others stay. Goals, in this order: what somebody uses stays; what any rule for its repository keeps stays; the rest goes. Of
 * repositories without a rule nothing goes. What speaks of something that is there (a signature by its tag) stays with it and isn't counted.
 */
public record RetentionPlan(List<Gone> gone, List<Kept> kept) {
    public RetentionPlan {
        gone = List.copyOf(gone);
        kept = List.copyOf(kept);
    }

    /**
     * @param parts what the manifest has, of an index its manifests
     * @param speaks its name says that it is about a manifest, which is there
     */
    public record Tag(String repository, String tag, Digest digest, Instant movedAt, List<Digest> parts, boolean speaks) {
        public Tag {
            parts = List.copyOf(parts);
        }
    }

    /** @param tags whether a pattern of it keeps a tag of that name */
    private record Rule(RetentionView said, Predicate<String> repositories, Predicate<String> tags) {
        Rule(RetentionView said) {
            this(said, new PathPattern(said.repositories()).matcher(), said.keepTags().stream().map(each -> new PathPattern(each).matcher()).reduce(_ -> false, Predicate::or));
        }
    }

    public static RetentionPlan of(List<Tag> tags, List<RetentionView> rules, List<ImageUse> uses, Instant now) {
        Map<String, List<Tag>> repositories = new TreeMap<>();
        tags.forEach(tag -> repositories.computeIfAbsent(tag.repository(), _ -> new ArrayList<>()).add(tag));
        Map<Digest, String> users = new HashMap<>();
        uses.forEach(use -> users.putIfAbsent(use.manifest(), use.by()));
        List<Rule> all = rules.stream().map(Rule::new).toList();
        List<Gone> gone = new ArrayList<>();
        List<Kept> kept = new ArrayList<>();
        repositories.forEach((repository, some) -> {
            List<Rule> its = all.stream().filter(rule -> rule.repositories().test(repository)).toList();
            if (its.isEmpty()) {
                return;
            }
            some.sort(Comparator.comparing(Tag::movedAt).reversed().thenComparing(Tag::tag));
            int place = 0;
            for (Tag tag : some) {
                Kept why = why(tag, place, its, users, now);
                place += tag.speaks() ? 0 : 1;
                if (why == null) {
                    gone.add(new Gone(tag.repository(), tag.tag(), tag.digest(), tag.movedAt()));
                } else {
                    kept.add(why);
                }
            }
        });
        return new RetentionPlan(gone, kept);
    }

    /** @param place how many have moved later. @return {@code null} if nothing keeps it */
    private static Kept why(Tag tag, int place, List<Rule> rules, Map<Digest, String> users, Instant now) {
        String user = users.containsKey(tag.digest()) ? users.get(tag.digest()) : tag.parts().stream().filter(users::containsKey).findFirst().map(users::get).orElse(null);
        if (user != null) {
            return kept(tag, Reason.IN_USE, user);
        }
        if (tag.speaks()) {
            return kept(tag, Reason.SPEAKS, null);
        }
        for (Rule rule : rules) {
            RetentionView said = rule.said();
            if (rule.tags().test(tag.tag())) {
                return kept(tag, Reason.PATTERN, said.name());
            }
            if (said.keepLast() != null && place < said.keepLast()) {
                return kept(tag, Reason.LAST, said.name());
            }
            if (said.keepYounger() != null && tag.movedAt().isAfter(now.minus(said.keepYounger()))) {
                return kept(tag, Reason.YOUNG, said.name());
            }
        }
        return null;
    }

    private static Kept kept(Tag tag, Reason reason, String by) {
        return new Kept(tag.repository(), tag.tag(), tag.digest(), reason, by);
    }
}
