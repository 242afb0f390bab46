package io.gantry.kit.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.view.Items;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
    private record Thing(String id, Instant at) {}

    private static final Order<Thing> NEWEST = Order.newestFirst("things", Thing::at, Thing::id);
    private static final Order<Thing> BY_ID = Order.by("things", Thing::id);

    private static Thing thing(int number, Random random) {
        // several of one moment, with and without parts of a second
        return new Thing("t" + number, Instant.ofEpochSecond(random.nextInt(3) == 0 ? 5 : random.nextInt(1000), random.nextInt(2) * 1000L * random.nextInt(1000)));
    }

    static IntStream seeds() {
        return IntStream.range(0, 500);
    }

    /** Whoever was there from the first page to the last is shown once, nobody twice, in order, however things come and go between the pages. */
    @ParameterizedTest
    @MethodSource("seeds")
    void showsWhatStaysOnceWhateverComesAndGoes(int seed) {
        Random random = new Random(seed);
        Order<Thing> order = random.nextBoolean() ? NEWEST : BY_ID;
        List<Thing> there = new ArrayList<>(IntStream.range(0, random.nextInt(40)).mapToObj(n -> thing(n, random)).toList());
        Set<Thing> stayed = new HashSet<>(there);
        List<Thing> shown = new ArrayList<>();
        int limit = 1 + random.nextInt(7);
        String cursor = null;
        int next = 100;
        do {
            Collections.shuffle(there, random);
            Items<Thing> page = Page.asked(limit, cursor).of(there, order);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            shown.addAll(page.items());
            cursor = page.next();
            for (int i = random.nextInt(4); i > 0 && !there.isEmpty(); i--) {
                Thing gone = there.remove(random.nextInt(there.size()));
                stayed.remove(gone);
            }
            for (int i = random.nextInt(3); i > 0 && next < 200; i--) {
                there.add(thing(next++, random));
            }
        } while (cursor != null);
        assertThat(shown).doesNotHaveDuplicates().containsAll(stayed).isSortedAccordingTo(order.comparator());
    }

    @Test
    void withoutALimitEverythingIsShownInItsOwnOrder() {
        List<Thing> all = List.of(new Thing("b", Instant.EPOCH), new Thing("a", Instant.EPOCH));
        assertThat(Page.asked(null, null).of(all, BY_ID)).isEqualTo(new Items<>(all));
    }

    @Test
    void theLastPageHasNoNext() {
        List<Thing> all = List.of(new Thing("a", Instant.EPOCH), new Thing("b", Instant.EPOCH));
        assertThat(Page.asked(2, null).of(all, BY_ID).next()).isNull();
        Items<Thing> first = Page.asked(1, null).of(all, BY_ID);
        assertThat(first.items()).extracting(Thing::id).containsExactly("a");
        assertThat(Page.asked(1, first.next()).of(all, BY_ID)).isEqualTo(new Items<>(List.of(all.get(1))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1001, Integer.MIN_VALUE})
    void refusesALimitThatCantBe(int limit) {
        assertThatThrownBy(() -> Page.asked(limit, null)).isInstanceOf(BadField.class).hasMessage("limit is 1 to 1000, got " + limit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%%%", "b3RoZXJzIGE", "dGhpbmdz"})
    void refusesWhatIsNoCursorOfTheList(String cursor) {
        assertThatThrownBy(() -> Page.asked(1, cursor).of(List.of(), BY_ID)).isInstanceOf(BadField.class).hasMessage("this is no cursor of things");
    }
}
