package io.gantry.gateway.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.gateway.fixture.DockerSocket;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.gateway.fixture.Shell;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Docker's swarm by the unmodified docker CLI; the services behind are played. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class SwarmByCliIT {
    private static final String STACK = """
            version: "3.8"
            services:
              web:
                image: busy
                command: sh -c 'echo said; exec sleep 1000'
                environment: {MODE: live}
                networks: [back]
                secrets: [key]
                configs: [{source: app, target: /etc/app}]
                deploy: {replicas: 2, labels: {tier: front}}
              job:
                image: busy
                command: sleep 1000
                networks: [back]
            networks: {back: {}}
            secrets: {key: {file: ./key}}
            configs: {app: {file: ./app}}
            """;

    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    private Shell shell;

    @BeforeEach
    void connect() {
        shell = new Shell(Map.of("DOCKER_HOST", "unix://" + socket, "DOCKER_CLI_HINTS", "false"));
    }

    @Test
    void nodesAreSeenDrainedAndResumed() throws Exception {
        assertThat(docker("info --format '{{.Swarm.ControlAvailable}} {{.Swarm.Nodes}} {{.Swarm.Managers}}'")).isEqualTo("true 1 1\n");
        assertThat(docker("info")).contains("Swarm: active", "Is Manager: true");
        assertThat(docker("node ls --format '{{.Hostname}} {{.Status}} {{.Availability}} {{.ManagerStatus}} {{.EngineVersion}} {{.Self}}'")).isEqualTo("n1 Ready Active Leader 0.1 true\n");
        assertThat(docker("node ls -q --filter role=worker")).isEmpty();
        assertThat(docker("node inspect self --format '{{.Description.Hostname}} {{.Spec.Role}}'")).isEqualTo("n1 manager\n");
        docker("node update --availability drain n1");
        assertThat(docker("node ls --format '{{.Availability}}'")).isEqualTo("Drain\n");
        docker("node update --availability active n1");
        assertThat(docker("node inspect n1 --format '{{.Spec.Availability}}'")).isEqualTo("active\n");
        refused("node update --availability pause n1", "Availability 'pause' is not supported yet: there are active and drain");
        refused("node update --label-add a=b n1", "a node's labels are said to its agent");
        refused("node rm --force n1", "node n1 is not down and can't be removed");
        refused("node inspect n2", "node n2 not found");
        assertThat(new DockerSocket(socket).raw("GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n")).contains("Swarm: active/manager");
    }

    @Test
    void theSwarmIsThereAndStays() throws Exception {
        refused("swarm init", "This node is already part of a swarm");
        refused("swarm join --token x 127.0.0.1:1", "POST /swarm/join is not supported yet: a node joins by its agent");
        refused("swarm leave --force", "POST /swarm/leave is not supported yet: drain a node");
        refused("swarm unlock-key", "GET /swarm/unlockkey is not supported yet");
        refused("swarm update --task-history-limit 3", "POST /swarm/update is not supported yet");
    }

    @Test
    void aServiceLivesItsLife() throws Exception {
        String made = docker("service create --name shop --replicas 2 -l tier=front --container-label inner=1 -e A=1 -p 8099:80 busy sh -c 'echo said; exec sleep 1000'");
        assertThat(made).containsPattern("verify: Service .*converged");
        assertThat(docker("service ls --filter label=tier=front --format '{{.Name}} {{.Mode}} {{.Replicas}} {{.Image}} {{.Ports}}'")).isEqualTo("shop replicated 2/2 busy:latest *:8099->80/tcp\n");
        assertThat(docker("service inspect shop --format '{{.Spec.Labels.tier}} {{.Spec.TaskTemplate.ContainerSpec.Labels.inner}} {{.Spec.TaskTemplate.ContainerSpec.Image}}'"))
                .isEqualTo("front 1 busy:latest@sha256:" + "b".repeat(64) + "\n");
        assertThat(docker("service inspect --pretty shop")).contains("Replicas:\t2", "Update order:      stop-first", "PublishedPort = 8099");
        assertThat(docker("service ps shop --format '{{.Name}} {{.Node}} {{.DesiredState}} {{.CurrentState}}' | sort")).matches("shop.1 n1 Running Running .* ago\nshop.2 n1 Running Running .* ago\n");
        assertThat(docker("node ps --format '{{.Name}}' n1 | sort")).contains("shop.1\nshop.2\n");
        assertThat(docker("service logs shop 2>&1 | sort")).matches("(?s)shop\\.1\\.[0-9a-f]+@n1\\s+\\| said\nshop\\.2\\.[0-9a-f]+@n1\\s+\\| said\n");
        String task = docker("service ps -q --no-trunc --filter name=shop.1 shop").strip();
        assertThat(docker("service logs --raw " + task)).isEqualTo("said\n");
        assertThat(docker("inspect --type task " + task + " --format '{{.Slot}} {{.Status.State}}'")).isEqualTo("1 running\n");

        refused("service create --name shop busy sleep 5", "name conflicts with an existing object: service shop already exists");
        docker("service scale -d shop=3");
        assertThat(docker("service ls --filter name=shop --format '{{.Replicas}}'")).isEqualTo("3/3\n");
        assertThat(docker("service inspect shop --format '{{.UpdateStatus}}'")).as("no update").isEqualTo("<nil>\n");
        assertThat(docker("service update --env-add B=2 shop")).contains("shop");
        assertThat(docker("service inspect shop --format '{{.Spec.TaskTemplate.ContainerSpec.Env}} {{.UpdateStatus.State}}'")).isEqualTo("[A=1 B=2] completed\n");
        docker("service update -d --label-add tier=back shop");
        docker("service update -d --force shop");
        assertThat(docker("service inspect shop --format '{{.Spec.TaskTemplate.ForceUpdate}} {{.Spec.Labels.tier}}'")).isEqualTo("1 back\n");
        docker("service rollback -d shop");
        assertThat(docker("service inspect shop --format '{{.Spec.TaskTemplate.ForceUpdate}} {{.UpdateStatus.State}}'")).isEqualTo("0 rollback_completed\n");
        var late = new DockerSocket(socket).send("POST", "/services/shop/update?version=1", "{\"Name\": \"shop\", \"TaskTemplate\": {\"ContainerSpec\": {\"Image\": \"busy\"}}}");
        assertThat(late.status()).isEqualTo(500);
        assertThat(late.message()).isEqualTo("rpc error: code = Unknown desc = update out of sequence");
        assertThat(docker("service rm shop")).isEqualTo("shop\n");
        refused("service inspect shop", "no such service: shop");
    }

    @Test
    void aServiceIsSpreadOverTheValuesOfALabel(@TempDir Path folder) throws Exception {
        docker("service create -d --name wide --replicas 2 --placement-pref spread=node.labels.zone busy sleep 1000");
        String preferences = "service inspect wide --format '{{range .Spec.TaskTemplate.Placement.Preferences}}{{.Spread.SpreadDescriptor}} {{end}}'";
        assertThat(docker(preferences)).isEqualTo("node.labels.zone \n");
        assertThat(docker("service inspect --pretty wide")).contains("Preferences");
        docker("service update -d --placement-pref-add spread=engine.labels.rack wide");
        assertThat(docker(preferences)).isEqualTo("node.labels.zone node.labels.rack \n");
        docker("service scale -d wide=3");
        docker("service update -d --placement-pref-rm spread=node.labels.zone wide");
        assertThat(docker(preferences)).isEqualTo("node.labels.rack \n");
        assertThat(docker("service inspect wide --format '{{.Spec.Mode.Replicated.Replicas}} {{.UpdateStatus}}'")).as("what is there stays").isEqualTo("3 <nil>\n");
        Files.writeString(folder.resolve("stack.yml"), "version: '3.8'\nservices: {web: {image: busy, command: sleep 1000, deploy: {placement: {preferences: [{spread: node.labels.zone}]}}}}\n");
        must("cd " + folder + " && docker stack deploy -c stack.yml spread 2>&1");
        assertThat(docker(preferences.replace("wide", "spread_web"))).isEqualTo("node.labels.zone \n");
        docker("stack rm spread 2>&1 && docker service rm wide");
    }

    @Test
    void whoFollowsHearsThoseThatAreMadeMeanwhile() throws Exception {
        docker("service create -d --name heard busy sh -c 'echo said; exec sleep 1000'");
        var heard = shell.run("timeout 30 docker service logs -f heard > /tmp/heard-$$ 2>&1 & reader=$!; until grep -q 'heard.1.*said' /tmp/heard-$$; do kill -0 $reader || exit 9; sleep 0.1; done;"
                + " docker service scale -d heard=2; until grep -q 'heard.2.*said' /tmp/heard-$$; do kill -0 $reader || exit 8; sleep 0.1; done; kill $reader; rm /tmp/heard-$$");
        assertThat(heard.code()).as(heard.err()).isZero();
        docker("service rm heard");
    }

    @Test
    void aStackIsDeployedAgainAndRemoved(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("stack.yml"), STACK);
        Files.writeString(folder.resolve("key"), "hidden");
        Files.writeString(folder.resolve("app"), "level=info");
        String deploy = "cd " + folder + " && docker stack deploy -c stack.yml day 2>&1";
        assertThat(must(deploy)).contains("Creating network day_back", "Creating secret day_key", "Creating config day_app", "Creating service day_web", "Creating service day_job");
        assertThat(docker("stack ls --format '{{.Name}} {{.Services}}'")).isEqualTo("day 2\n");
        assertThat(docker("stack services day --format '{{.Name}} {{.Replicas}}' | sort")).isEqualTo("day_job 1/1\nday_web 2/2\n");
        assertThat(docker("stack ps day --format '{{.Name}} {{.DesiredState}}' | sort")).isEqualTo("day_job.1 Running\nday_web.1 Running\nday_web.2 Running\n");
        assertThat(docker("network inspect day_back --format '{{.Driver}} {{.Scope}}'")).isEqualTo("overlay swarm\n");
        assertThat(docker("service inspect day_web --format '{{(index .Spec.TaskTemplate.Networks 0).Aliases}} {{(index .Spec.TaskTemplate.ContainerSpec.Secrets 0).File.Name}} {{(index .Spec.TaskTemplate.ContainerSpec.Configs 0).File.Name}} {{index .Spec.Labels \"com.docker.stack.image\"}}'"))
                .isEqualTo("[web] key /etc/app busy\n");
        String before = docker("stack ps -q --no-trunc day | sort");
        assertThat(must(deploy)).contains("Updating service day_web");
        assertThat(docker("stack ps -q --no-trunc day | sort")).as("nothing has changed").isEqualTo(before);
        Files.writeString(folder.resolve("key"), "other");
        assertThat(shell.run(deploy).out()).contains("only updates to Labels are allowed");
        refused("secret rm day_key", "secret 'day_key' is in use by the following service: day_web");
        assertThat(docker("stack rm day 2>&1")).contains("Removing service day_web", "Removing secret day_key", "Removing config day_app", "Removing network day_back");
        assertThat(docker("stack ls -q; docker secret ls -q --filter name=day_; docker config ls -q --filter name=day_; docker network ls -q --filter name=day_")).isEmpty();
    }

    @Test
    void secretsAndConfigsAreKept() throws Exception {
        String id = must("printf hidden | docker secret create -l team=red pass -").strip();
        assertThat(docker("secret ls --filter label=team=red --format '{{.ID}} {{.Name}}'")).isEqualTo(id + " pass\n");
        assertThat(docker("secret inspect pass")).contains("\"Name\": \"pass\"").doesNotContain("aGlkZGVu", "hidden");
        refused("secret create pass /etc/hostname", "secret pass already exists");
        must("printf level=info | docker config create settings -");
        assertThat(docker("config inspect settings --format '{{json .Spec.Data}}'")).isEqualTo("\"bGV2ZWw9aW5mbw==\"\n");
        refused("secret create --driver vault other", "Driver is not supported yet");
        refused("config create --template-driver golang other /etc/hostname", "Templating is not supported yet");
        assertThat(docker("secret rm " + id + " && docker config rm settings")).contains(id);
        refused("secret inspect pass", "secret pass not found");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--mode replicated-job --restart-condition on-failure --restart-delay 3s busy true | RestartPolicy.Delay of a job is not supported yet", "--endpoint-mode dnsrr busy sleep 5 | EndpointSpec.Mode 'dnsrr' is not supported yet",
        "--constraint node.ip==10.0.0.1 busy sleep 5 | TaskTemplate.Placement.Constraints 'node.ip==10.0.0.1' is not supported yet",
        "--placement-pref spread=node.id busy sleep 5 | Spread.SpreadDescriptor 'node.id' is not supported yet: replicas are spread over the values of a label", "--mode global --placement-pref spread=node.labels.zone busy sleep 5 | Preferences of a global service is not supported yet",
        "--publish mode=host,target=80 busy sleep 5 | PublishMode 'host' is not supported yet", "--update-delay 5s busy sleep 5 | UpdateConfig.Delay is not supported yet",
        "--group 5 busy sleep 5 | TaskTemplate.ContainerSpec.Groups is not supported yet", "--restart-condition none busy sleep 5 | RestartPolicy.Condition 'none' is not supported yet",
        "--env X={{.Task.Slot}} busy sleep 5 | the template in TaskTemplate.ContainerSpec.Env", "--network none-such busy sleep 5 | network none-such not found"
    })
    void whatAServiceCannotBeIsRefusedByName(String options, String message) throws Exception {
        refused("service create -d --name odd " + options, message);
        assertThat(docker("service ls -q --filter name=odd")).isEmpty();
    }

    private void refused(String arguments, String message) throws IOException, InterruptedException {
        var result = shell.run("docker " + arguments);
        assertThat(result.code()).as(arguments).isNotZero();
        assertThat(result.err()).contains(message);
    }

    private String docker(String arguments) throws IOException, InterruptedException {
        return must("docker " + arguments);
    }

    private String must(String command) throws IOException, InterruptedException {
        var result = shell.run(command);
        assertThat(result.code()).as(command + ": " + result.err()).isZero();
        return result.out();
    }
}
