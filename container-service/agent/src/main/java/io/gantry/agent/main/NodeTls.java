package io.gantry.agent.main;

import io.gantry.agent.link.NodeIdentity;
import io.gantry.agent.link.NodeTrust;
import io.vertx.core.Vertx;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** The node's certificate and its one trusted CA, for Java's own HTTP client. */
final class NodeTls {
    private NodeTls() {}

    /** For whoever the CA has given a certificate that names its address. */
    static SSLContext context(NodeIdentity identity, Vertx vertx) {
        return context(identity, vertx, trust -> trust);
    }

    /** For other nodes, wherever they are. */
    static SSLContext toNodes(NodeIdentity identity, Vertx vertx) {
        return context(identity, vertx, trust -> new TrustManager[] {new NodeTrust((X509TrustManager) trust[0])});
    }

    private static SSLContext context(NodeIdentity identity, Vertx vertx, UnaryOperator<TrustManager[]> trusted) {
        try {
            KeyManager[] keys = identity.keyCertOptions().getKeyManagerFactory(vertx).getKeyManagers();
            TrustManager[] trust = trusted.apply(identity.trustOptions().getTrustManagerFactory(vertx).getTrustManagers());
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
