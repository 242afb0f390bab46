package io.gantry.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.gateway.fixture.Shell;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names, removal and space of images by the unmodified docker CLI; the services behind are played. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class ImagesByCliIT {
    private static final String ID = "a".repeat(12);

    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    private Shell shell;

    @BeforeEach
    void connect() {
        shell = new Shell(Map.of("DOCKER_HOST", "unix://" + socket, "DOCKER_CLI_HINTS", "false"));
    }

    @Test
    void aNameIsGivenAndTakenAway() throws Exception {
        docker("tag busy named/one:1 && docker tag " + ID + " named/two");
        assertThat(docker("images named/* --format '{{.Repository}}:{{.Tag}} {{.ID}}'").lines()).containsExactlyInAnyOrder("named/one:1 " + ID, "named/two:latest " + ID);
        assertThat(docker("rmi named/one:1 named/two")).contains("Untagged: named/one:1\n", "Untagged: named/two:latest\n").doesNotContain("Deleted");
        assertThat(docker("images -q busy")).isEqualTo(ID + "\n");
        assertThat(shell.run("docker rmi named/one:1").err()).contains("No such image: named/one:1");
        assertThat(shell.run("docker tag busy 'UPPER'").code()).isNotZero();
    }

    @Test
    void theLastNameTakesTheImageAlong() throws Exception {
        assertThat(docker("rmi shop/job:1")).isEqualTo("Untagged: shop/job:1\nUntagged: shop/job@sha256:" + "6".repeat(64) + "\nDeleted: sha256:" + "3".repeat(64) + "\n");
        assertThat(docker("images -q shop/job")).isEmpty();
    }

    @Test
    void whatRunsKeepsItsImage() throws Exception {
        String container = docker("run -d busy sleep 60").strip().substring(0, 12);
        assertThat(shell.run("docker rmi busy").err())
                .contains("conflict: unable to remove repository reference \"busy\" (must force) - container ", " is using its referenced image " + ID);
        assertThat(shell.run("docker rmi -f " + ID).err()).contains("conflict: unable to delete " + ID + " (cannot be forced) - image is being used by running container");
        assertThat(docker("rmi -f busy")).contains("Untagged: busy:latest").doesNotContain("Deleted");
        assertThat(docker("images -q --filter dangling=true")).contains(ID);
        docker("tag " + ID + " busy");
        docker("rm -f " + container);
    }

    @Test
    void theHistoryHasSizes() throws Exception {
        assertThat(docker("history --no-trunc --format '{{.ID}} {{.CreatedBy}} {{.Size}}' shop/web:1"))
                .isEqualTo("sha256:%s CMD [\"serve\"] 0B\n<missing> COPY it 2.1MB\n<missing> COPY it 1.05MB\n".formatted("1".repeat(64)));
    }

    @Test
    void whatNobodyWantsIsPruned() throws Exception {
        assertThat(docker("image prune -f --filter label=team=new")).doesNotContain("2222");
        assertThat(docker("image prune -f --filter label=team=old")).contains("deleted: sha256:" + "2".repeat(64)).doesNotContain("1111");
        docker("run --name pruned -l tier=gone busy true && docker run -d --name kept -l tier=gone busy sleep 60");
        assertThat(shell.run("docker container prune -f --filter label=tier=gone").out()).contains("Deleted Containers:");
        assertThat(docker("ps -aq --filter name=pruned")).isEmpty();
        assertThat(docker("ps -q --filter name=kept")).isNotEmpty();
        docker("rm -f kept");
    }

    @Test
    void theSpaceThatIsUsedIsToldByKind() throws Exception {
        assertThat(docker("system df --format '{{.Type}} {{.TotalCount}}'")).startsWith("Images ").contains("\nLocal Volumes 1\n", "\nBuild Cache 0\n");
        assertThat(docker("system df -v")).contains("shop/web", "SHARED SIZE");
    }

    private String docker(String arguments) throws IOException, InterruptedException {
        var result = shell.run("docker " + arguments);
        assertThat(result.code()).as("docker " + arguments + ": " + result.err()).isZero();
        return result.out();
    }
}
