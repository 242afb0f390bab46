package io.gantry.agent.api;

import io.gantry.agent.link.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Answers, when its client has said all, how much that was and for whom; then goes on for as long as it is told to, and ends. */
public final class PlayedGateway implements AutoCloseable {
    private final SSLServerSocket server;
    private final List<SSLSocket> clients = new CopyOnWriteArrayList<>();
    private final SSLContext tls;

    /** @param folder gets a certificate that is the node's, a service's and their authority's */
    public PlayedGateway(Path folder) throws Exception {
        TestIdentity.save(folder, "127.0.0.1:1");
        tls = context(folder.resolve("node.p12"));
        server = (SSLServerSocket) tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setNeedClientAuth(true);
        Thread.ofVirtual().start(this::accept);
    }

    /** The node's side. */
    public SSLContext tls() {
        return tls;
    }

    public InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", server.getLocalPort());
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket client = (SSLSocket) server.accept();
                clients.add(client);
                Thread.ofVirtual().start(() -> answer(client));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private static void answer(SSLSocket client) {
        try (client) {
            client.startHandshake();
            SNIServerName name = ((ExtendedSSLSession) client.getSession()).getRequestedServerNames().getFirst();
            int count = client.getInputStream().readAllBytes().length;
            client.getOutputStream().write((count + " bytes for " + new String(name.getEncoded(), StandardCharsets.US_ASCII) + "\n").getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
        } catch (IOException e) {
            // the client has gone
        }
    }

    private static SSLContext context(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, "secret".toCharArray());
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        authorities.setCertificateEntry("ca", keys.getCertificate("node"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
        return context;
    }

    /** Connections that it has, or has had. */
    public int count() {
        return clients.size();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (SSLSocket client : clients) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
