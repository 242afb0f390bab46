package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageView;
import io.gantry.contracts.view.RegistryCredentials;
import io.gantry.contracts.view.RegistryLogin;
import io.gantry.contracts.view.TransferRequest;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.ImageNames;
import io.gantry.gateway.docker.core.Platform;
import io.gantry.gateway.docker.core.RegistryAuth;
import io.gantry.gateway.docker.core.TransferWords;
import io.gantry.gateway.docker.core.Unsupported;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.scope.Belongings;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** {@code docker pull}, {@code push} and {@code login}: images of other registries. */
@Singleton
class TransferEndpoints {
    private static final String AUTH = "X-Registry-Auth";
    /** As long as another registry may think. */
    private static final Duration LONGEST = Duration.ofMinutes(3);

    private final PartClient parts;
    private final ImageEndpoints images;
    private final ArchiveEndpoints archives;

    @Inject
    TransferEndpoints(PartClient parts, ImageEndpoints images, ArchiveEndpoints archives) {
        this.parts = parts;
        this.images = images;
        this.archives = archives;
    }

    void register(Routes routes) {
        routes.upload(HttpMethod.POST, "/images/create", call -> call.parameter("fromImage") == null ? take(call) : pull(call));
        routes.respond(HttpMethod.POST, "/images/{name}/push", this::push);
        routes.reply(HttpMethod.GET, "/distribution/{name}/json", this::look);
        routes.reply(HttpMethod.POST, "/auth", this::login);
    }

    private Future<Void> take(Call call) {
        if (call.parameter("fromSrc") == null) {
            throw new DockerRefusal(400, "neither fromImage nor fromSrc says what the image is to be made of");
        }
        return archives.take(call);
    }

    /** Errors before anything is told have a status, later ones come in the stream, as clients expect. */
    private Future<Void> pull(Call call) {
        // there is no body to wait for
        call.request().resume();
        String tag = call.parameter("tag");
        String separator = tag != null && tag.startsWith("sha256:") ? "@" : ":";
        ImageRef name = ImageNames.reference(tag == null ? call.parameter("fromImage") : call.parameter("fromImage") + separator + tag);
        return platform(call.caller(), call.parameter("platform"), name).compose(_ -> transfer(call, "/pulls", name, TransferWords.ofPull()));
    }

    /** Of an index what is for linux/amd64 is pulled; what is here already is for what it is for. */
    private Future<Void> platform(Caller caller, String asked, ImageRef name) {
        if (asked == null || asked.equals("linux") || asked.equals("linux/amd64")) {
            return Future.succeededFuture();
        }
        return images.usable(caller).map(known -> {
            String architecture = ImageNames.find(known, name.toString()).orElseThrow(() -> Unsupported.parameter("platform", asked)).image().architecture();
            Platform.check(asked, architecture, name.toString());
            return null;
        });
    }

    private Future<Void> push(Call call) {
        String tag = call.parameter("tag");
        return images.all().map(known -> call.caller().own(known, Belongings::labels)).compose(known -> {
            List<String> names = ImageNames.meant(known, tag == null ? call.name() : call.name() + ":" + tag);
            if (names.size() > 1) {
                throw DockerRefusal.notSupported("pushing all tags of a repository at once", "name one: " + names.getFirst());
            }
            return transfer(call, "/pushes", ImageNames.reference(names.getFirst()), TransferWords.ofPush());
        });
    }

    private Future<Void> transfer(Call call, String path, ImageRef name, TransferWords words) {
        return parts.open(Part.IMAGE, HttpMethod.POST, path, request(call, name), call.caller(), call.request().response())
                .compose(answer -> ToldLines.tell(answer, call.request().response(), words));
    }

    private static TransferRequest request(Call call, ImageRef name) {
        return new TransferRequest(name, RegistryAuth.read(call.request().getHeader(AUTH)).orElse(null));
    }

    /** What is here is what a container or service of that name gets, unless the name says another registry. */
    private Future<Reply> look(Call call) {
        ImageRef name = ImageNames.reference(call.name());
        if (ImageNames.saysRegistry(name)) {
            return lookElsewhere(call, name);
        }
        return images.all().compose(known -> ImageNames.find(known, name.toString()).map(image -> lookHere(image, ImageNames.stored(image, name.toString()))).orElseGet(() -> lookElsewhere(call, name)));
    }

    private Future<Reply> lookHere(ImageView image, ImageRef stored) {
        String version = stored.digest().map(Digest::value).orElseGet(() -> stored.tag().orElseThrow());
        return parts.open(Part.IMAGE, "/v2/" + stored.repository() + "/manifests/" + version, DockerContainers.PRINCIPAL)
                .compose(answer -> answer.body().map(bytes -> {
                    ObjectNode json = Json.mapper().createObjectNode();
                    json.putObject("Descriptor").put("mediaType", answer.getHeader("Content-Type")).put("digest", answer.getHeader("Docker-Content-Digest")).put("size", bytes.length());
                    json.putArray("Platforms").addObject().put("architecture", image.image().architecture()).put("os", "linux");
                    return Reply.ok(json);
                }));
    }

    private Future<Reply> lookElsewhere(Call call, ImageRef name) {
        return parts.call(Part.IMAGE, HttpMethod.POST, "/registries/look", request(call, name), DockerContainers.PRINCIPAL, LONGEST).map(answer -> {
            JsonNode meaning = answer.body();
            ObjectNode json = Json.mapper().createObjectNode();
            json.putObject("Descriptor")
                    .put("mediaType", meaning.path("mediaType").asText())
                    .put("digest", meaning.path("digest").asText())
                    .put("size", meaning.path("size").asLong());
            ArrayNode platforms = json.putArray("Platforms");
            meaning.path("platforms").forEach(one -> {
                String[] parts = one.asText().split("/", 2);
                platforms.addObject().put("architecture", parts.length == 2 ? parts[1] : "").put("os", parts[0]);
            });
            return Reply.ok(json);
        });
    }

    private Future<Reply> login(Call call) {
        JsonNode body = call.json();
        String registry = RegistryAuth.host(body.path("serveraddress").asText(""));
        if (registry.isEmpty() || ImageRef.familiar(registry + "/").isEmpty()) {
            throw DockerRefusal.notSupported("a login without a registry", "name it: docker login registry.example.com");
        }
        RegistryLogin request = new RegistryLogin(registry, RegistryAuth.of(body).orElse(new RegistryCredentials(null, null, null, null)));
        return parts.call(Part.IMAGE, HttpMethod.POST, "/registries/login", request, DockerContainers.PRINCIPAL, LONGEST)
                .map(_ -> Reply.ok(Json.mapper().createObjectNode().put("Status", "Login Succeeded").put("IdentityToken", "")))
                .recover(e -> Future.failedFuture(
                        GatewayProblems.of(e).is(ProblemType.FORBIDDEN)
                                ? new DockerRefusal(401, "unauthorized: incorrect username or password: " + GatewayProblems.of(e).detail())
                                : e));
    }
}
