package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.VolumeRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The body of {@code POST /services/create} and of an update as a deployment.
 *
 * @param name empty if the client leaves it to us
 * @param volumes that shall be made with labels before its replicas make them without
 */
public record ServiceBody(String name, DeploymentSpec spec, List<VolumeRequest> volumes) {
    /** What is to be looked for first. */
    public static ImageRef image(JsonNode json) {
        String image = Fields.of(json, KnownFields.SERVICE).in("TaskTemplate").in("ContainerSpec").text("Image");
        if (image.isEmpty()) {
            throw new DockerRefusal(400, "rpc error: code = InvalidArgument desc = ContainerSpec: image reference must be provided");
        }
        return ImageNames.reference(image);
    }

    /**
     * @param before what the deployment is; {@code null} for a new one
     * @param sockets paths that mean this platform's API
     * @throws DockerRefusal for what is wrong or not supported
     */
    public static ServiceBody read(JsonNode json, DeploymentSpec before, Cluster cluster, Set<String> sockets) {
        Fields body = Fields.of(json, KnownFields.SERVICE);
        Map<String, Map<String, String>> labelled = new LinkedHashMap<>();
        Fields modes = body.in("Mode");
        DeploymentSpec.Mode mode = ServiceMode.read(modes);
        Fields task = body.in("TaskTemplate");
        Fields policy = task.in("RestartPolicy");
        RestartPolicy restart = mode.isJob() ? RestartPolicy.NO : TaskNeeds.restart(policy);
        Fields placement = task.in("Placement");
        ContainerSpec template = TaskPlacement.read(placement, cluster)
                .onto(TaskTemplate.read(body, task, image(json), restart, before == null ? null : before.template(), cluster, sockets, labelled));
        // a client sends back what it has read: what reads the same is the same
        boolean same = before != null && TaskTemplate.form(template, cluster).equals(TaskTemplate.form(before.template(), cluster)) && template.ports().equals(before.template().ports());
        DeploymentSpec spec = new DeploymentSpec(
                ServiceMode.replicas(modes, mode), same ? before.template() : template, rollout(body, mode, before), body.named("Labels"), mode, ServiceMode.job(modes, policy, mode),
                TaskSpread.read(placement, mode));
        String name = body.text("Name");
        body.refuseTheRest();
        List<VolumeRequest> volumes = labelled.entrySet().stream().map(one -> new VolumeRequest(one.getKey(), one.getValue(), null)).toList();
        return new ServiceBody(name, spec, volumes);
    }

    /** A job has none, and what a client says of it is refused. */
    private static DeploymentSpec.Rollout rollout(Fields body, DeploymentSpec.Mode mode, DeploymentSpec before) {
        if (mode.isJob()) {
            return null;
        }
        DeploymentSpec.Rollout rollout = ServiceRollout.read(body, before == null ? null : before.rollout());
        return before != null && ServiceRollout.form(rollout).equals(ServiceRollout.form(before.rollout())) ? before.rollout() : rollout;
    }
}
