package io.gantry.image.archive.api;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.archive.ArchiveLoader;
import io.gantry.image.archive.ArchiveWriter;
import io.gantry.image.archive.Import;
import io.gantry.image.build.step.ImageAssembly;
import io.gantry.image.edge.EventLines;
import io.gantry.image.edge.LinesHandler;
import io.gantry.image.edge.RequestBody;
import io.gantry.image.edge.ResponseOutput;
import io.gantry.image.edge.ScopeHeader;
import io.gantry.kit.problem.QueryParameters;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * {@code GET /image-service/archives?name=} gives images as one tar, {@code POST /image-service/archives} takes such a tar, {@code POST
 * /image-service/imports?tag=&change=&message=} a file system. The last two tell what happens, one JSON object a line.
 */
@ApplicationScoped
class ArchiveRoutes {
    private static final Logger LOG = Logger.getLogger(ArchiveRoutes.class);
    private static final String ARCHIVES = "/image-service/archives";
    /** Behind the service gate, before the limit on body sizes. */
    private static final int ORDER = -500;

    private static final int PIECE = 1 << 16;
    private final ArchiveWriter writer;
    private final ArchiveLoader loader;
    private final Import importing;

    @Inject
    ArchiveRoutes(ArchiveWriter writer, ArchiveLoader loader, Import importing) {
        this.writer = writer;
        this.loader = loader;
        this.importing = importing;
    }

    void register(@Observes Router router) {
        router.get(ARCHIVES).order(ORDER).handler(routing -> save(routing.request()));
        router.post(ARCHIVES).order(ORDER).handler(routing -> LinesHandler.handle(routing.request(), "load", Set.of(), (body, lines) -> load(body, ScopeHeader.of(routing.request()), lines)));
        router.post("/image-service/imports").order(ORDER).handler(routing ->
                LinesHandler.handle(routing.request(), "import", Set.of("tag", "change", "message"), (body, lines) -> take(routing.request(), body, lines)));
    }

    private void save(HttpServerRequest request) {
        Context context = Vertx.currentContext();
        HttpServerResponse response = request.response();
        // there is no body to wait for
        request.resume();
        Optional<Scope> scope = ScopeHeader.of(request);
        Thread thread = Thread.ofVirtual().name("save").unstarted(() -> {
            try (ArchiveWriter.Archive archive = archive(request.params(), scope)) {
                send(archive, response, context);
            } catch (RuntimeException e) {
                context.runOnContext(_ -> LinesHandler.refuse(response, e));
            }
        });
        response.closeHandler(_ -> thread.interrupt());
        thread.start();
    }

    private ArchiveWriter.Archive archive(MultiMap params, Optional<Scope> scope) {
        QueryParameters.check(params.names(), Set.of("name"));
        List<String> names = params.getAll("name");
        if (names.isEmpty()) {
            throw new BadField("name", "which images is not said", "ask for example for ?name=shop/web:1.2");
        }
        return writer.open(names, scope);
    }

    private static void send(ArchiveWriter.Archive archive, HttpServerResponse response, Context context) {
        response.putHeader("Content-Type", "application/x-tar");
        ResponseOutput out = new ResponseOutput(response, context);
        try {
            BufferedOutputStream buffered = new BufferedOutputStream(out, PIECE);
            archive.write(buffered);
            buffered.flush();
            // what broke off is never ended
            out.close();
        } catch (RequestBody.ClientGone | InterruptedIOException gone) {
            LOG.debugf("whoever wanted an archive is gone: %s", gone.getMessage());
        } catch (IOException | RuntimeException e) {
            LOG.errorf(e, "an archive broke off");
            out.cutOff();
        }
    }

    private void load(RequestBody body, Optional<Scope> scope, EventLines lines) throws IOException {
        loader.load(body, scope, new ArchiveLoader.Hearer() {
            @Override
            public void layer(Digest layer, long size) {
                lines.send(EventLines.line("layer", layer, "size", size));
            }

            @Override
            public void loaded(Digest id, List<ImageRef> tags) {
                lines.send(EventLines.line("image", id, "tags", tags));
            }
        });
    }

    private void take(HttpServerRequest request, RequestBody body, EventLines lines) throws IOException {
        MultiMap params = request.params();
        Optional<ImageRef> tag = Optional.ofNullable(params.get("tag")).filter(text -> !text.isEmpty()).map(ImageRef::parse);
        if (tag.filter(one -> one.digest().isPresent()).isPresent()) {
            throw new BadField("tag", "a tag has no digest: that is only known afterwards; got '" + tag.get() + "'");
        }
        Import.Wanted wanted = new Import.Wanted(tag, params.getAll("change"), params.get("message"), ScopeHeader.of(request));
        ImageAssembly.Stored made = importing.of(body, wanted);
        lines.send(EventLines.line("image", made.image(), "manifest", made.manifest(), "tags", tag.stream().toList()));
    }
}
