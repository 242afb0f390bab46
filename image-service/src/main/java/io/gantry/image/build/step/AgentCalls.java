package io.gantry.image.build.step;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.image.Database;
import io.gantry.image.build.store.NodeAddresses;
import io.gantry.image.pki.NodeCalls;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;

/** Asks a node's agent for a container's output and changes, as the service, over TLS; only that node is believed. */
@Singleton
public class AgentCalls {
    private final Database database;
    private final NodeAddresses addresses;
    private final NodeCalls calls;

    @Inject
    AgentCalls(Database database, NodeAddresses addresses, NodeCalls calls) {
        this.database = database;
        this.addresses = addresses;
        this.calls = calls;
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
        HttpResponse<InputStream> response = calls.get(node, base.resolve(path));
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException(base + path + " answered " + response.statusCode() + ": " + new String(body.readNBytes(500)));
            }
            return reader.read(body);
        }
    }
}
