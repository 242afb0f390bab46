package io.gantry.image.build.step;

import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.RegistryCredentials;
import io.gantry.image.build.core.Instruction;
import io.gantry.image.build.core.Platform;
import io.gantry.image.remote.core.Credentials;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A build as it was asked for.
 *
 * @param dockerfile its path in the context
 * @param target the stage to build; empty for the last
 * @param platform what it is built for
 * @param cache whether layers of earlier builds may be used
 * @param pull whether other registries are asked for images that are here already, too
 * @param labels that the image gets beside the Dockerfile's
 * @param secrets names of the platform's secrets that its steps may have, by the ids that the Dockerfile gives them
 * @param agents ssh agents of the client's that its steps may have, by the ids that the Dockerfile gives them
 * @param terms what its steps have whatever the Dockerfile says
 * @param scope within which the image is made, of what may be used there
 * @param repository a git repository that is the context, in place of what is sent
 * @param forecast nothing is built: it is said what would be
 * @param changed files of the context that the forecast takes for other than they are
 * @param carried where else what builds keep is
 */
public record BuildRequest(
        BuildId id, List<ImageRef> tags, String dockerfile, Optional<String> target, Platform platform, boolean cache, boolean pull, Map<String, String> arguments,
        Map<String, String> labels, Map<String, String> secrets, Set<String> agents, Terms terms, Optional<Scope> scope, Optional<String> repository, boolean forecast, List<String> changed, Carried carried) {
    /** All that it gives names to. */
    List<ImageRef> names() {
        return Stream.concat(tags.stream(), carried.to().stream()).toList();
    }

    /**
     * What steps have whatever the Dockerfile says.
     *
     * @param network of those whose RUN says nothing of it
     * @param hostNetwork whether they may have the network of their nodes, which these have to grant besides
     * @param hosts further lines of their {@code /etc/hosts}
     * @param shm size of their {@code /dev/shm}; empty for what any container has
     */
    public record Terms(Instruction.Run.Network network, boolean hostNetwork, List<HostEntry> hosts, Optional<Bytes> shm) {}

    /**
     * Where else what builds keep is.
     *
     * @param from where it is looked for, besides here
     * @param to where it is sent when the build has ended well
     * @param logins who the caller is at other registries, by their names
     */
    public record Carried(List<ImageRef> from, Optional<ImageRef> to, Map<String, RegistryCredentials> logins) {
        Credentials login(ImageRef name) {
            return Credentials.of(logins.get(name.repository().split("/")[0]));
        }
    }
}
