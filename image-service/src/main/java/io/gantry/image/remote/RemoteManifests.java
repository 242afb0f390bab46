package io.gantry.image.remote;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.registry.ManifestIntake;
import io.gantry.image.registry.core.ManifestDocument;
import io.gantry.image.registry.core.MediaTypes;
import io.gantry.image.remote.core.RemoteName;
import io.gantry.kit.problem.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;

/** Manifests of another registry, each checked against the digest it goes by. */
final class RemoteManifests {
    private static final String ACCEPT =
            String.join(", ", MediaTypes.OCI_MANIFEST, MediaTypes.OCI_INDEX, MediaTypes.DOCKER_MANIFEST, MediaTypes.DOCKER_LIST);

    /** One, as it was sent. */
    record Fetched(Digest digest, byte[] body, ManifestDocument document) {}

    private RemoteManifests() {}

    /** @param reference a tag or a digest */
    static Fetched fetch(RemoteRegistry registry, RemoteName name, String reference) throws InterruptedException {
        RemoteName wanted = new RemoteName(name.registry(), name.path(), reference);
        var asked = RemoteRegistry.Asked.get("/v2/" + name.path() + "/manifests/" + reference, ACCEPT, wanted.toString());
        HttpResponse<InputStream> answer = registry.ask(asked);
        byte[] body = body(wanted, answer);
        Digest digest = BlobWriter.digestOf(body);
        String announced = Digest.isDigest(reference) ? reference : answer.headers().firstValue("Docker-Content-Digest").orElse(digest.value());
        if (!announced.equals(digest.value())) {
            throw new Refused(ProblemType.CONFLICT, "the registry " + name.registry() + " sent a manifest with the digest " + digest + " for " + wanted + ", not " + announced, "don't trust it; try again");
        }
        String type = answer.headers().firstValue("Content-Type").map(text -> text.split(";")[0].strip()).orElse("");
        return new Fetched(digest, body, ManifestDocument.parse(body, MediaTypes.isManifest(type) || MediaTypes.isIndex(type) ? type : null));
    }

    /** What a name means there, without the manifest itself; empty if the registry doesn't say. */
    static Optional<Digest> digest(RemoteRegistry registry, RemoteName name) throws InterruptedException {
        var asked = new RemoteRegistry.Asked(
                "HEAD", URI.create("/v2/" + name.path() + "/manifests/" + name.reference()), Map.of("Accept", ACCEPT), BodyPublishers::noBody, name.toString());
        HttpResponse<InputStream> answer = registry.ask(asked);
        try (InputStream none = answer.body()) {
            return answer.headers().firstValue("Docker-Content-Digest").filter(Digest::isDigest).map(Digest::new);
        } catch (IOException e) {
            throw RemoteRegistry.unreachable(name.registry(), e);
        }
    }

    private static byte[] body(RemoteName wanted, HttpResponse<InputStream> answer) {
        try (InputStream in = answer.body()) {
            byte[] body = in.readNBytes(ManifestIntake.LIMIT + 1);
            if (body.length > ManifestIntake.LIMIT) {
                throw new Refused(ProblemType.CONFLICT, "the manifest of " + wanted + " has more than " + ManifestIntake.LIMIT + " bytes", null);
            }
            return body;
        } catch (IOException e) {
            throw RemoteRegistry.unreachable(wanted.registry(), e);
        }
    }
}
