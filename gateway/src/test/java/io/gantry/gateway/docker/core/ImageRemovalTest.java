package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.ImageView;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageRemovalTest {
    private static final ImageView ONE = image("web:1");
    private static final ImageView TWO = image("web:1", "shop/web:2");
    private static final ContainerView RUNS = Views.container('a', "RUNNING", '1', "");
    private static final ContainerView ENDED = Views.container('b', "EXITED", '1', "");
    private static final ContainerView ANOTHERS = Views.container('c', "RUNNING", '2', "");

    @Test
    void aNameGoesAndWithTheLastOneTheImage() {
        assertThat(told("web:1", TWO, false)).isEqualTo("[{'Untagged':'web:1'},{'Untagged':'web@" + Views.id('f') + "'}]");
        assertThat(told("docker.io/library/web:1", ONE, false, ANOTHERS))
                .isEqualTo("[{'Untagged':'web:1'},{'Untagged':'web@%s'},{'Deleted':'%s'}]".formatted(Views.id('f'), Views.id('1')));
    }

    @Test
    void aFurtherNameOfItsRepositoryKeepsTheDigest() {
        assertThat(told("web:2", image("web:1", "web:2"), false)).isEqualTo("[{'Untagged':'web:2'}]");
    }

    @Test
    void theLastNameOfWhatIsUsedMustBeForced() {
        assertRefused("web:1", ONE, false, "conflict: unable to remove repository reference \"web:1\" (must force) - container bbbbbbbbbbbb is using its referenced image 111111111111", ENDED);
        assertThat(ImageRemoval.plan("web:1", ONE, List.of(ENDED), true)).isEqualTo(new ImageRemoval(ONE, ONE.tags(), true));
        assertThat(ImageRemoval.plan("web:1", TWO, List.of(RUNS), false).deleted()).as("it has another").isFalse();
    }

    @Test
    void whatRunsKeepsItsImageWithoutAName() {
        assertThat(ImageRemoval.plan("web:1", ONE, List.of(RUNS), true)).isEqualTo(new ImageRemoval(ONE, ONE.tags(), false));
        assertRefused("111111111111", ONE, true, "conflict: unable to delete 111111111111 (cannot be forced) - image is being used by running container aaaaaaaaaaaa", ENDED, RUNS);
    }

    @Test
    void anIdStandsForTheImage() {
        assertThat(ImageRemoval.plan("1111", ONE, List.of(ANOTHERS), false)).isEqualTo(ImageRemoval.whole(ONE));
        assertThat(ImageRemoval.plan("web@" + Views.id('f'), ONE, List.of(), false).deleted()).isTrue();
        assertRefused("1111", TWO, false, "conflict: unable to delete 111111111111 (must be forced) - image is referenced in multiple repositories");
        assertThat(told(Views.id('1'), TWO, true)).isEqualTo(
                "[{'Untagged':'web:1'},{'Untagged':'web@%1$s'},{'Untagged':'shop/web:2'},{'Untagged':'shop/web@%1$s'},{'Deleted':'%2$s'}]".formatted(Views.id('f'), Views.id('1')));
        assertRefused("1111", ONE, false, "conflict: unable to delete 111111111111 (must be forced) - image is being used by stopped container bbbbbbbbbbbb", ENDED);
        assertThat(ImageRemoval.plan("1111", image(), List.of(ENDED), true).deleted()).isTrue();
    }

    private static String told(String name, ImageView image, boolean force, ContainerView... containers) {
        return ImageRemoval.told(List.of(ImageRemoval.plan(name, image, List.of(containers), force))).toString().replace('"', '\'');
    }

    private static void assertRefused(String name, ImageView image, boolean force, String message, ContainerView... containers) {
        assertThatThrownBy(() -> ImageRemoval.plan(name, image, List.of(containers), force))
                .isInstanceOfSatisfying(DockerRefusal.class, no -> assertThat(no.status()).isEqualTo(409))
                .hasMessage(message);
    }

    private static ImageView image(String... tags) {
        return Views.image('1', "2026-01-01T00:00:00Z", "3", tags);
    }
}
