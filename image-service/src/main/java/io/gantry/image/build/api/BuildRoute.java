package io.gantry.image.build.api;

import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.RegistryCredentials;
import io.gantry.image.build.core.GitAddress;
import io.gantry.image.build.core.Instruction.Run.Network;
import io.gantry.image.build.core.Platform;
import io.gantry.image.build.step.BuildRequest;
import io.gantry.image.build.step.Builder;
import io.gantry.image.edge.EventLines;
import io.gantry.image.edge.LinesHandler;
import io.gantry.image.edge.RequestBody;
import io.gantry.image.edge.ScopeHeader;
import io.gantry.kit.problem.QueryParameters;
import io.gantry.kit.time.World;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code POST /image-service/builds?tag=&dockerfile=&target=&platform=&nocache=&pull=&buildarg=K=V&label=K=V&secret=ID=NAME&ssh=ID&allow=network.host&network=&addhost=NAME:ADDRESS&shm=&explain=&changed=FILE&cachefrom=&cacheto=&remote=GIT}: the body is the context as a
 * tar, the answer tells what happens, one JSON object a line. A client that goes away cancels its build.
 */
@ApplicationScoped
class BuildRoute {
    private static final int ORDER = -500;
    private static final Set<String> PARAMETERS = Set.of("tag", "dockerfile", "target", "platform", "nocache", "pull", "buildarg", "label", "secret", "ssh", "allow", "network", "addhost", "shm", "explain", "changed", "cachefrom", "cacheto", "remote");
    private final Builder builder;
    private final World world;

    @Inject
    BuildRoute(Builder builder, World world) {
        this.builder = builder;
        this.world = world;
    }

    void register(@Observes Router router) {
        router.post("/image-service/builds").order(ORDER).handler(routing -> handle(routing.request()));
    }

    private void handle(HttpServerRequest request) {
        BuildRequest wanted;
        try {
            QueryParameters.check(request.params().names(), PARAMETERS);
            wanted = wanted(request.params(), ScopeHeader.of(request), RegistryLogins.read(request.getHeader(RegistryLogins.HEADER)));
        } catch (IllegalArgumentException e) {
            LinesHandler.refuse(request.response(), e);
            return;
        }
        LinesHandler.start(request, "build", (body, lines) -> build(wanted, body, lines));
    }

    private void build(BuildRequest wanted, RequestBody body, EventLines lines) {
        switch (builder.build(wanted, body, new BuildLines(wanted.id(), wanted.forecast(), lines))) {
            case Builder.Result.Finished(var image, var manifest, var tags) ->
                    lines.send(EventLines.line("image", image, "manifest", manifest, "tags", tags, "build", wanted.id()));
            case Builder.Result.Foretold(var steps) -> lines.send(EventLines.line("forecast", steps));
            case Builder.Result.Failed(var problem, var failure, var ended) -> {
                Map<String, Object> line = EventLines.line("error", problem, "build", wanted.id());
                if (failure != null) {
                    line.put("failure", failure);
                }
                if (ended != null) {
                    line.put("command", ended.command());
                    line.put("exitCode", ended.exitCode());
                }
                lines.send(line);
            }
        }
    }

    private BuildRequest wanted(MultiMap params, Optional<Scope> scope, Map<String, RegistryCredentials> logins) {
        List<ImageRef> tags = params.getAll("tag").stream().map(ImageRef::parse).toList();
        tags.stream().filter(tag -> tag.digest().isPresent()).findFirst().ifPresent(tag -> {
            throw new IllegalArgumentException("tag '" + tag + "' has a digest; that is only known when the build has ended");
        });
        Map<String, String> labels = pairs(params, "label");
        scope.ifPresent(one -> labels.putAll(one.markOfImage()));
        String dockerfile = given(params, "dockerfile").orElse("Dockerfile");
        return new BuildRequest(
                new BuildId(Ids.of("build", world.now(), world.random())),
                tags,
                dockerfile,
                given(params, "target"),
                given(params, "platform").map(Platform::parse).orElse(Platform.OURS),
                !isOn(params, "nocache"),
                isOn(params, "pull"),
                pairs(params, "buildarg"),
                labels,
                secrets(params, scope),
                agents(params, scope),
                terms(params, scope),
                scope,
                remote(params),
                isOn(params, "explain"),
                changed(params),
                carried(params, logins));
    }

    private static BuildRequest.Carried carried(MultiMap params, Map<String, RegistryCredentials> logins) {
        List<ImageRef> from = params.getAll("cachefrom").stream().map(ImageRef::parse).toList();
        Optional<ImageRef> to = Optional.ofNullable(params.get("cacheto")).map(ImageRef::parse);
        to.filter(name -> name.digest().isPresent()).ifPresent(name -> {
            throw new IllegalArgumentException("cacheto '" + name + "' has a digest; that is only known when the build has ended");
        });
        return new BuildRequest.Carried(from, to, logins);
    }

    private static Optional<String> remote(MultiMap params) {
        Optional<String> remote = Optional.ofNullable(params.get("remote"));
        remote.filter(text -> !GitAddress.is(text)).ifPresent(text -> {
            throw new IllegalArgumentException("remote '" + text + "' is no git repository: write https://host/path.git#ref:folder, or send the context");
        });
        return remote;
    }

    private static boolean isOn(MultiMap params, String name) {
        return List.of("true", "1").contains(String.valueOf(params.get(name)));
    }

    private static List<String> changed(MultiMap params) {
        List<String> changed = params.getAll("changed");
        if (!changed.isEmpty() && !isOn(params, "explain")) {
            throw new IllegalArgumentException("changed is for a forecast: give explain=true, too");
        }
        return changed;
    }

    /** {@code NAME}, or {@code ID=NAME} where the Dockerfile names it otherwise. */
    private static Map<String, String> secrets(MultiMap params, Optional<Scope> scope) {
        Map<String, String> secrets = new LinkedHashMap<>();
        for (String each : params.getAll("secret")) {
            int equals = each.indexOf('=');
            String name = each.substring(equals + 1);
            if (equals == 0 || !name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}")) {
                throw new IllegalArgumentException("secret '" + each + "' is neither a secret's name nor of the form id=name");
            }
            secrets.put(equals < 0 ? name : each.substring(0, equals), name);
        }
        if (!secrets.isEmpty() && scope.isPresent()) {
            throw new IllegalArgumentException("secrets are the platform's; whoever builds within a scope has none of them");
        }
        return secrets;
    }

    private static Set<String> agents(MultiMap params, Optional<Scope> scope) {
        Set<String> agents = Set.copyOf(params.getAll("ssh"));
        agents.forEach(id -> Mount.Socket.checkSocketId("ssh", id));
        if (!agents.isEmpty() && scope.isPresent()) {
            throw new IllegalArgumentException("whoever builds within a scope doesn't reach its steps, so that they have no ssh agent");
        }
        return agents;
    }

    private static BuildRequest.Terms terms(MultiMap params, Optional<Scope> scope) {
        String word = given(params, "network").orElse("default");
        Network network = Network.named(word).orElseThrow(() -> new IllegalArgumentException("network '" + word + "' is none that steps can have: there are default, none and host"));
        Optional<Bytes> shm = given(params, "shm").map(Bytes::parse);
        // of a size that no container can have
        shm.ifPresent(size -> Resources.limits().shm(size).build());
        List<HostEntry> hosts = HostEntry.checked("addhost", params.getAll("addhost").stream().map(HostEntry::parse).toList());
        return new BuildRequest.Terms(network, hostNetwork(params, network, scope), hosts, shm);
    }

    private static boolean hostNetwork(MultiMap params, Network network, Optional<Scope> scope) {
        List<String> allowed = params.getAll("allow");
        allowed.stream().filter(right -> !right.equals("network.host")).findFirst().ifPresent(right -> {
            throw new IllegalArgumentException("allow '" + right + "' is no right that a build can have: there is network.host");
        });
        boolean wanted = !allowed.isEmpty() || network == Network.HOST;
        if (wanted && scope.isPresent()) {
            throw new IllegalArgumentException("whoever builds within a scope has no network of a node, so that their steps have none");
        }
        return wanted;
    }

    private static Optional<String> given(MultiMap params, String name) {
        return Optional.ofNullable(params.get(name)).filter(value -> !value.isBlank());
    }

    private static Map<String, String> pairs(MultiMap params, String name) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String each : params.getAll(name)) {
            int equals = each.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(name + " '" + each + "' is not of the form name=value");
            }
            pairs.put(each.substring(0, equals), each.substring(equals + 1));
        }
        return pairs;
    }
}
