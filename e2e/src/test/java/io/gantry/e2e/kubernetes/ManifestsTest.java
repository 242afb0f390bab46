package io.gantry.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The chart and the plain manifests, without a cluster: linted, rendered, read strictly as their types. */
class ManifestsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path BASE = ROOT.resolve("k8s/base/gantry.yaml");
    private static final List<String> SERVICES =
            List.of("gantry-gateway", "gantry-container-service", "gantry-network-service", "gantry-scheduler-service");

    private static Helm chart() {
        return new Helm(ROOT.resolve("helm/gantry"));
    }

    private static String render() {
        return chart().template().withName("gantry").withNamespace("gantry").call().replace("\r\n", "\n");
    }

    private static Map<String, HasMetadata> objects(String manifests) throws IOException {
        Map<String, HasMetadata> objects = new HashMap<>();
        StrictKubernetes.read(manifests).forEach(object -> objects.put(object.getKind() + "/" + object.getMetadata().getName(), object));
        return objects;
    }

    private static PodSpec pod(HasMetadata workload) {
        return switch (workload) {
            case Deployment deployment -> deployment.getSpec().getTemplate().getSpec();
            case StatefulSet set -> set.getSpec().getTemplate().getSpec();
            case DaemonSet set -> set.getSpec().getTemplate().getSpec();
            default -> throw new IllegalArgumentException(workload.getKind() + " has no pod");
        };
    }

    @Test
    void lintsClean() {
        var result = chart().lint().strict().call();

        assertThat(result.isFailed()).as(String.join("\n", result.getMessages())).isFalse();
    }

    @Test
    void holdsEveryPartWithAServiceForEachOfTheFive() throws IOException {
        assertThat(objects(render()).keySet())
                .containsExactlyInAnyOrder(
                        "Deployment/gantry-gateway", "Deployment/gantry-container-service", "Deployment/gantry-network-service",
                        "Deployment/gantry-scheduler-service", "StatefulSet/gantry-image-service", "DaemonSet/gantry-agent",
                        "Service/gantry-gateway", "Service/gantry-container-service", "Service/gantry-network-service",
                        "Service/gantry-scheduler-service", "Service/gantry-image-service");
    }

    @Test
    void everyServiceSelectsThePodsOfItsWorkload() throws IOException {
        Map<String, HasMetadata> objects = objects(render());
        for (HasMetadata object : objects.values()) {
            if (object instanceof Service service) {
                String name = service.getMetadata().getName();
                HasMetadata workload = Stream.of("Deployment/", "StatefulSet/").map(kind -> objects.get(kind + name)).filter(o -> o != null).findFirst().orElseThrow();
                Map<String, String> labels =
                        workload instanceof Deployment d ? d.getSpec().getTemplate().getMetadata().getLabels() : ((StatefulSet) workload).getSpec().getTemplate().getMetadata().getLabels();
                assertThat(labels).as(name).containsAllEntriesOf(service.getSpec().getSelector());
                List<String> ports = pod(workload).getContainers().getFirst().getPorts().stream().map(p -> p.getName()).toList();
                assertThat(service.getSpec().getPorts()).allSatisfy(port -> assertThat(ports).contains(port.getTargetPort().getStrVal()));
            }
        }
    }

    @Test
    void onlyTheAgentIsPrivileged() throws IOException {
        Map<String, HasMetadata> objects = objects(render());
        for (String service : SERVICES) {
            PodSpec pod = pod(objects.get("Deployment/" + service));
            Container container = pod.getContainers().getFirst();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).as(service).isTrue();
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).as(service).isTrue();
            assertThat(container.getSecurityContext().getCapabilities().getDrop()).as(service).containsExactly("ALL");
        }
        Container agent = pod(objects.get("DaemonSet/gantry-agent")).getContainers().getFirst();
        assertThat(agent.getSecurityContext().getPrivileged()).isTrue();
    }

    @Test
    void everyMountHasItsVolume() throws IOException {
        for (HasMetadata object : StrictKubernetes.read(render())) {
            if (object instanceof Service) {
                continue;
            }
            List<String> volumes = new ArrayList<>(pod(object).getVolumes().stream().map(v -> v.getName()).toList());
            if (object instanceof StatefulSet set) {
                set.getSpec().getVolumeClaimTemplates().forEach(claim -> volumes.add(claim.getMetadata().getName()));
            }
            assertThat(pod(object).getContainers().getFirst().getVolumeMounts())
                    .as(object.getMetadata().getName())
                    .allSatisfy(mount -> assertThat(volumes).contains(mount.getName()));
        }
    }

    @Test
    void noSecretIsInTheChart() {
        assertThat(render()).doesNotContain("kind: Secret").doesNotContainIgnoringCase("password=").doesNotContain("BEGIN ");
    }

    @Test
    void thePlainManifestsAreTheChartRendered() throws IOException {
        String rendered = render();
        if (System.getProperty("gantry.golden", "check").equals("write")) {
            Files.writeString(BASE, rendered);
        }
        assertThat(Files.readString(BASE)).isEqualTo(rendered);
    }

    @Test
    void overlaysNameObjectsThatExist() throws IOException {
        Map<String, HasMetadata> base = objects(Files.readString(BASE));
        for (String overlay : List.of("small", "spread")) {
            String text = Files.readString(ROOT.resolve("k8s/overlays/" + overlay + "/kustomization.yaml"));
            assertThat(SERVICES).allSatisfy(service -> {
                assertThat(text).contains("name: " + service + "\n");
                assertThat(base).containsKey("Deployment/" + service);
            });
        }
        assertThat(StrictKubernetes.read(Files.readString(ROOT.resolve("k8s/overlays/spread/disruption.yaml")))).hasSize(SERVICES.size());
        assertThat(StrictKubernetes.read(Files.readString(ROOT.resolve("k8s/overlays/spread/spread.yaml")))).hasSize(1);
    }

    /** Its calls wait for commits of their own process. */
    @Test
    void containerServiceHasOneReplica() throws IOException {
        assertThat(((Deployment) objects(render()).get("Deployment/gantry-container-service")).getSpec().getReplicas()).isEqualTo(1);
        for (String overlay : List.of("small", "spread")) {
            assertThat(Files.readString(ROOT.resolve("k8s/overlays/" + overlay + "/kustomization.yaml"))).contains("name: gantry-container-service\n    count: 1\n");
        }
    }

    @Test
    void aMisspelledFieldIsFound() {
        String wrong = "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {selectors: {a: b}}\n";

        assertThatThrownBy(() -> StrictKubernetes.read(wrong)).isInstanceOf(IOException.class).hasMessageContaining("selectors");
    }
}
