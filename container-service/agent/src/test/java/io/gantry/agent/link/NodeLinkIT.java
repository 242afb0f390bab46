package io.gantry.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.DesiredRecord;
import io.vertx.core.Vertx;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NodeLinkIT {
    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<LogRecord> logged = new LinkedBlockingQueue<>();
    private final Logger logger = Logger.getLogger(NodeLink.class.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            logged.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir Path folder;

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setLevel(Level.ALL);
    }

    @AfterEach
    void close() {
        logger.removeHandler(handler);
        vertx.close();
    }

    @Test
    void warnsOnceThatTheServiceIsAwayWithAddressAndReason() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0)) {
            port = taken.getLocalPort();
        }
        NodeIdentity identity = identity("127.0.0.1:1").at("127.0.0.1:" + port);
        try (NodeLink link = new NodeLink(vertx, identity, "1", 0, nobody(), new Random(1))) {
            link.start();
            LogRecord first = logged.poll(10, TimeUnit.SECONDS);
            assertThat(first.getLevel().getName()).isEqualTo("WARN");
            assertThat(((ExtLogRecord) first).getFormattedMessage()).contains("no link to 127.0.0.1:" + port, "Connection refused");
            assertThat(logged.poll(1, TimeUnit.SECONDS)).as("a second word, after the next tries").isNull();
        }
    }

    /** Its certificate is its own authority. */
    private NodeIdentity identity(String service) throws Exception {
        Path store = folder.resolve("node.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "node", "-keyalg", "EC",
                        "-dname", "CN=node", "-keystore", store.toString(), "-storepass", "secret", "-storetype", "PKCS12")
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
        String certificate = pem("CERTIFICATE", keys.getCertificate("node").getEncoded());
        String key = pem("PRIVATE KEY", keys.getKey("node", "secret".toCharArray()).getEncoded());
        NodeId node = new NodeId("node-01890a5d-ac96-774b-bcce-b302099a8057");
        return NodeIdentity.save(folder.resolve("identity"), node, service, key, certificate, certificate);
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, Base64.getMimeEncoder().encodeToString(der), kind);
    }

    private static NodeLink.Listener nobody() {
        return new NodeLink.Listener() {
            @Override
            public void snapshot(long epoch, long generation, List<DesiredRecord> records) {}

            @Override
            public void change(long generation, DesiredRecord record) {}
        };
    }
}
