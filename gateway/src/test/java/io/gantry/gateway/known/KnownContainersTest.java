package io.gantry.gateway.known;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.view.ContainerView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownContainersTest {
    /** As container-service writes it, with a field that is newer than we. */
    private static String container(char digit, String name, int minute) {
        return """
                {"id":"%s","name":"%s","project":"default","owner":{"kind":"person"},"state":"RUNNING","spec":{"image":"web:1","labels":{"is":"käfer"}},"run":1,"restarts":0,"ready":false,\
                "createdAt":"2026-01-02T12:%02d:00Z","later":{"than":["we"]}}""".formatted(String.valueOf(digit).repeat(64), name, minute);
    }

    private static KnownContainers.News news(String mark, boolean whole, String gone, String... containers) {
        List<String> changed = new ArrayList<>();
        for (String container : containers) {
            changed.add("{\"version\":\"1.2\",\"newer\":{\"a\":[1]},\"container\":" + container + "}");
        }
        return NewsReader.read("""
                {"mark":"%s","newer":[{}],"whole":%s,"changed":[%s],"gone":[%s]}""".formatted(mark, whole, String.join(",", changed), gone).getBytes(StandardCharsets.UTF_8));
    }

    private static final KnownContainers TWO = KnownContainers.NONE.after(news("5", true, "", container('a', "old", 1), container('b', "new", 2)));

    @Test
    void eachIsThereAsItCame() {
        assertThat(TWO.find("old").orElseThrow().json().toString(StandardCharsets.UTF_8)).isEqualTo(container('a', "old", 1));
        assertThat(TWO.find("new").orElseThrow().json().toString(StandardCharsets.UTF_8)).isEqualTo(container('b', "new", 2));
        assertThat(TWO.find("old").orElseThrow().version()).isEqualTo("1.2");
        assertThat(TWO.find("old").orElseThrow().view().spec().labels()).containsEntry("is", "käfer");
        assertThat(TWO.mark()).isEqualTo("5");
    }

    @Test
    void theNewestComesFirst() {
        assertThat(TWO.views()).extracting(ContainerView::name).containsExactly("new", "old");
    }

    @Test
    void whatChangesTakesItsPlaceAndTheRestStays() {
        KnownContainers later = TWO.after(news("7", false, "", container('a', "renamed", 1), container('c', "newer", 3)));
        assertThat(later.views()).extracting(ContainerView::name).containsExactly("newer", "new", "renamed");
        assertThat(later.find("old")).isEmpty();
        assertThat(later.find("a".repeat(64)).orElseThrow().view().name()).isEqualTo("renamed");
        assertThat(later.find("new").orElseThrow()).as("with what was made of it").isSameAs(TWO.find("new").orElseThrow());
        assertThat(TWO.views()).as("of its moment").extracting(ContainerView::name).containsExactly("new", "old");
    }

    @Test
    void whatIsGoneIsGoneAndNothingNewIsNothing() {
        KnownContainers later = TWO.after(news("8", false, "\"" + "b".repeat(64) + "\", \"" + "d".repeat(64) + "\""));
        assertThat(later.views()).extracting(ContainerView::name).containsExactly("old");
        KnownContainers same = later.after(news("9", false, ""));
        assertThat(same.all()).isSameAs(later.all());
        assertThat(same.mark()).isEqualTo("9");
    }

    @Test
    void allThatThereAreTakeThePlaceOfAll() {
        assertThat(TWO.after(news("1", true, "", container('c', "only", 1))).views()).extracting(ContainerView::name).containsExactly("only");
        assertThat(TWO.after(news("1", true, "")).views()).isEmpty();
    }

    @Test
    void anIdWinsOverAName() {
        KnownContainers two = KnownContainers.NONE.after(news("1", true, "", container('a', "b".repeat(64), 1), container('b', "other", 2)));
        assertThat(two.find("b".repeat(64)).orElseThrow().view().name()).isEqualTo("other");
    }

    @Test
    void whatIsMadeOfOneIsMadeOnce() {
        int[] made = {0};
        KnownContainer.Form<String> form = view -> view.name() + ++made[0];
        KnownContainer one = TWO.find("old").orElseThrow();
        assertThat(List.of(one.as(form), one.as(form))).containsExactly("old1", "old1");
        for (int i = 0; i < 10; i++) {
            int another = i;
            one.as(view -> view.name() + another);
        }
        assertThat(one.as(form)).as("not everything is kept for ever").isEqualTo("old2");
    }

    @Test
    void whatIsNoListOfChangesIsSaid() {
        for (String wrong : List.of("[]", "{}", "{\"mark\":\"1\"", "{\"mark\":\"1\",\"changed\":[{\"version\":\"1\"}]}", "{\"mark\":\"1\",\"changed\":[{\"container\":{\"id\":1}}]}", "nonsense")) {
            assertThatThrownBy(() -> NewsReader.read(wrong.getBytes(StandardCharsets.UTF_8))).as(wrong).isInstanceOf(RuntimeException.class);
        }
    }
}
