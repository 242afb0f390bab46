package io.gantry.agent.main;

import io.gantry.agent.link.NodeIdentity;
import io.vertx.core.Vertx;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** The node's certificate and its one trusted CA, for Java's own HTTP client. */
final class NodeTls {
    private NodeTls() {}

    static SSLContext context(NodeIdentity identity, Vertx vertx) {
        try {
            KeyManager[] keys = identity.keyCertOptions().getKeyManagerFactory(vertx).getKeyManagers();
            TrustManager[] trust = identity.trustOptions().getTrustManagerFactory(vertx).getTrustManagers();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        } catch (Exception e) { // what Vert.x declares
            throw new IllegalStateException("the node's certificate can't be used", e);
        }
    }
}
