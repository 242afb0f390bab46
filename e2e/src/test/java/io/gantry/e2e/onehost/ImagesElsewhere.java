package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.stage.Busybox;
import org.junit.jupiter.api.Test;

/** Images that go elsewhere and come from there: as one tar, and to Debian's registry and back; by the unmodified {@code docker} and by {@code gantry}. */
interface ImagesElsewhere {
    /** Debian's registry on loopback, for as long as the script runs; it wants a name and the password "secret". */
    String REGISTRY = """
            export PATH=$PATH:$PWD/../.gantry/tools DOCKER_CONFIG=$(mktemp -d) XDG_CONFIG_HOME=$(mktemp -d) DOCKER_BUILDKIT=0
            d=$(mktemp -d) host=127.0.0.1:14095
            echo 'somebody:$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW' > $d/users
            printf 'version: 0.1\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "%s", secret: any}\nauth: {htpasswd: {realm: here, path: %s}}\n' $d/store $host $d/users > $d/registry.yml
            docker-registry serve $d/registry.yml > $d/log 2>&1 & registry=$!
            trap 'kill $registry' EXIT
            until curl -s -o $d/answer http://$host/v2/; do kill -0 $registry || exit 9; done
            set -e
            """;

    Shell shell();

    @Test
    default void whatIsSavedIsLoadedAgain() {
        String busybox = shell().must("docker images -q --no-trunc " + Busybox.IMAGE).strip();
        for (String client : new String[] {"docker", "gantry"}) {
            shell().must(client + " tag " + Busybox.IMAGE + " saved/by-" + client + ":1");
            String again = shell().must("d=$(mktemp -d) && " + client + " save -o $d/a.tar saved/by-" + client + ":1 && " + client + " rmi saved/by-" + client + ":1 >$d/out && " + client + " load -i $d/a.tar");
            assertThat(again).contains(client.equals("docker") ? "Loaded image: saved/by-docker:1\n" : "saved/by-gantry:1\n" + busybox);
            assertThat(shell().must("docker run --rm saved/by-" + client + ":1 echo loaded")).isEqualTo("loaded\n");
            shell().must(client + " rmi saved/by-" + client + ":1");
        }
        var broken = shell().run("echo no tar | docker load");
        assertThat(broken.code()).isNotZero();
        assertThat(broken.err()).contains("the archive can't be read");
    }

    @Test
    default void skopeoReadsWhatIsSavedAndWritesWhatIsLoaded() {
        String id = shell().must("docker images -q --no-trunc " + Busybox.IMAGE).strip();
        String there = shell().must("""
                d=$(mktemp -d) && docker save %s > $d/a.tar \
                && skopeo copy --insecure-policy -q docker-archive:$d/a.tar:%s docker-archive:$d/docker.tar:by/skopeo:docker \
                && skopeo copy --insecure-policy -q oci-archive:$d/a.tar oci-archive:$d/oci.tar:by/skopeo:oci \
                && docker load -qi $d/docker.tar && docker load -qi $d/oci.tar
                """.formatted(Busybox.IMAGE, Busybox.IMAGE).replace("skopeo copy --insecure-policy", "skopeo --insecure-policy copy"));
        assertThat(there).isEqualTo("Loaded image: by/skopeo:docker\nLoaded image: by/skopeo:oci\n");
        assertThat(shell().must("docker images -q --no-trunc by/skopeo:oci").strip()).isEqualTo(id);
        assertThat(shell().must("docker run --rm by/skopeo:docker echo loaded")).isEqualTo("loaded\n");
        shell().must("docker rmi by/skopeo:docker by/skopeo:oci");
    }

    @Test
    default void aFileSystemBecomesAnImage() {
        shell().must("docker run --name exported " + Busybox.IMAGE + " sh -c 'echo exported > /file'");
        shell().must("docker export exported | docker import -c 'CMD [\"cat\", \"/file\"]' -m why - imported/here:1");
        assertThat(shell().must("docker run --rm imported/here:1")).isEqualTo("exported\n");
        assertThat(shell().must("docker history --format '{{.CreatedBy}}' imported/here:1")).isEqualTo("why\n");
        shell().must("docker export exported | gantry import -c 'CMD [\"cat\", \"/file\"]' - imported/there:1");
        assertThat(shell().must("gantry run --rm imported/there:1")).isEqualTo("exported\n");
        shell().must("docker rm exported && docker rmi imported/here:1 imported/there:1");
    }

    @Test
    default void anImageGoesToAnotherRegistryAndComesBackByARun() {
        String told = shell().must(REGISTRY + """
                docker tag %1$s $host/shop/web:1
                ! docker push $host/shop/web:1 2> $d/refused && grep -q "doesn't give access" $d/refused
                echo secret | docker login -u somebody --password-stdin $host
                docker push $host/shop/web:1
                skopeo copy -q --src-tls-verify=false --dest-tls-verify=false --src-creds somebody:secret --dest-creds somebody:secret docker://$host/shop/web:1 docker://$host/shop/web:there
                docker run --rm $host/shop/web:there echo ran 2> $d/pulled
                grep 'Downloaded newer image' $d/pulled
                printf "FROM $host/shop/web:1\nLABEL a=b\n" | docker build -q -
                docker rmi $host/shop/web:1 $host/shop/web:there
                ! gantry pull $host/shop/web:1 2> $d/unknown && grep -q "doesn't give access" $d/unknown
                echo secret | gantry login -u somebody --password-stdin $host
                gantry pull $host/shop/web:1
                gantry tag $host/shop/web:1 $host/shop/web:2 && gantry push $host/shop/web:2
                docker pull $host/shop/web:2
                gantry history $host/shop/web:2
                docker rmi $host/shop/web:1 $host/shop/web:2
                """.formatted(Busybox.IMAGE));
        assertThat(told).contains("Login Succeeded", "ran\n", "Status: Downloaded newer image for 127.0.0.1:14095/shop/web:there", "logged in at 127.0.0.1:14095",
                "Status: Image is up to date for 127.0.0.1:14095/shop/web:2", "MADE BY").containsPattern("1: digest: sha256:[0-9a-f]{64} size: \\d+");
    }

    @Test
    default void whatIsDoneWithImagesIsToldToThoseWhoListen() {
        shell().must("""
                since=$(date +%%s.%%N) && docker save %1$s | docker load -q && docker run --name imports %1$s true && docker export imports | docker import - && docker rm imports
                until docker events --since $since --until $(date +%%s.%%N) --filter type=image --format '{{.Action}}' | sort -u | tr '\n' ' ' | grep 'import load .*save' > /dev/null; do sleep 0.1; done
                """.formatted(Busybox.IMAGE));
    }
}
