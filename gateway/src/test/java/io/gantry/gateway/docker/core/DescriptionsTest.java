package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DescriptionsTest {
    private static final String ID = "a".repeat(64);
    private static final Map<String, String> WEB = Map.of("name", "web", "image", "shop/web:1", "tier", "front");
    private final Descriptions descriptions = new Descriptions(Map.of());

    private static DockerEvent event(String action, Map<String, String> attributes) {
        return new DockerEvent("container", action, ID, attributes, Instant.EPOCH);
    }

    @Test
    void learnsFromItsCreationAndForgetsWithItsEnd() {
        assertThat(descriptions.lacks(event("start", Map.of()))).isTrue();
        assertThat(descriptions.lacks(event("create", WEB))).isFalse();
        descriptions.complete(event("create", WEB));
        assertThat(descriptions.lacks(event("start", Map.of()))).isFalse();
        assertThat(descriptions.complete(event("die", Map.of("exitCode", "3"))).attributes())
                .containsEntry("name", "web").containsEntry("image", "shop/web:1").containsEntry("tier", "front").containsEntry("exitCode", "3");
        assertThat(descriptions.complete(event("destroy", Map.of())).attributes()).isEqualTo(WEB);
        assertThat(descriptions.lacks(event("start", Map.of()))).isTrue();
    }

    @Test
    void isCalledByItsNewNameAndSaysTheOldOne() {
        descriptions.learn(ID, WEB);
        assertThat(descriptions.complete(event("rename", Map.of("name", "shop"))).attributes())
                .containsEntry("name", "shop").containsEntry("oldName", "/web").containsEntry("image", "shop/web:1");
        assertThat(descriptions.complete(event("stop", Map.of())).attributes()).containsEntry("name", "shop").doesNotContainKey("oldName");
    }

    @Test
    void oneThatIsGoneIsAskedForOnlyOnce() {
        descriptions.learn(ID, Map.of());
        assertThat(descriptions.lacks(event("die", Map.of()))).isFalse();
        assertThat(descriptions.complete(event("die", Map.of("exitCode", "0"))).attributes()).isEqualTo(Map.of("exitCode", "0"));
    }

    @Test
    void whatIsNoContainerIsToldAsItIs() {
        DockerEvent tag = new DockerEvent("image", "tag", "sha256:1", Map.of("name", "shop/web:1"), Instant.EPOCH);
        assertThat(descriptions.lacks(tag)).isFalse();
        assertThat(descriptions.complete(tag)).isEqualTo(tag);
    }
}
