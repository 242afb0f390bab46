package io.gantry.agent.image;

import io.gantry.agent.image.HttpBlobSource.Offer;
import io.gantry.agent.image.WireLedger.Way;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.jboss.logging.Logger;

/**
 * Blobs from image-service, or from another host that it names since many want the same one. A host that can't be reached, goes quiet, breaks off or lies costs one request to image-service for what is still wanted,
 * which is told of it; nobody but image-service is asked for that blob from there on.
 */
public final class PeeredBlobSource implements BlobSource {
    private static final Logger LOG = Logger.getLogger(PeeredBlobSource.class);
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(2);
    private final HttpBlobSource service;
    private final HttpClient nodes;
    private final SharedBlobs shared;
    private final WireLedger wire;
    private final Duration patience;
    /** Who gave of a blob that is being read. */
    private final Map<Digest, List<NodeId>> gave = new ConcurrentHashMap<>();
    private final Map<Digest, List<NodeId>> doubted = new ConcurrentHashMap<>();

    /** @param nodes trusts the certificates of nodes */
    public PeeredBlobSource(HttpBlobSource service, SSLContext nodes, SharedBlobs shared, WireLedger wire) {
        this(service, nodes, shared, wire, Duration.ofSeconds(10));
    }

    /** @param patience for the next bytes of a node */
    public PeeredBlobSource(HttpBlobSource service, SSLContext nodes, SharedBlobs shared, WireLedger wire, Duration patience) {
        this.service = service;
        this.nodes = HttpBlobSource.client(nodes, CONNECT_DEADLINE);
        this.shared = shared;
        this.wire = wire;
        this.patience = patience;
    }

    @Override
    public InputStream open(Digest blob) throws IOException {
        gave.remove(blob);
        Fetch fetch = new Fetch(doubted.remove(blob));
        InputStream body = new ResumingBlobSource(fetch).open(blob);
        return fetch.passOn ? shared.through(blob, body) : body;
    }

    @Override
    public void believe(Digest blob) {
        gave.remove(blob);
    }

    @Override
    public boolean doubt(Digest blob) {
        shared.drop(blob);
        List<NodeId> by = gave.remove(blob);
        if (by == null) {
            return false;
        }
        doubted.put(blob, by);
        return true;
    }

    /** One blob, from its first byte to its last. */
    private final class Fetch implements ResumingBlobSource.Ranges {
        private final List<NodeId> failed = new ArrayList<>();
        private NodeId giving;
        private boolean passOn;

        Fetch(List<NodeId> doubted) {
            if (doubted != null) {
                failed.addAll(doubted);
            }
        }

        @Override
        public InputStream open(Digest blob, long from) throws IOException {
            InputStream body = begin(blob, from);
            wire.add(Way.RESUMED, from);
            return body;
        }

        private InputStream begin(Digest blob, long from) throws IOException {
            if (giving != null) {
                // what it gave broke off
                failed.add(giving);
                giving = null;
            }
            Offer offer = service.ask(blob, from, failed);
            if (offer instanceof Offer.Elsewhere(var node, var base)) {
                try {
                    InputStream body = new HttpBlobSource(nodes, base, node.value(), patience).open(blob, from);
                    giving = node;
                    gave.computeIfAbsent(blob, _ -> new ArrayList<>()).add(node);
                    passOn = true;
                    return wire.counting(Way.FROM_NODES, body);
                } catch (IOException e) {
                    LOG.infof("%s comes from image-service: %s", blob, e.getMessage());
                    failed.add(node);
                    offer = service.ask(blob, from, failed);
                }
            }
            if (offer instanceof Offer.Content(var body, var others)) {
                passOn |= others;
                return wire.counting(Way.FROM_REGISTRY, body);
            }
            throw new BlobSourceAway("image-service sends to another node again, though " + failed + " failed", null);
        }
    }
}
