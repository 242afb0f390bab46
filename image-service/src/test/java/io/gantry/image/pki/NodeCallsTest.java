package io.gantry.image.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.id.NodeId;
import io.gantry.image.fixture.Certificates;
import io.gantry.image.fixture.FakeAgent;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.Certificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodeCallsTest {
    private static final NodeId FIRST = new NodeId("node-0198aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee");
    private static final NodeId SECOND = new NodeId("node-0198aaaa-bbbb-7ccc-8ddd-eeeeeeeeeee2");
    private static final String CONTAINER = "ab".repeat(32);

    @TempDir Path pki;
    private NodeCalls calls;

    @BeforeEach
    void begin() throws Exception {
        Certificates.make(pki);
        calls = new NodeCalls(new PkiFolder(pki));
    }

    @AfterEach
    void end() {
        calls.stop();
    }

    @Test
    void whatIsRenewedIsShownFromTheNextConnectionOn() throws Exception {
        Certificate before = Certificates.certificate(pki, "service");
        try (FakeAgent first = agent("node"); FakeAgent second = agent("node-2")) {
            assertThat(logs(FIRST, first)).isEqualTo("said");
            Certificates.renew(pki, "service");
            Certificate after = Certificates.certificate(pki, "service");
            assertThat(logs(SECOND, second)).isEqualTo("said");
            assertThat(first.clients()).containsExactly(before);
            assertThat(second.clients()).containsExactly(after).doesNotContain(before);
        }
    }

    @Test
    void aNodeThatAnswersForAnotherIsNotBelieved() throws Exception {
        try (FakeAgent second = agent("node-2")) {
            assertThatThrownBy(() -> logs(FIRST, second)).isInstanceOf(IOException.class)
                    .hasMessageContaining("answers not gantry://node/" + FIRST + " but [gantry://node/" + SECOND + "]");
            assertThat(logs(SECOND, second)).isEqualTo("said");
        }
    }

    @Test
    void whereNobodyAnswersThatIsSaid() throws Exception {
        int port;
        try (FakeAgent gone = agent("node")) {
            port = gone.port();
        }
        URI uri = URI.create("https://127.0.0.1:" + port + "/containers/" + CONTAINER + "/logs");
        assertThatThrownBy(() -> calls.get(FIRST, uri)).isInstanceOf(IOException.class).hasMessage(FIRST + " doesn't answer at 127.0.0.1:" + port);
    }

    @Test
    void whoIsNoNodeOrOfAnotherInstallationIsAskedNothing() throws Exception {
        try (FakeAgent service = agent("service"); FakeAgent stranger = agent("stranger")) {
            assertThatThrownBy(() -> logs(FIRST, service)).hasStackTraceContaining("that is no node but [gantry://service/control]");
            assertThatThrownBy(() -> logs(FIRST, stranger)).isInstanceOf(IOException.class);
            assertThat(service.clients()).isEmpty();
            assertThat(stranger.clients()).isEmpty();
        }
    }

    private FakeAgent agent(String certificate) throws Exception {
        FakeAgent agent = new FakeAgent(pki, certificate);
        agent.hold(CONTAINER, "said", new byte[0]);
        return agent;
    }

    private String logs(NodeId node, FakeAgent at) throws Exception {
        try (InputStream body = calls.get(node, URI.create("https://127.0.0.1:" + at.port() + "/containers/" + CONTAINER + "/logs")).body()) {
            return new String(body.readAllBytes());
        }
    }
}
