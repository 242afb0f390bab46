package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.view.ImageView;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFormsTest {
    private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");
    private static final ImageView OLD = Views.image('1', "2026-01-01T00:00:00Z", "35", "web:1", "shop/web:live");
    private static final ImageView NEW = Views.image('2', "2026-01-31T00:00:00Z", "37", "web:2");
    private static final ImageView NAMELESS = Views.image('3', "2026-01-15T00:00:00Z", "9");
    private static final List<ImageView> ALL = List.of(OLD, NEW, NAMELESS);

    @Test
    void aListIsInTheFormOfTheAskedVersion() {
        JsonNode newest = ImageForms.summary(OLD, 47, ImageForms.UNKNOWN, ImageForms.UNKNOWN);
        assertThat(newest.has("VirtualSize")).isFalse();
        assertThat(newest.path("RepoDigests")).hasToString("[\"shop/web@%1$s\",\"web@%1$s\"]".formatted(Views.id('f')));
        assertThat(newest.path("Size").asInt()).isEqualTo(8);
        assertThat(newest.path("SharedSize").asInt()).isEqualTo(-1);
        assertThat(ImageForms.summary(OLD, 43, 3, 2).path("VirtualSize").asInt()).isEqualTo(8);
        assertThat(ImageForms.summary(OLD, 43, 3, 2).path("SharedSize").asInt()).isEqualTo(3);
        assertThat(ImageForms.summary(NAMELESS, 43, 0, 0).path("RepoTags")).isEmpty();
        assertThat(ImageForms.summary(NAMELESS, 42, 0, 0).path("RepoTags")).hasToString("[\"<none>:<none>\"]");
        assertThat(ImageForms.summary(NAMELESS, 42, 0, 0).path("RepoDigests")).hasToString("[\"<none>@<none>\"]");
    }

    @Test
    void anInspectIsInTheFormOfTheAskedVersion() {
        assertThat(ImageForms.inspect(OLD, 44).path("ContainerConfig").path("Volumes").isNull()).isTrue();
        assertThat(ImageForms.inspect(OLD, 44).path("Container").asText("none")).isEmpty();
        assertThat(ImageForms.inspect(OLD, 45).has("ContainerConfig")).isFalse();
        assertThat(ImageForms.inspect(OLD, 45).path("Comment").asText()).isEqualTo("why");
        assertThat(ImageForms.inspect(OLD, 45).path("Author").asText()).isEqualTo("somebody");
        assertThat(ImageForms.inspect(OLD, 45).has("Container")).isFalse();
        assertThat(ImageForms.inspect(OLD, 44).has("VirtualSize")).isFalse();
        assertThat(ImageForms.inspect(OLD, 43).path("VirtualSize").asInt()).isEqualTo(8);
    }

    @Test
    void theHistoryIsNewestFirstWithTheSizesOfLayers() {
        assertThat(ImageForms.history(OLD).toString().replace('"', '\'')).isEqualTo(
                ("[{'Id':'%s','Created':0,'CreatedBy':'','Tags':['web:1','shop/web:live'],'Size':5,'Comment':''},{'Id':'<missing>','Created':0,'CreatedBy':'CMD','Tags':null,"
                                + "'Size':0,'Comment':'why'},{'Id':'<missing>','Created':1767225600,'CreatedBy':'COPY it','Tags':null,'Size':3,'Comment':''}]")
                        .formatted(Views.id('1')));
    }

    @Test
    void whatOthersHaveTooIsShared() {
        LayerSizes sizes = new LayerSizes(ALL);
        assertThat(sizes.total()).isEqualTo(3 + 5 + 7 + 9);
        assertThat(ALL).extracting(sizes::shared).containsExactly(3L, 3L, 0L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{} | 123", "{'dangling': ['true']} | 3", "{'dangling': {'false': true}} | 12", "{'reference': ['web']} | 12", "{'reference': ['*/web:live']} | 1",
        "{'before': ['web:2']} | 13", "{'since': ['web:1']} | 23", "{'since': ['1111'], 'before': ['web:2']} | 3", "{'label': ['team=shop']} | 123",
        "{'label': ['team=shop', 'none']} | ``", "{'until': ['2026-01-10T00:00:00Z']} | 1", "{'until': ['24h']} | 13"
    })
    void filtersChooseAsDockersDo(String filters, String ids) {
        assertThat(ImageFilters.parse(filters.replace('\'', '"'), NOW).choose(ALL)).extracting(image -> image.image().id().value().substring(7, 8))
                .containsExactlyInAnyOrderElementsOf(List.of(ids.isEmpty() ? new String[0] : ids.split("")));
    }

    @Test
    void whatIsAskedForByNameIsShownUnderThatNameAlone() {
        assertThat(ImageFilters.parse("{\"reference\": [\"web\"]}", NOW).choose(ALL).getFirst().tags()).hasToString("[web:1]");
    }

    @Test
    void aFilterThatIsNotKnownIsRefusedByName() {
        assertThatThrownBy(() -> ImageFilters.parse("{\"colour\": [\"red\"]}", NOW)).isInstanceOf(DockerRefusal.class).hasMessage("invalid filter 'colour'");
        assertThatThrownBy(() -> ImageFilters.parse("{\"dangling\": [\"maybe\"]}", NOW)).isInstanceOf(DockerRefusal.class).hasMessage("invalid filter 'dangling=maybe'");
        assertThatThrownBy(() -> ImageFilters.parse("{\"before\": [\"none:1\"]}", NOW).choose(ALL)).isInstanceOf(DockerRefusal.class).hasMessage("No such image: none:1");
    }
}
