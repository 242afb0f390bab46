package io.gantry.scheduler.deployment.core;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.RestartPolicy;
import java.util.List;

/** A replica's own spec, made from its deployment's template. */
public final class ReplicaSpec {
    private ReplicaSpec() {}

    /** Its ports are published by the deployment's virtual IP, not by each replica; a crash restarts it on its node. */
    public static ContainerSpec of(DeploymentSpec spec) {
        return spec.template().but().ports(List.of()).restart(restart(spec)).build();
    }

    /** One that is for that node alone. */
    public static ContainerSpec of(DeploymentSpec spec, String nodeName) {
        return of(spec).but().nodeName(nodeName).build();
    }

    /**
     * {@code ALWAYS} unless the template says {@code ON_FAILURE}: a replica that ends would be replaced anyway. A job's isn't started again: it is done, or another one begins with nothing of what this
     * one has left, where there is room by then.
     */
    static RestartPolicy restart(DeploymentSpec spec) {
        RestartPolicy given = spec.template().restart();
        return spec.mode().isJob() ? RestartPolicy.NO : given.mode() == RestartPolicy.Mode.NO ? RestartPolicy.ALWAYS : given;
    }
}
