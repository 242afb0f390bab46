package io.gantry.image.retention.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageUse;
import io.gantry.contracts.view.RetentionReportView.Gone;
import io.gantry.contracts.view.RetentionReportView.Kept;
import io.gantry.contracts.view.RetentionReportView.Reason;
import io.gantry.contracts.view.RetentionView;
import io.gantry.image.retention.core.RetentionPlan.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionPlanTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Digest USED = Digest.ofHex("aa".repeat(32));
    private static final Digest OTHER = Digest.ofHex("bb".repeat(32));

    @Test
    void ofRepositoriesWithoutARuleNothingGoes() {
        RetentionPlan plan = RetentionPlan.of(List.of(tag("shop/web", "1", 100), tag("other/web", "1", 100)), List.of(rule("shop", "shop/*", 0, null)), List.of(), NOW);
        assertThat(plan.gone()).extracting(Gone::repository).containsExactly("shop/web");
        assertThat(plan.kept()).isEmpty();
    }

    @Test
    void theLastOfEachRepositoryStayAndTheYoungAndThoseWithAName() {
        List<Tag> tags = List.of(tag("shop/web", "1", 5), tag("shop/web", "2", 4), tag("shop/web", "3", 3), tag("shop/web", "v1", 90), tag("shop/job", "1", 80), tag("shop/web", "old", 60));
        RetentionPlan plan = RetentionPlan.of(tags, List.of(rule("shop", "shop/*", 1, Duration.ofDays(4), "v*")), List.of(), NOW);
        assertThat(plan.kept()).extracting(Kept::repository, Kept::tag, Kept::reason, Kept::by).containsExactly(
                tuple("shop/job", "1", Reason.LAST, "shop"), tuple("shop/web", "3", Reason.LAST, "shop"), tuple("shop/web", "v1", Reason.PATTERN, "shop"));
        assertThat(plan.gone()).extracting(Gone::tag).containsExactly("2", "1", "old");
        assertThat(RetentionPlan.of(tags, List.of(rule("shop", "shop/*", 1, Duration.ofDays(5), "v*")), List.of(), NOW).kept()).filteredOn(each -> each.repository().equals("shop/web")).extracting(Kept::tag).containsExactly("3", "2", "v1");
    }

    @Test
    void whatAnyOfSeveralRulesKeepsStays() {
        List<RetentionView> rules = List.of(rule("all", "**", 0, null), rule("shop", "shop/web", 1, null));
        RetentionPlan plan = RetentionPlan.of(List.of(tag("shop/web", "1", 5), tag("shop/web", "2", 4)), rules, List.of(), NOW);
        assertThat(plan.kept()).extracting(Kept::tag, Kept::by).containsExactly(tuple("2", "shop"));
    }

    @Test
    void whatIsInUseStaysAlsoAsAPartOfAnIndex() {
        Tag used = new Tag("shop/web", "1", USED, NOW.minus(Duration.ofDays(9)), List.of(), false);
        Tag index = new Tag("shop/web", "2", OTHER, NOW.minus(Duration.ofDays(9)), List.of(USED), false);
        RetentionPlan plan = RetentionPlan.of(
                List.of(used, index, tag("shop/web", "3", 9)), List.of(rule("shop", "shop/*", 0, null)), List.of(new ImageUse("deployment web, revision 1", USED, List.of())), NOW);
        assertThat(plan.kept()).extracting(Kept::tag, Kept::reason, Kept::by).containsExactly(
                tuple("1", Reason.IN_USE, "deployment web, revision 1"), tuple("2", Reason.IN_USE, "deployment web, revision 1"));
        assertThat(plan.gone()).extracting(Gone::tag).containsExactly("3");
    }

    @Test
    void aSignatureOfWhatIsThereStaysAndTakesNoPlace() {
        Tag signature = new Tag("shop/web", "sha256-" + "aa".repeat(32) + ".sig", OTHER, NOW, List.of(), true);
        RetentionPlan plan = RetentionPlan.of(List.of(tag("shop/web", "1", 5), signature), List.of(rule("shop", "shop/*", 1, null)), List.of(), NOW);
        assertThat(plan.kept()).extracting(Kept::reason).containsExactly(Reason.SPEAKS, Reason.LAST);
        assertThat(plan.gone()).isEmpty();
    }

    private static Tag tag(String repository, String tag, int daysAgo) {
        return new Tag(repository, tag, OTHER, NOW.minus(Duration.ofDays(daysAgo)), List.of(), false);
    }

    private static RetentionView rule(String name, String repositories, Integer last, Duration younger, String... tags) {
        return new RetentionView(name, repositories, last, younger, List.of(tags), NOW);
    }
}
