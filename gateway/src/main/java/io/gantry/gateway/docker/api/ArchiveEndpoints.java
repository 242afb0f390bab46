package io.gantry.gateway.docker.api;

import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageView;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.ImageNames;
import io.gantry.gateway.docker.core.ImportWords;
import io.gantry.gateway.docker.core.LoadWords;
import io.gantry.gateway.docker.core.Unsupported;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.stream.ContainerFiles;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code docker save}, {@code load} and {@code import}: images as one tar, and file systems that become images. */
@Singleton
class ArchiveEndpoints {
    private final PartClient parts;
    private final ImageEndpoints images;

    @Inject
    ArchiveEndpoints(PartClient parts, ImageEndpoints images) {
        this.parts = parts;
        this.images = images;
    }

    void register(Routes routes) {
        routes.respond(HttpMethod.GET, "/images/get", call -> save(call, call.request().params().getAll("names")));
        routes.respond(HttpMethod.GET, "/images/{name}/get", call -> save(call, List.of(call.name())));
        routes.upload(HttpMethod.POST, "/images/load", this::load);
    }

    private Future<Void> save(Call call, List<String> names) {
        if (names.isEmpty()) {
            throw new DockerRefusal(400, "no image is named");
        }
        return images.usable(call.caller()).compose(known -> {
            String query = names.stream()
                    .flatMap(name -> ImageNames.meant(known, name).stream())
                    .map(name -> "name=" + DockerContainers.encode(name))
                    .collect(Collectors.joining("&"));
            return parts.open(Part.IMAGE, HttpMethod.GET, "/archives?" + query, null, call.caller());
        }).map(tar -> {
            ContainerFiles.pipe(tar, call.request().response().putHeader("Content-Type", "application/x-tar"));
            return null;
        });
    }

    private Future<Void> load(Call call) {
        return parts.upload(Part.IMAGE, HttpMethod.POST, "/archives", call.request(), call.caller())
                .compose(answer -> ToldLines.tell(answer, call.request().response(), new LoadWords(call.flag("quiet"))));
    }

    /** Of {@code POST /images/create}, which pulls as well. */
    Future<Void> take(Call call) {
        if (!call.parameter("fromSrc").equals("-")) {
            throw DockerRefusal.notSupported("importing from '" + call.parameter("fromSrc") + "'", "send the archive in the body, as docker import - does");
        }
        String platform = call.parameter("platform");
        if (platform != null && !platform.equals("linux") && !platform.equals("linux/amd64")) {
            throw Unsupported.parameter("platform", platform);
        }
        List<String> query = new ArrayList<>();
        if (call.parameter("repo") != null) {
            ImageRef tag = ImageNames.reference(call.parameter("repo") + (call.parameter("tag") == null ? "" : ":" + call.parameter("tag")));
            query.add("tag=" + DockerContainers.encode(tag.toString()));
        }
        if (call.parameter("message") != null) {
            query.add("message=" + DockerContainers.encode(call.parameter("message")));
        }
        call.request().params().getAll("changes").forEach(text ->
                text.lines().filter(line -> !line.isBlank()).forEach(line -> query.add("change=" + DockerContainers.encode(line))));
        return parts.upload(Part.IMAGE, HttpMethod.POST, "/imports?" + String.join("&", query), call.request(), call.caller())
                .compose(answer -> ToldLines.tell(answer, call.request().response(), new ImportWords()));
    }
}
