package io.gantry.scheduler.deployment.core;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.RestartPolicy;
import java.util.List;

/** A replica's own spec, made from its deployment's template. */
public final class ReplicaSpec {
    private ReplicaSpec() {}

    /** Its ports are published by the deployment's virtual IP, not by each replica; a crash restarts it on its node. */
    public static ContainerSpec of(ContainerSpec template) {
        return template.but().ports(List.of()).restart(restart(template)).build();
    }

    /** One that is for that node alone. */
    public static ContainerSpec of(ContainerSpec template, String nodeName) {
        return of(template).but().nodeName(nodeName).build();
    }

    /** {@code ALWAYS} unless the template says {@code ON_FAILURE}: a replica that ends would be replaced anyway. */
    static RestartPolicy restart(ContainerSpec template) {
        return template.restart().mode() == RestartPolicy.Mode.NO ? RestartPolicy.ALWAYS : template.restart();
    }
}
