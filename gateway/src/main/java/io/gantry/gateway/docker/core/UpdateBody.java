package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.view.ContainerPatch;
import java.util.Optional;

/** The body of {@code POST /containers/{id}/update} as our patch. */
public final class UpdateBody {
    private UpdateBody() {}

    /** Empty when it asks for nothing that isn't so. @throws DockerRefusal for what is wrong or not supported */
    public static Optional<ContainerPatch> read(JsonNode json, ContainerSpec spec) {
        Fields body = Fields.of(json, KnownFields.UPDATE);
        HostFields.swappiness(body);
        Resources limits = Limits.read(body, spec.resources());
        Fields policy = body.in("RestartPolicy");
        RestartPolicy restart = policy.text("Name").isEmpty() ? null : CreateBody.restart(policy);
        body.refuseTheRest();
        return ContainerPatch.between(spec.resources(), limits, restart);
    }
}
