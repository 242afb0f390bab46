package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.clients.Client;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.stage.Busybox;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Docker's swarm words by the unmodified CLI: services, stacks and nodes. */
@Client("docker")
interface DockerSwarm {
    Duration LATEST = Duration.ofSeconds(60);

    /** Its first process ends when it is told to. */
    String SERVES = "sh -c 'mkdir -p /www; echo $MODE > /www/index.html; echo serves $MODE; exec httpd -f -p 80 -h /www'";

    String STACK = """
            version: "3.8"
            services:
              db:
                image: %1$s
                init: true
                command: sh -c 'mkdir -p /www; cat /run/secrets/key > /www/index.html; exec httpd -f -p 80 -h /www'
                networks: [back]
                secrets: [key]
                volumes: ["rows:/rows"]
              web:
                image: %1$s
                init: true
                command: sh -c 'until wget -q -O /row http://db/; do sleep 0.1; done; echo $$(cat /row) $$(cat /etc/app); exec sleep 1000'
                networks: [back]
                configs: [{source: app, target: /etc/app}]
                deploy: {replicas: 2, labels: {tier: front}}
            networks: {back: {}}
            volumes: {rows: {}}
            secrets: {key: {file: ./key}}
            configs: {app: {file: ./app}}
            """.formatted(Busybox.IMAGE);

    Shell shell();

    @Test
    default void aServiceIsScaledUpdatedAndRolledBack() {
        assertThat(shell().must("docker service create --name swshop --replicas 2 --init --stop-grace-period 2s -l walk=swshop -e MODE=one -p 14096:80 " + Busybox.IMAGE + " " + SERVES))
                .containsPattern("verify: Service .*converged");
        answers("one");
        assertThat(shell().must("docker service ls --filter label=walk=swshop --format '{{.Name}} {{.Replicas}} {{.Ports}}'")).isEqualTo("swshop 2/2 *:14096->80/tcp\n");
        soon(() -> shell().must("docker service logs swshop 2>&1").lines().filter(line -> line.endsWith("| serves one")).count() == 2, "both say it");
        assertThat(shell().must("docker service scale swshop=3")).contains("swshop scaled to 3");
        assertThat(shell().must("docker service ps swshop --filter desired-state=running --format '{{.Name}} {{.CurrentState}}' | sort"))
                .matches("swshop.1 Running .*\nswshop.2 Running .*\nswshop.3 Running .*\n");
        shell().must("docker service update --env-add MODE=two swshop");
        answers("two");
        assertThat(shell().must("docker service inspect swshop --format '{{.UpdateStatus.State}} {{.Spec.TaskTemplate.ContainerSpec.Env}}'")).isEqualTo("completed [MODE=two]\n");
        shell().must("docker service rollback swshop");
        answers("one");
        assertThat(shell().must("docker service inspect swshop --format '{{.UpdateStatus.State}} {{.Spec.Mode.Replicated.Replicas}}'")).isEqualTo("rollback_completed 3\n");
        shell().must("docker service rm swshop");
        soon(() -> shell().must("docker ps -aq --filter name=swshop").isEmpty(), "its replicas go by themselves");
    }

    @Test
    default void aGlobalServiceIsOnEachNodeThatItsConstraintsLeave() {
        String node = shell().must("docker node ls --format '{{.Hostname}}'").strip();
        assertThat(shell().must("docker service create --name swglobal --mode global --init --stop-grace-period 1s --constraint node.role==manager --constraint node.labels.disk!=tape "
                        + Busybox.IMAGE + " sleep 1000"))
                .containsPattern("verify: Service .*converged");
        assertThat(shell().must("docker service ls --filter name=swglobal --format '{{.Mode}} {{.Replicas}}'")).isEqualTo("global 1/1\n");
        assertThat(shell().must("docker service ls -q --filter mode=replicated --filter name=swglobal")).isEmpty();
        String id = shell().must("docker node inspect " + node + " --format '{{.ID}}'").strip();
        assertThat(shell().must("docker service ps swglobal --format '{{.Name}} {{.Node}}'")).isEqualTo("swglobal." + id + " " + node + "\n");
        assertThat(shell().run("docker service scale swglobal=2").err()).contains("scale can only be used with replicated");
        shell().must("docker service update -d --constraint-add 'node.labels.disk==ssd' swglobal");
        counted("swglobal", "0/0");
        assertThat(shell().must("docker service inspect swglobal --format '{{json .Spec.Mode}} {{.Spec.TaskTemplate.Placement.Constraints}}'"))
                .isEqualTo("{\"Global\":{}} [node.hostname==" + node + " node.labels.disk!=tape node.labels.disk==ssd]\n");
        shell().must("docker service rm swglobal");
    }

    /** The one node has none of the labels, and is a group by itself. */
    @Test
    default void aServiceIsSpreadOverTheValuesOfALabel() {
        shell().must("docker service create --name swwide --replicas 2 --init --stop-grace-period 1s --placement-pref spread=node.labels.zone " + Busybox.IMAGE + " sleep 1000");
        counted("swwide", "2/2");
        assertThat(shell().must("gantry inspect $(docker ps -q --filter name=swwide | head -1)")).contains("like it where there is no node.labels.zone");
        String before = shell().must("docker service ps -q --no-trunc swwide | sort");
        shell().must("docker service update -d --placement-pref-add spread=node.labels.rack swwide");
        assertThat(shell().must("docker service inspect swwide --format '{{range .Spec.TaskTemplate.Placement.Preferences}}{{.Spread.SpreadDescriptor}} {{end}}'")).isEqualTo("node.labels.zone node.labels.rack \n");
        assertThat(shell().must("docker service ps -q --no-trunc swwide | sort")).as("nothing is moved").isEqualTo(before);
        shell().must("docker service rm swwide");
    }

    @Test
    default void aJobRunsUntilItHasEndedWellAsOftenAsItShall() {
        assertThat(shell().must("docker service create --name swsums --mode replicated-job --replicas 5 --max-concurrent 2 --init " + Busybox.IMAGE + " sh -c 'echo counted; sleep 0.2'"))
                .contains("job complete");
        counted("swsums", "0/0 (5/5 completed)");
        assertThat(shell().must("docker service ps swsums --format '{{.CurrentState}}'").lines().filter(line -> line.startsWith("Complete"))).hasSize(5);
        assertThat(shell().must("docker service logs swsums 2>&1").lines().filter(line -> line.endsWith("| counted"))).hasSize(5);
        shell().must("docker service update --force swsums");
        assertThat(shell().must("docker service inspect swsums --format '{{.JobStatus.JobIteration.Index}}'")).isEqualTo("2\n");
        assertThat(shell().must("docker service ps swsums --format '{{.CurrentState}}'").lines().filter(line -> line.startsWith("Complete"))).hasSize(10);
        shell().must("docker service rm swsums");
        soon(() -> shell().must("docker ps -aq --filter name=swsums").isEmpty(), "what has ended goes with it");
    }

    @Test
    default void aJobThatFailsSaysSoToWhoWaits() {
        Shell.Result failed = shell().run("docker service create --name swfails --mode global-job --restart-condition on-failure --restart-max-attempts 1 --init " + Busybox.IMAGE + " sh -c 'exit 3'");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err()).contains("0 of 1 have ended well; replica 0 has failed 2 times: its container exited with 3");
        assertThat(shell().must("docker service ps swfails --no-trunc --format '{{.CurrentState}} {{.Error}}'").lines())
                .hasSize(2).allMatch(line -> line.startsWith("Failed") && line.contains("task: non-zero exit (3)"));
        shell().must("docker service rm swfails");
    }

    /** Its second run finds what the first has left, and ends well. */
    @Test
    default void aJobsContainerThatSomebodyRestartsGoesOn() {
        shell().must("docker service create -d --name swagain --mode replicated-job --restart-condition none --init " + Busybox.IMAGE + " sh -c 'test -e /again && exit 0; touch /again; exec sleep 1000'");
        soon(() -> !shell().must("docker ps -q --filter name=swagain").isEmpty(), "it runs");
        String container = shell().must("docker ps -q --no-trunc --filter name=swagain").strip();
        soon(() -> shell().run("docker exec " + container + " sh -c 'test -e /again'").code() == 0, "its first run is under way");
        shell().must("docker restart -t 1 " + container);
        counted("swagain", "0/0 (1/1 completed)");
        assertThat(shell().must("docker ps -aq --no-trunc --filter name=swagain")).as("none beside it").isEqualTo(container + "\n");
        shell().must("docker service rm swagain");
    }

    /** A client that waits is told, and doesn't wait for ever. */
    @Test
    default void aServiceThatDoesNotComeUpSaysWhy() {
        shell().must("docker service create -d --name swbad --init " + Busybox.IMAGE + " sh -c 'exit 3'");
        soon(() -> shell().must("docker service ps swbad --no-trunc --format '{{.CurrentState}} {{.Error}}'").contains("task: non-zero exit (3)"), "an earlier run is told");
        assertThat(shell().run("docker service create -d --name swodd no/such-image true").err()).contains("no/such-image");
        shell().must("docker service rm swbad");
    }

    @Test
    default void aStackIsDeployedAndDeployedAgainAndRemoved() {
        String folder = shell().must("mktemp -d").strip();
        shell().must("cd " + folder + " && printf hidden-5c1 > key && printf level=info > app && cat > stack.yml <<'END'\n" + STACK + "END");
        String deploy = "cd " + folder + " && docker stack deploy -c stack.yml swday 2>&1";
        assertThat(shell().must(deploy)).contains("Creating network swday_back", "Creating secret swday_key", "Creating config swday_app", "Creating service swday_web");
        steady("swday_db 1/1\nswday_web 2/2\n");
        soon(() -> shell().must("docker service logs swday_web 2>&1").lines().filter(line -> line.endsWith("| hidden-5c1 level=info")).count() == 2, "both have the row and the config");
        String before = shell().must("docker stack ps -q --no-trunc swday | sort");
        assertThat(shell().must(deploy)).contains("Updating service swday_web");
        steady("swday_db 1/1\nswday_web 2/2\n");
        assertThat(shell().must("docker stack ps -q --no-trunc swday | sort")).as("nothing has changed").isEqualTo(before);
        shell().must("sed -i 's/replicas: 2/replicas: 1/' " + folder + "/stack.yml && " + deploy);
        steady("swday_db 1/1\nswday_web 1/1\n");
        assertThat(shell().must("docker stack ls --format '{{.Name}} {{.Services}}'")).contains("swday 2\n");
        assertThat(shell().must("docker volume ls --filter label=com.docker.stack.namespace=swday --format '{{.Name}}'")).isEqualTo("swday_rows\n");
        assertThat(shell().run("docker secret rm swday_key").err()).contains("secret 'swday_key' is in use by the following service: swday_db");
        assertThat(shell().must("docker stack rm swday 2>&1")).contains("Removing service swday_db", "Removing secret swday_key", "Removing config swday_app", "Removing network swday_back");
        assertThat(shell().must("docker secret ls -q --filter name=swday; docker config ls -q --filter name=swday; docker network ls -q --filter name=swday")).isEmpty();
        soon(() -> shell().must("docker ps -aq --filter name=swday").isEmpty(), "its replicas go by themselves");
        shell().must("docker volume rm swday_rows && rm -r " + folder);
    }

    @Test
    default void aNodeIsDrainedAndComesBack() {
        String node = shell().must("docker node ls --format '{{.Hostname}}'").strip();
        shell().must("docker service create -d --name swstays --init --stop-grace-period 1s " + Busybox.IMAGE + " sleep 1000");
        counted("swstays", "1/1");
        assertThat(shell().must("docker node ps " + node + " --filter desired-state=running --format '{{.Name}}'")).contains("swstays.1\n");
        shell().must("docker node update --availability drain " + node);
        assertThat(shell().must("docker node ls --format '{{.Availability}}'")).contains("Drain\n");
        counted("swstays", "0/1");
        shell().must("docker node update --availability active " + node);
        counted("swstays", "1/1");
        shell().must("docker service rm swstays");
    }

    private void answers(String text) {
        soon(() -> shell().run("curl -sS -m 5 http://127.0.0.1:14096/").out().equals(text + "\n"), "it answers " + text);
    }

    private void counted(String service, String replicas) {
        soon(() -> shell().must("docker service ls --filter name=" + service + " --format '{{.Replicas}}'").equals(replicas + "\n"), service + " has " + replicas);
    }

    private void steady(String services) {
        soon(() -> shell().must("docker stack services swday --format '{{.Name}} {{.Replicas}}' | sort").equals(services), "the stack is " + services);
    }

    private static void soon(BooleanSupplier holds, String otherwise) {
        Expect.eventually(LATEST, () -> {
            Expect.that(holds.getAsBoolean(), "not so: " + otherwise);
            return true;
        });
    }
}
