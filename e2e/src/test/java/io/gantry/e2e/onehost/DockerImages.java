package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.clients.Client;
import io.gantry.e2e.observe.Rest;
import io.gantry.e2e.stage.Busybox;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names, removal and space of images, by the unmodified {@code docker}. */
@Client("docker")
interface DockerImages {
    Shell shell();

    Rest rest();

    @Test
    default void aNameIsGivenAndTakenAwayAndTheImageStays() {
        shell().must("docker tag " + Busybox.IMAGE + " named/here:1");
        assertThat(shell().must("docker run --rm named/here:1 echo hi")).isEqualTo("hi\n");
        String id = shell().must("docker images -q " + Busybox.IMAGE);
        assertThat(shell().must("docker images -q named/here:1")).isEqualTo(id);
        assertThat(shell().must("docker image inspect -f '{{join .RepoTags \" \"}}' named/here:1")).contains(Busybox.IMAGE, "named/here:1");
        assertThat(shell().must("docker rmi named/here:1")).contains("Untagged: named/here:1").doesNotContain("Deleted:");
        assertThat(shell().run("docker image inspect named/here:1").err()).contains("No such image: named/here:1");
        assertThat(shell().must("docker images -q " + Busybox.IMAGE)).isEqualTo(id);
    }

    @Test
    default void anImageGoesWithItsLastNameUnlessSomethingIsOfIt() {
        shell().must("docker run --name makes " + Busybox.IMAGE + " sh -c 'echo made > /made' && docker commit makes goes/away:1 && docker rm makes");
        String id = shell().must("docker images -q --no-trunc goes/away:1").strip();
        assertThat(shell().must("docker history --no-trunc --format '{{.ID}}' goes/away:1").lines()).startsWith(id).hasSizeGreaterThan(1);
        shell().must("docker run -d --name uses goes/away:1 sleep 1000");
        assertThat(shell().run("docker rmi goes/away:1").err()).contains("conflict: unable to remove repository reference \"goes/away:1\" (must force)");
        shell().must("docker rm -f uses");
        assertThat(shell().must("docker rmi goes/away:1").lines()).contains("Untagged: goes/away:1", "Deleted: " + id);
        assertThat(shell().must("docker images -q goes/away")).isEmpty();
        assertThat(shell().run("docker run --rm goes/away:1 true").err()).contains("goes/away:1");
    }

    @Test
    default void whatHasNoNameAnyMoreIsPruned() {
        String first = commit("moved/on:1", "one");
        String second = commit("moved/on:1", "two");
        assertThat(shell().must("docker images -q --no-trunc --filter dangling=true").lines()).contains(first).doesNotContain(second);
        assertThat(shell().must("docker image prune -f").lines()).contains("deleted: " + first).doesNotContain("deleted: " + second);
        assertThat(shell().must("docker run --rm moved/on:1 cat /made")).isEqualTo("two\n");
        shell().must("docker rmi moved/on:1");
    }

    /** Whoever moved it has been answered, and asks at once. */
    @Test
    default void whatIsMadeNextIsOfWhatTheNameMeansNow() {
        List<String> images = List.of(commit("moves/first:1", "one"), commit("moves/second:1", "two"));
        for (int i = 0; i < 40; i++) {
            rest().post("/tags", "{\"source\": \"" + images.get(i % 2) + "\", \"target\": \"moves/on:1\"}");
            var made = rest().post("/containers", "{\"name\": \"moved-" + i + "\", \"spec\": {\"image\": \"moves/on:1\", \"command\": [\"true\"]}}");
            assertThat(made.path("imageId").asText()).as("the " + i + "th").isEqualTo(images.get(i % 2));
            rest().deleteIfThere("/containers/moved-" + i);
        }
        shell().must("docker rmi moves/first:1 moves/second:1 moves/on:1");
    }

    /** Clients write manifests, and compress layers, each in their own way, so that one image comes to have several: each name stands for its own. */
    @Test
    default void anImageThatLiesInTwoFormsIsUsedByItsNameAndById() {
        String formats = "skopeo --insecure-policy copy -q --src-tls-verify=false --dest-tls-verify=false --src-creds gantry:$GANTRY_TOKEN --dest-creds gantry:$GANTRY_TOKEN";
        shell().must("eval \"$(gantry env)\"; host=${GANTRY_URL#http://}; " + formats + " --format v2s2 docker://$host/" + Busybox.IMAGE + " docker://$host/forms/packed:1");
        String id = shell().must("docker images -q --no-trunc " + Busybox.IMAGE).strip();
        assertThat(shell().must("docker images -q --no-trunc forms/packed:1").strip()).as("the same image").isEqualTo(id);
        assertThat(shell().must("docker image inspect -f '{{join .RepoDigests \"\\n\"}}' " + id + " | grep -e ^test/busybox@ -e ^forms/packed@ | cut -d@ -f2 | sort -u").lines()).as("in two forms").hasSize(2);
        for (String name : List.of(Busybox.IMAGE, "forms/packed:1")) {
            shell().must("docker service create --name formed --init --stop-grace-period 1s " + name + " sleep 1000 && docker service rm formed");
        }
        assertThat(shell().must("docker run --rm " + id + " echo runs")).isEqualTo("runs\n");
        assertThat(shell().must("docker rmi forms/packed:1")).contains("Untagged: forms/packed:1", "Untagged: forms/packed@sha256:");
    }

    @Test
    default void whatHasEndedIsPruned() {
        shell().must("docker run --name ended -l tier=gone " + Busybox.IMAGE + " true && docker create --name begun -l tier=gone " + Busybox.IMAGE + " true");
        shell().must("docker run -d --name runs-on -l tier=gone " + Busybox.IMAGE + " sleep 1000");
        assertThat(shell().must("docker container prune -f --filter label=tier=gone")).contains("Deleted Containers:");
        assertThat(shell().must("docker ps -a --filter label=tier=gone --format '{{.Names}}'")).isEqualTo("runs-on\n");
        shell().must("docker rm -f runs-on");
    }

    @Test
    default void theSpaceThatIsUsedIsToldByKind() {
        shell().must("docker run --rm -v measured:/data " + Busybox.IMAGE + " sh -c 'head -c 3000000 /dev/zero > /data/x'");
        assertThat(shell().must("docker system df -v").lines()).anyMatch(line -> line.startsWith("test/busybox")).anyMatch(line -> line.matches("measured +0 +3(\\.\\d+)?MB"));
        shell().must("docker volume rm measured");
    }

    private String commit(String name, String content) {
        String container = shell().must("docker run -d " + Busybox.IMAGE + " sh -c 'echo " + content + " > /made; sleep 1000'").strip();
        shell().must("until docker exec " + container + " cat /made; do sleep 0.1; done");
        String image = shell().must("docker commit " + container + " " + name).strip();
        shell().must("docker rm -f " + container);
        return image;
    }
}
