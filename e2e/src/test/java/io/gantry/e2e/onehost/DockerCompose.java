package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.clients.Client;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.stage.Busybox;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Debian's docker-compose, unmodified, and an application of three services, in a day of its life. */
@Client("docker-compose")
interface DockerCompose {
    Duration SAYING = Duration.ofSeconds(10);
    String APPLICATION = """
            version: "2.4"
            services:
              db:
                image: %1$s
                command: sh -c 'mkdir -p /www; cat /data/row > /www/index.html || echo first > /www/index.html; exec httpd -f -p 80 -h /www'
                healthcheck: {test: ["CMD", "wget", "-q", "-O", "-", "http://127.0.0.1/"], interval: 1s}
                volumes: ["data:/data"]
              web:
                image: %1$s
                command: sh -c 'wget -q -O - http://db/; echo ready; exec sleep 1000'
                depends_on: {db: {condition: service_healthy}}
                environment: {MODE: live}
              worker:
                image: %1$s
                command: sh -c 'while true; do echo tick; sleep 1; done'
            volumes: {data: {}}
            """.formatted(Busybox.IMAGE);

    String TWO_NETWORKS = """
            version: "2.4"
            services:
              db:
                image: %1$s
                command: sh -c 'mkdir -p /www; echo rows > /www/index.html; exec httpd -f -p 80 -h /www'
                networks: {back: {aliases: [rows], ipv4_address: 10.199.11.7}}
              shop:
                image: %1$s
                command: sh -c 'mkdir -p /www; echo shelf > /www/index.html; exec httpd -f -p 80 -h /www'
                networks: [front, back]
                ports: ["14094:80"]
              guest:
                image: %1$s
                command: sleep 1000
                networks: [front]
            networks:
              front: {}
              back: {ipam: {config: [{subnet: 10.199.11.0/24}]}}
            """.formatted(Busybox.IMAGE);

    Shell shell();

    @Test
    default void servicesOfTwoNetworksMeetWhereTheyAreTogether() {
        String folder = application("twoshop", TWO_NETWORKS);
        compose(folder, "up -d");
        said(folder, "exec -T shop wget -q -O - http://rows/", "rows");
        said(folder, "exec -T shop wget -q -O - http://10.199.11.7/", "rows");
        said(folder, "exec -T guest wget -q -O - http://shop/", "shelf");
        said(folder, "exec -T db wget -q -O - http://shop/", "shelf");
        assertThat(shell().run(line(folder, "exec -T guest wget -q -O - http://rows/")).err()).contains("bad address 'rows'");
        assertThat(Expect.eventually(SAYING, () -> shell().must("curl -sS -m 5 http://127.0.0.1:14094/"))).isEqualTo("shelf\n");
        String before = shell().must("docker ps -aq --no-trunc --filter label=com.docker.compose.project=twoshop");
        compose(folder, "up -d");
        assertThat(shell().must("docker ps -aq --no-trunc --filter label=com.docker.compose.project=twoshop")).as("nothing has changed").isEqualTo(before);
        compose(folder, "restart -t 1 shop");
        said(folder, "exec -T shop wget -q -O - http://rows/", "rows");
        compose(folder, "down -t 1");
        assertThat(shell().must("docker network ls -q --filter label=com.docker.compose.project=twoshop")).isEmpty();
    }

    @Test
    default void anApplicationOfThreeServicesLivesItsDay() {
        String folder = application("dayshop");
        compose(folder, "up -d");
        assertThat(shell().must("docker inspect -f '{{.State.Health.Status}}' dayshop_db_1")).as("web waited for it").isEqualTo("healthy\n");
        said(folder, "logs --no-color web", "first", "ready");
        List<String> before = containers();
        assertThat(before).hasSize(3);
        compose(folder, "up -d");
        assertThat(containers()).as("nothing has changed").isEqualTo(before);

        assertThat(compose(folder, "exec -T web wget -q -O - http://db/")).isEqualTo("first\n");
        compose(folder, "exec -T db sh -c 'echo kept > /data/row'");
        compose(folder, "up -d --scale worker=3");
        assertThat(containers()).hasSize(5).containsAll(before);
        said(folder, "logs --no-color --tail=1 worker", "worker_1", "worker_2", "worker_3", "tick");

        shell().must("sed -i 's/MODE: live/MODE: other/' " + folder + "/docker-compose.yml");
        compose(folder, "up -d");
        assertThat(compose(folder, "exec -T web sh -c 'echo $MODE'")).isEqualTo("other\n");
        assertThat(containers()).as("of the others none was made anew").hasSize(3).filteredOn(before::contains).hasSize(2);

        compose(folder, "stop -t 1 db");
        compose(folder, "start db");
        said(folder, "exec -T web wget -q -O - http://db/", "kept");
        said(folder, "ps", "dayshop_db_1", "Up (healthy)");
        compose(folder, "pause worker");
        assertThat(compose(folder, "ps worker")).contains("Paused");
        compose(folder, "unpause worker");
        compose(folder, "down -v -t 1");
        assertThat(containers()).isEmpty();
        assertThat(shell().must("docker network ls -q --filter label=com.docker.compose.project=dayshop; docker volume ls -q --filter label=com.docker.compose.project=dayshop")).isEmpty();
    }

    /** By interrupt, as ^C sends it. */
    /** Which asks for links to what runs of its service. */
    @Test
    default void aCommandRunsBesideTheServices() {
        String folder = application("runshop");
        compose(folder, "up -d db");
        assertThat(Expect.eventually(SAYING, () -> compose(folder, "run --rm -T worker wget -q -O - http://db/"))).isEqualTo("first\n");
        assertThat(compose(folder, "run --rm -T db wget -q -O - http://runshop_db_1/")).isEqualTo("first\n");
        assertThat(shell().must("docker run --rm --network runshop_default --link runshop_db_1:store " + Busybox.IMAGE + " wget -q -O - http://store/")).isEqualTo("first\n");
        compose(folder, "down -v -t 1");
    }

    @Test
    default void inTheForegroundItShowsWhatAllSayAndStopsThem() {
        String folder = application("foreshop");
        var shown = shell().run("eval \"$(gantry env)\" && cd " + folder + " && (docker-compose up -t 1 --no-color > said & up=$!;"
                + " until grep -q ready said && grep -q tick said; do kill -0 $up || exit 9; sleep 0.1; done; kill -INT $up; wait $up; cat said)");
        assertThat(shown.out()).as(shown.err()).containsPattern("web_1 +\\| first").containsPattern("web_1 +\\| ready").containsPattern("worker_1 +\\| tick");
        assertThat(shell().must("docker ps -q --filter label=com.docker.compose.project=foreshop")).isEmpty();
        assertThat(shell().must("docker ps -aq --filter label=com.docker.compose.project=foreshop").lines()).hasSize(3);
        compose(folder, "down -v");
    }

    /** Its folder, which is its name. */
    private String application(String name) {
        return application(name, APPLICATION);
    }

    private String application(String name, String services) {
        String folder = shell().must("mktemp -d").strip() + "/" + name;
        shell().must("mkdir " + folder + " && cat > " + folder + "/docker-compose.yml <<'END'\n" + services + "END");
        return folder;
    }

    /** Soon, if not now. */
    private void said(String folder, String command, String... words) {
        Expect.eventually(SAYING, () -> {
            String answer = shell().run(line(folder, command)).out();
            for (String word : words) {
                Expect.that(answer.contains(word), command + " doesn't say " + word + ": " + answer);
            }
            return answer;
        });
    }

    private List<String> containers() {
        return shell().must("docker ps -aq --no-trunc --filter label=com.docker.compose.project=dayshop").lines().sorted().toList();
    }

    /** In the environment that a person has. */
    private String compose(String folder, String command) {
        return shell().must(line(folder, command));
    }

    private static String line(String folder, String command) {
        return "eval \"$(gantry env)\" && cd " + folder + " && docker-compose " + command;
    }
}
