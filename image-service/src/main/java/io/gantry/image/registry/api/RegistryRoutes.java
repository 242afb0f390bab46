package io.gantry.image.registry.api;

import io.gantry.contracts.problem.Unexpected;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.Database;
import io.gantry.image.content.Sha512;
import io.gantry.image.edge.Answer;
import io.gantry.image.edge.RequestBody;
import io.gantry.image.edge.WaitingHandler;
import io.gantry.image.registry.core.RegistryRefusal;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import io.gantry.image.registry.core.RegistryRequest;
import io.gantry.image.registry.store.OtherNames;
import io.gantry.kit.problem.Refused;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Sends each request of the distribution API to whoever answers it, and refusals back in the OCI error format. */
@ApplicationScoped
class RegistryRoutes {
    private static final Logger LOG = Logger.getLogger(RegistryRoutes.class);
    private static final String PREFIX = "/image-service/v2";
    /** Behind the service gate, before the limit on body sizes: layers are larger. */
    private static final int ORDER = -500;

    private final Database database;
    private final OtherNames names;
    private final BlobEndpoint blobs;
    private final UploadEndpoint uploads;
    private final ManifestEndpoint manifests;
    private final ListEndpoint lists;
    private final ScopedRegistry scoped;

    @Inject
    RegistryRoutes(Database database, OtherNames names, BlobEndpoint blobs, UploadEndpoint uploads, ManifestEndpoint manifests, ListEndpoint lists, ScopedRegistry scoped) {
        this.database = database;
        this.names = names;
        this.blobs = blobs;
        this.uploads = uploads;
        this.manifests = manifests;
        this.lists = lists;
        this.scoped = scoped;
    }

    void register(@Observes Router router) {
        WaitingHandler handler = new WaitingHandler(this::answer, RegistryRoutes::failure);
        router.route(PREFIX).order(ORDER).handler(context -> handler.handle(context.request()));
        router.route(PREFIX + "/*").order(ORDER).handler(context -> handler.handle(context.request()));
    }

    private Answer answer(HttpServerRequest request, RequestBody body) throws Exception {
        String path = path(request);
        RegistryRequest wanted =
                RegistryRequest.parse(request.method().name(), path, this::meant)
                        .orElseThrow(() -> new RegistryRefusal(Code.NAME_UNKNOWN, "the registry has no such path", path));
        scoped.check(request, wanted);
        return switch (wanted) {
            case RegistryRequest.Base _ -> read(request, () -> Answer.json(200, "{}", "Docker-Distribution-Api-Version", "registry/2.0"));
            case RegistryRequest.Catalog _ -> read(request, () -> lists.repositories(request));
            case RegistryRequest.Tags tags -> read(request, () -> lists.tags(request, tags));
            case RegistryRequest.Referrers referrers -> read(request, () -> lists.referrers(request, referrers));
            case RegistryRequest.Blob blob -> blobs.answer(request, blob);
            case RegistryRequest.Uploads start -> uploads.start(request, start, body);
            case RegistryRequest.Upload upload -> uploads.answer(request, upload, body);
            case RegistryRequest.Manifest manifest -> manifests.answer(request, manifest, body);
            case RegistryRequest.ManifestByOther manifest -> manifests.put(request, manifest, body);
        };
    }

    private Optional<Digest> meant(Sha512 other) {
        return Optional.ofNullable(database.await(() -> names.meant(List.of(other))).get(other.value()));
    }

    private static String path(HttpServerRequest request) {
        String encoded = request.path().substring(PREFIX.length());
        try {
            return QueryStringDecoder.decodeComponent(encoded);
        } catch (IllegalArgumentException e) {
            throw new RegistryRefusal(Code.NAME_INVALID, "the path is not encoded as RFC 3986 has it: " + e.getMessage(), encoded);
        }
    }

    private static Answer read(HttpServerRequest request, Supplier<Answer> answer) {
        if (!Set.of("GET", "HEAD").contains(request.method().name())) {
            throw wrongMethod(request);
        }
        return answer.get();
    }

    static RegistryRefusal wrongMethod(HttpServerRequest request) {
        return new RegistryRefusal(Code.UNSUPPORTED, request.method() + " is not possible here", request.path());
    }

    private static Answer failure(Throwable e) {
        if (e instanceof RegistryRefusal refusal) {
            return Answer.json(refusal.status(), refusal.toJson());
        }
        if (e instanceof Refused refused) {
            RegistryRefusal elsewhere = RegistryRefusal.elsewhere(refused.refusal());
            return Answer.json(elsewhere.status(), elsewhere.toJson());
        }
        if (e instanceof RequestBody.ClientGone) {
            LOG.debugf("an upload was interrupted: %s", e.getMessage());
            return Answer.empty(408);
        }
        Unexpected error = Unexpected.marked();
        LOG.errorf(e, "a registry request failed, %s", error.mark());
        return Answer.json(500, "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"" + error.words("the service") + "\"}]}");
    }
}
