package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.client.ApiClient;
import io.gantry.client.ApiException;
import io.gantry.client.ApiResponse;
import io.gantry.client.api.ContainersApi;
import io.gantry.client.api.DeploymentsApi;
import io.gantry.client.api.ImagesApi;
import io.gantry.client.api.SecretsApi;
import io.gantry.client.model.ContainerPatch;
import io.gantry.client.model.ContainerRequest;
import io.gantry.client.model.ContainerSpec;
import io.gantry.client.model.ContainerView;
import io.gantry.client.model.ContainerViewList;
import io.gantry.client.model.ContainerViewState;
import io.gantry.client.model.DeploymentRequest;
import io.gantry.client.model.DeploymentSpec;
import io.gantry.client.model.KeptRequest;
import io.gantry.e2e.observe.Rest;
import io.gantry.e2e.stage.Busybox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A Java client that was made of the contract alone does what people do with containers. */
interface GeneratedJavaClient {
    Rest rest();

    private ApiClient client() {
        return new ApiClient().setHttpClientBuilder(java.net.http.HttpClient.newBuilder().version(java.net.http.HttpClient.Version.HTTP_1_1));
    }

    private ContainersApi containers() {
        return new ContainersApi(connected());
    }

    private ApiClient connected() {
        ApiClient client = client();
        client.updateBaseUri(rest().url() + "/api/v1");
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + rest().token()));
        return client;
    }

    private static ContainerRequest sleeper(String label) {
        return new ContainerRequest().start(true).spec(new ContainerSpec().image(Busybox.IMAGE).command(List.of("sleep", "1000")).labels(Map.of("client", label)));
    }

    @Test
    default void aGeneratedClientMakesPagesChangesAndRemovesContainers() throws ApiException {
        ContainersApi api = containers();
        String label = UUID.randomUUID().toString();
        String key = UUID.randomUUID().toString();
        ContainerView made = api.createContainer(sleeper(label), key);
        assertThat(made.getState()).isEqualTo(ContainerViewState.RUNNING);
        assertThat(api.createContainer(sleeper(label), key).getId()).as("sent again with its key").isEqualTo(made.getId());
        api.createContainer(sleeper(label), null);
        api.createContainer(sleeper(label), null);

        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            ContainerViewList page = api.listContainers(null, List.of("client=" + label), null, null, null, null, null, "id,createdAt,name,project,owner,state,spec", 2, cursor, null);
            assertThat(page.getItems()).hasSizeLessThanOrEqualTo(2);
            page.getItems().forEach(one -> seen.add(one.getId()));
            cursor = page.getNext();
        } while (cursor != null);
        assertThat(seen).hasSize(3).doesNotHaveDuplicates().endsWith(made.getId());

        ApiResponse<ContainerView> read = api.getContainerWithHttpInfo(made.getId(), null);
        String version = read.getHeaders().get("etag").getFirst();
        ContainerPatch less = new ContainerPatch().resources(Map.of("memory", 128L << 20));
        assertThat(api.updateContainer(made.getId(), less, version).getSpec().getResources().getMemory()).isEqualTo(128L << 20);
        assertThatThrownBy(() -> api.updateContainer(made.getId(), less, version))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(412);
                    assertThat(e.getResponseBody()).contains("/problems/precondition-failed");
                });
        for (String id : seen) {
            api.removeContainer(id, true, null, null);
        }
        assertThat(api.listContainers(true, List.of("client=" + label), null, null, null, null, null, null, null, null, null).getItems()).isEmpty();
    }

    @Test
    default void aGeneratedClientChangesDeploymentsAndSecretsOnlyAsItSawThem() throws ApiException {
        DeploymentsApi deployments = new DeploymentsApi(connected());
        String name = "g" + UUID.randomUUID().toString().substring(0, 8);
        DeploymentSpec spec = new DeploymentSpec().replicas(0).template(new ContainerSpec().image(Busybox.IMAGE).command(List.of("sleep", "1000")));
        String seen = tag(deployments.createDeploymentWithHttpInfo(new DeploymentRequest().name(name).spec(spec), null, null));
        String scaled = tag(deployments.scaleDeploymentWithHttpInfo(name, 1, null, seen, null));
        assertThat(scaled).isNotEqualTo(seen);
        assertThatThrownBy(() -> deployments.removeDeployment(name, null, seen)).isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.getCode()).isEqualTo(412));
        deployments.removeDeployment(name, null, scaled);

        SecretsApi secrets = new SecretsApi(connected());
        String first = tag(secrets.createSecretWithHttpInfo(new KeptRequest().name(name).content("YQ=="), null));
        KeptRequest other = new KeptRequest().content("Yg==");
        assertThat(secrets.rotateSecret(name, other, first, null).getVersion()).isEqualTo(2);
        assertThatThrownBy(() -> secrets.rotateSecret(name, other, first, null)).isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.getCode()).isEqualTo(412));
        secrets.removeSecret(name, null);
    }

    private static String tag(ApiResponse<?> answer) {
        return answer.getHeaders().get("etag").getFirst();
    }

    /** Its slashes are escaped by every client of this kind. */
    @Test
    default void aGeneratedClientFindsAnImageByItsReference() throws ApiException {
        assertThat(new ImagesApi(connected()).getImage(Busybox.IMAGE, null).getTags()).isNotEmpty();
    }
}
