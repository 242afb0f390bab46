package io.gantry.image.build.step;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.image.Database;
import io.gantry.image.build.store.NodeAddresses;
import io.gantry.image.pki.PkiFolder;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Asks a node's agent for a container's output and changes, as the service, over TLS; only that node is believed. A connection is kept for what is asked next. */
@Singleton
public class AgentCalls {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration HEAD = Duration.ofSeconds(30);
    private final Database database;
    private final NodeAddresses addresses;
    private final PkiFolder pki;
    private final Map<NodeId, HttpClient> clients = new ConcurrentHashMap<>();

    @Inject
    AgentCalls(Database database, NodeAddresses addresses, PkiFolder pki) {
        this.database = database;
        this.addresses = addresses;
        this.pki = pki;
    }

    /** Reads an answer's body. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(InputStream body) throws IOException;
    }

    /** What it writes, until it ends. */
    <T> T logs(NodeId node, ContainerId container, Reader<T> reader) throws IOException, InterruptedException {
        return get(node, "/containers/" + container + "/logs?follow=true", reader);
    }

    /** What it has changed, as a layer's tar. */
    public <T> T layer(NodeId node, ContainerId container, Reader<T> reader) throws IOException, InterruptedException {
        return get(node, "/containers/" + container + "/layer", reader);
    }

    private <T> T get(NodeId node, String path, Reader<T> reader) throws IOException, InterruptedException {
        URI base = database.await(() -> addresses.of(node)).orElseThrow(() -> new IOException("nobody knows where " + node + " is"));
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path)).timeout(HEAD).build();
        HttpResponse<InputStream> response = client(node).send(request, BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException(base + path + " answered " + response.statusCode() + ": " + new String(body.readNBytes(500)));
            }
            return reader.read(body);
        }
    }

    /** The certificates are read for the first call to a node. */
    private HttpClient client(NodeId node) throws IOException {
        HttpClient known = clients.get(node);
        if (known != null) {
            return known;
        }
        HttpClient made = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).sslContext(pki.contextFor(node.value())).build();
        HttpClient other = clients.putIfAbsent(node, made);
        if (other == null) {
            return made;
        }
        made.close();
        return other;
    }
}
