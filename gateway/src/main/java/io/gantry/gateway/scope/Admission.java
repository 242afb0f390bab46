package io.gantry.gateway.scope;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.Borrowed;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.contracts.view.NetworkRequest;
import io.gantry.contracts.view.VolumeRequest;
import io.gantry.contracts.view.VolumeView;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a caller with a scope asks to be made: it bears the scope's label, and nothing in it reaches for what isn't theirs. To others nothing happens here.
 * What is refused is what a container would have of its host or of others: their folders, devices, namespaces, secrets.
 */
@Singleton
public class Admission {
    private final PartClient parts;
    private final Belongings belongings;

    @Inject
    Admission(PartClient parts, Belongings belongings) {
        this.parts = parts;
        this.belongings = belongings;
    }

    /** Volumes that it names are made first, so that they bear the label, too. */
    public Future<ContainerRequest> container(Caller caller, ContainerRequest request) {
        if (!caller.scoped()) {
            return Future.succeededFuture(request);
        }
        ContainerSpec spec = request.spec();
        if (spec == null) {
            throw new BadField("spec", "spec is missing: what shall run", "write for example {\"spec\": {\"image\": \"shop/web:1.2\"}}");
        }
        ContainerSpec marked = spec.but().labels(caller.mark("spec.labels", spec.labels())).mounts(mounts(caller, spec)).build();
        refuseWhatIsTheHosts(caller, marked);
        return belongings.usableImage(caller, marked.image().toString())
                .compose(_ -> shared(caller, marked))
                .compose(shared -> borrowed(caller, shared))
                .compose(shared -> onNetwork(caller, shared).map(shared))
                .compose(ready -> volumes(caller, ready).map(new ContainerRequest(request.name(), ready, request.start())));
    }

    public NetworkRequest network(Caller caller, NetworkRequest request) {
        return caller.scoped() ? new NetworkRequest(request.name(), request.subnet(), caller.mark("labels", request.labels())) : request;
    }

    /** The one that is there if one has the name, as long as it is theirs; fails with NAME_IN_USE. */
    public Future<VolumeView> volume(Caller caller, VolumeRequest request) {
        VolumeRequest marked = caller.scoped() ? new VolumeRequest(request.name(), caller.mark("labels", request.labels()), request.nodeName(), request.size()) : request;
        return parts.call(Part.CONTAINER, HttpMethod.POST, "/volumes", marked, caller.principal())
                .map(json -> Json.mapper().convertValue(json, VolumeView.class))
                .map(volume -> {
                    if (!caller.owns(volume.labels())) {
                        throw new Refused(ProblemType.NAME_IN_USE, "the volume name '" + request.name() + "' is taken", "choose another name");
                    }
                    return volume;
                });
    }

    /** Those with labels of their own, which the first container would make without; one after the other, as {@link #volume}. */
    public Future<Void> volumes(Caller caller, List<VolumeRequest> requests) {
        Future<Void> last = Future.succeededFuture();
        for (VolumeRequest request : requests) {
            last = last.compose(_ -> volume(caller, request).mapEmpty());
        }
        return last;
    }

    /** What tells of others is left out of a refusal: who holds a port. */
    public static Throwable discreet(Caller caller, Throwable e) {
        return caller.scoped() && !(e instanceof Refused) && e instanceof GatewayProblems.Refusing refusing && refusing.problem().is(ProblemType.PORT_IN_USE)
                ? new Refused(ProblemType.PORT_IN_USE, "a port that it asks for is taken", "leave the host's port out, and one is chosen")
                : e;
    }

    private static List<Mount> mounts(Caller caller, ContainerSpec spec) {
        List<Mount> mounts = new ArrayList<>();
        for (Mount mount : spec.mounts()) {
            mounts.add(switch (mount) {
                case Mount.Tmpfs tmpfs -> tmpfs;
                case Mount.Volume volume -> volume;
                case Mount.Bind bind -> throw beyond(caller, "a folder of the host, " + bind.source());
                case Mount.Api api -> {
                    if (api.scope() != null && !caller.scope().orElseThrow().equals(api.scope())) {
                        throw beyond(caller, "the platform's API for the scope " + api.scope());
                    }
                    yield new Mount.Api(api.target(), caller.scope().orElseThrow());
                }
                case Mount.Socket socket -> throw beyond(caller, "a client at the socket " + socket.id());
                case Mount.Kept kept -> throw beyond(caller, "the " + kept.kind() + " " + kept.source());
            });
        }
        return mounts;
    }

    private static void refuseWhatIsTheHosts(Caller caller, ContainerSpec spec) {
        if (spec.hostNetwork() || spec.namespaces().hostPid() || spec.namespaces().hostIpc() || spec.namespaces().hostUts()) {
            throw beyond(caller, "a namespace of the host");
        }
        if (!spec.security().devices().isEmpty()) {
            throw beyond(caller, "a device of the host, " + spec.security().devices().getFirst().path());
        }
        if (spec.security().privileged()) {
            throw beyond(caller, "a privileged container");
        }
    }

    /** Another container's namespaces, which it names by an id from here on. */
    private Future<ContainerSpec> shared(Caller caller, ContainerSpec spec) {
        Optional<String> lender = spec.lender();
        return lender.isEmpty() ? Future.succeededFuture(spec) : belongings.container(caller, lender.get()).map(found -> spec.sharingWith(found.id()));
    }

    /** Others' volumes, too, are theirs; a folder of the host isn't, whoever has it. */
    private Future<ContainerSpec> borrowed(Caller caller, ContainerSpec spec) {
        Future<List<String>> all = Future.succeededFuture(List.of());
        for (String text : spec.volumesFrom()) {
            Borrowed from = Borrowed.parse(text);
            all = all.compose(before -> belongings.container(caller, from.container()).map(lender -> {
                for (Mount mount : lender.spec().mounts()) {
                    if (mount instanceof Mount.Bind bind) {
                        throw beyond(caller, "a folder of the host, " + bind.source());
                    }
                }
                return Stream.concat(before.stream(), Stream.of(from.of(lender.id().value()).toString())).toList();
            }));
        }
        return all.map(named -> spec.but().volumesFrom(named).build());
    }

    private Future<Void> onNetwork(Caller caller, ContainerSpec spec) {
        return belongings.networks(caller).map(own -> {
            for (NetworkUse use : spec.networks()) {
                if (!use.network().equals(ContainerSpec.DEFAULT_NETWORK) && own.stream().noneMatch(one -> one.name().equals(use.network()))) {
                    throw new Refused(ProblemType.NOT_FOUND, "there is no network '" + use.network() + "'", "make it first");
                }
            }
            return null;
        });
    }

    private Future<Void> volumes(Caller caller, ContainerSpec spec) {
        return volumes(caller, spec.mounts().stream()
                .flatMap(mount -> mount instanceof Mount.Volume volume && volume.source() != null ? Stream.of(new VolumeRequest(volume.source(), null, null)) : Stream.empty())
                .toList());
    }

    private static Refused beyond(Caller caller, String what) {
        return new Refused(ProblemType.FORBIDDEN, what + " is beyond the scope " + caller.scope().orElseThrow(), "leave it out, or use a token without a scope");
    }
}
