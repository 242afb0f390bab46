package io.gantry.image.collect.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.CollectionView;
import io.gantry.contracts.view.CollectionView.Kind;
import io.gantry.contracts.view.CollectionView.Reason;
import io.gantry.contracts.view.ImageUse;
import io.gantry.image.collect.core.Inventory.File;
import io.gantry.image.collect.core.Inventory.Link;
import io.gantry.image.collect.core.Inventory.Manifest;
import io.gantry.image.collect.core.Inventory.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What goes and what stays, case by case. Digests are single digits. */
class CollectionPlanTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(9));
    private static final Instant JUST_NOW = NOW.minus(Duration.ofMinutes(5));

    private final List<Manifest> manifests = new ArrayList<>();
    private final Set<Place> named = new HashSet<>();
    private final List<Link> links = new ArrayList<>();
    private final List<File> files = new ArrayList<>();
    private final Set<Digest> cached = new HashSet<>();
    private final Map<Digest, Instant> released = new HashMap<>();
    private final List<ImageUse> uses = new ArrayList<>();
    private boolean neverNamed;

    @Test
    void whatATagLeadsToStays() {
        manifest('a', null, '1', '2');
        named.add(place('a'));
        blob('1', LONG_AGO);
        blob('2', LONG_AGO);
        assertThat(gone()).isEmpty();
        assertThat(reasons()).containsExactly("MANIFEST a NAMED", "BLOB 1 NEEDED", "BLOB 2 NEEDED");
    }

    @Test
    void aManifestWhoseNameWentLongAgoGoesAndItsBlobsWaitForTheNextTime() {
        manifest('a', LONG_AGO, '1');
        blob('1', LONG_AGO);
        assertThat(gone()).containsExactly("MANIFEST a");
        assertThat(reasons()).containsExactly("BLOB 1 WAITS");
    }

    @Test
    void aManifestWhoseNameWentJustNowWaits() {
        manifest('a', JUST_NOW);
        assertThat(gone()).isEmpty();
        assertThat(reasons()).containsExactly("MANIFEST a WAITS");
        assertThat(report().waiting()).extracting(CollectionView.Waiting::goes).containsExactly(JUST_NOW.plus(HOUR));
    }

    @Test
    void whatNeverHadANameGoesOnlyWhenThatIsAskedFor() {
        manifest('a', null);
        assertThat(reasons()).containsExactly("MANIFEST a NEVER_NAMED");
        neverNamed = true;
        assertThat(gone()).containsExactly("MANIFEST a");
    }

    @Test
    void anIndexThatStaysKeepsWhatItHas() {
        manifest('a', null, 'b');
        named.add(place('a'));
        manifest('b', LONG_AGO, '1');
        blob('1', LONG_AGO);
        assertThat(gone()).isEmpty();
        assertThat(reasons()).containsExactly("MANIFEST a NAMED", "MANIFEST b IN_AN_INDEX", "BLOB 1 NEEDED");
    }

    @Test
    void withAnIndexGoesWhatOnlyItHasAfterIt() {
        manifest('b', null, '1');
        manifest('c', null, '2');
        manifest('a', LONG_AGO, 'b', 'c');
        named.add(place('c'));
        assertThat(gone()).containsExactly("MANIFEST a", "MANIFEST b");
    }

    @Test
    void whatSpeaksAboutAManifestGoesWithIt() {
        manifests.add(new Manifest(place('s'), 10, digest('a'), List.of(), LONG_AGO, null));
        manifest('a', LONG_AGO);
        assertThat(gone()).containsExactly("MANIFEST a", "MANIFEST s");
        named.add(place('a'));
        assertThat(gone()).isEmpty();
        assertThat(reasons()).containsExactly("MANIFEST a NAMED", "MANIFEST s REFERS");
    }

    @Test
    void whatWasPushedBeforeWhatItSpeaksAboutStays() {
        manifests.add(new Manifest(place('s'), 10, digest('a'), List.of(), LONG_AGO, null));
        assertThat(reasons()).containsExactly("MANIFEST s NEVER_NAMED");
    }

    @Test
    void whatAContainerOrARollbackNeedsStays() {
        manifest('a', LONG_AGO, '1');
        blob('1', LONG_AGO);
        files.add(new File(digest('2'), 5, LONG_AGO));
        uses.add(new ImageUse("deployment shop, revision 1", digest('a'), List.of(digest('1'))));
        uses.add(new ImageUse("container web", digest('f'), List.of(digest('2'))));
        assertThat(gone()).isEmpty();
        assertThat(reasons()).containsExactly("MANIFEST a IN_USE", "BLOB 1 NEEDED", "BLOB 2 IN_USE");
        assertThat(plan().stays()).extracting(CollectionPlan.Stays::by).containsExactly("deployment shop, revision 1", "r@" + digest('a'), "container web");
    }

    @Test
    void aBlobOnItsWayToAManifestWaits() {
        blob('1', JUST_NOW);
        assertThat(gone()).isEmpty();
        assertThat(reasons()).containsExactly("BLOB 1 WAITS");
    }

    @Test
    void aBlobThatAnotherRepositoryNeedsGoesFromTheFirstAlone() {
        manifests.add(new Manifest(new Place("other", digest('a')), 10, null, List.of(digest('1')), LONG_AGO, null));
        named.add(new Place("other", digest('a')));
        links.add(new Link(new Place("other", digest('1')), 5, LONG_AGO));
        blob('1', LONG_AGO);
        assertThat(gone()).containsExactly("LINK 1");
        assertThat(reasons()).containsExactly("MANIFEST a NAMED", "BLOB 1 NEEDED");
    }

    @Test
    void aBlobThatNothingLeadsToGoes() {
        blob('1', LONG_AGO);
        files.add(new File(digest('2'), 7, LONG_AGO));
        assertThat(gone()).containsExactly("LINK 1", "BLOB 1", "BLOB 2");
        assertThat(report().freed()).isEqualTo(new Bytes(12));
        assertThat(report().stored()).isEqualTo(new CollectionView.Stored(0, Bytes.ZERO, Bytes.ZERO));
    }

    @Test
    void whatBuildsKeepStaysAndWaitsWhenTheyForgetIt() {
        files.add(new File(digest('1'), 5, LONG_AGO));
        cached.add(digest('1'));
        assertThat(reasons()).containsExactly("BLOB 1 BUILD_CACHE");
        cached.clear();
        released.put(digest('1'), JUST_NOW);
        assertThat(reasons()).containsExactly("BLOB 1 WAITS");
        released.put(digest('1'), LONG_AGO);
        assertThat(gone()).containsExactly("BLOB 1");
    }

    @Test
    void whatIsSharedIsCountedForEachThatHasIt() {
        manifest('a', null, '1', '2');
        manifest('b', null, '1', '3');
        blob('1', LONG_AGO);
        blob('2', LONG_AGO);
        blob('3', LONG_AGO);
        assertThat(report().stored()).isEqualTo(new CollectionView.Stored(3, new Bytes(15), new Bytes(20)));
        assertThat(report().kept()).containsExactly(
                new CollectionView.Kept(Kind.MANIFEST, Reason.NEVER_NAMED, 2, new Bytes(20)), new CollectionView.Kept(Kind.BLOB, Reason.NEEDED, 3, new Bytes(15)));
    }

    private void manifest(char digest, Instant letGo, char... parts) {
        manifests.add(new Manifest(place(digest), 10, null, new String(parts).chars().mapToObj(each -> digest((char) each)).toList(), LONG_AGO, letGo));
    }

    private void blob(char digest, Instant usedAt) {
        links.add(new Link(place(digest), 5, usedAt));
        files.add(new File(digest(digest), 5, LONG_AGO));
    }

    private CollectionPlan plan() {
        return CollectionPlan.of(new Inventory(manifests, named, links, files, cached, released), terms());
    }

    private CollectionView report() {
        return CollectionReport.of(new Inventory(manifests, named, links, files, cached, released), plan(), terms(), true, true);
    }

    private Terms terms() {
        return new Terms(NOW.minus(HOUR), HOUR, neverNamed, uses);
    }

    private List<String> gone() {
        CollectionPlan plan = plan();
        List<String> gone = new ArrayList<>();
        plan.manifests().forEach(each -> gone.add("MANIFEST " + letter(each.manifest().place().digest())));
        plan.links().forEach(each -> gone.add("LINK " + letter(each.place().digest())));
        plan.files().forEach(each -> gone.add("BLOB " + letter(each.file().digest())));
        return gone;
    }

    private List<String> reasons() {
        return plan().stays().stream().map(each -> each.kind() + " " + letter(each.digest()) + " " + each.reason()).sorted((a, b) -> b.startsWith("M") == a.startsWith("M") ? a.compareTo(b) : a.startsWith("M") ? -1 : 1).toList();
    }

    private static String letter(Digest digest) {
        char last = digest.hex().charAt(0);
        return last == '9' ? "s" : String.valueOf(last);
    }

    private static Place place(char digest) {
        return new Place("r", digest(digest));
    }

    private static Digest digest(char digit) {
        return Digest.ofHex(String.valueOf(digit == 's' ? '9' : digit).repeat(64));
    }
}
