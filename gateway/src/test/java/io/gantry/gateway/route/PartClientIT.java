package io.gantry.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.gateway.fixture.ClosingServer;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.problem.Refused;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that services close while they are kept. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class PartClientIT {
    private static final int ATTEMPTS = 50;

    @Inject Vertx vertx;

    @Inject ServiceToken token;

    private ClosingServer server;
    private PartClient parts;

    @BeforeEach
    void start() throws IOException {
        server = new ClosingServer();
        PartAddresses.Address address = () -> URI.create("http://127.0.0.1:" + server.port());
        parts = new PartClient(vertx, new OnePlace(address), token, Duration.ofSeconds(5), Duration.ofSeconds(30));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /** Whether a kept connection is taken is the pool's choice, so they are asked until one was. */
    @Test
    void aReadThatMeetsAClosedConnectionIsSentOnceMore() {
        server.cutOne();
        int asked = 0;
        for (; asked < ATTEMPTS && server.cut().isEmpty(); asked++) {
            assertThat(ask(HttpMethod.GET).path("items").isArray()).isTrue();
        }
        assertThat(server.cut()).containsExactly("GET /image-service/images");
        assertThat(server.seen()).hasSize(asked + 1);
    }

    @Test
    void whatMayHaveHadAnEffectIsNotSentTwice() {
        String change = "POST /image-service/images";
        int sent = 0;
        boolean refused = false;
        for (; sent < ATTEMPTS && !refused; sent++) {
            ask(HttpMethod.GET);
            server.cutOne();
            refused = catchThrowable(() -> ask(HttpMethod.POST)) != null;
        }
        assertThat(server.cut()).contains(change);
        assertThat(server.seen()).filteredOn(change::equals).hasSize(sent);
    }

    @Test
    void aServiceThatClosesEveryConnectionIsSaidNotToAnswer() {
        server.answerNobody();
        assertUnavailable(HttpMethod.GET);
        assertThat(server.seen()).hasSize(2);
    }

    private void assertUnavailable(HttpMethod method) {
        assertThat(catchThrowable(() -> ask(method)))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(Refused.class, no -> assertThat(no.refusal().type()).isEqualTo(ProblemType.UNAVAILABLE));
    }

    private JsonNode ask(HttpMethod method) {
        return parts.call(Part.IMAGE, method, "/images", method == HttpMethod.POST ? Map.of() : null, "test").toCompletionStage().toCompletableFuture().join();
    }

    private record OnePlace(PartAddresses.Address image) implements PartAddresses {
        @Override
        public Address container() {
            return image;
        }

        @Override
        public Address network() {
            return image;
        }

        @Override
        public Address scheduler() {
            return image;
        }
    }
}
