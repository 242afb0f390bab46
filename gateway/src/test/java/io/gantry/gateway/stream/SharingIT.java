package io.gantry.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.NodeWire;
import io.gantry.contracts.view.SharingView;
import io.gantry.gateway.fixture.ApiClient;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What sharing saves, from image-service and from an agent that asks for certificates. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class SharingIT {
    @TestHTTPResource URI address;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    @Test
    void eachNodeIsToldAndAllOfThemTogether() throws Exception {
        SharingView view = Json.read(new ApiClient(address.getPort(), tokenFile).get("/api/v1/sharing").body(), SharingView.class);
        NodeWire one = NodeWire.of(Instant.parse("2026-01-31T12:00:00Z"), 1, 20, 300, 4000, 50_000);
        assertThat(view.nodes()).extracting(SharingView.Node::name, SharingView.Node::wire).containsExactly(tuple("n1", one));
        assertThat(view.all()).isEqualTo(one);
        assertThat(view.registry().disk().saved().value()).isEqualTo(6);
    }
}
