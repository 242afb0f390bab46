package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.spec.Job;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.Probe;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.spec.SpreadKey;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.contracts.view.DeploymentView;
import io.gantry.contracts.view.VolumeRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceBodyTest {
    private static final Cluster CLUSTER = Swarm.cluster();

    /** As {@code docker service create busy sleep 60} sends it. */
    private static final String SMALLEST = """
            {"Name": "shop", "Labels": {}, "TaskTemplate": {"ContainerSpec": {"Image": "busy:latest@sha256:%s", "Args": ["sleep", "60"], "Init": false, "DNSConfig": {}},
             "Resources": {"Limits": {}, "Reservations": {}}, "Placement": {"Platforms": [{"Architecture": "amd64", "OS": "linux"}]}, "ForceUpdate": 0},
             "Mode": {"Replicated": {"Replicas": 1}}, "EndpointSpec": {"Mode": "vip"}}
            """.formatted("b".repeat(64));

    @Test
    void theSmallestServiceIsADeploymentByDocker() {
        ServiceBody body = read(SMALLEST, null);
        assertThat(body.name()).isEqualTo("shop");
        ContainerSpec template = ContainerSpec.from(ImageRef.parse("busy:latest@sha256:" + "b".repeat(64))).command(List.of("sleep", "60")).init(false).restart(RestartPolicy.ALWAYS).build();
        assertThat(body.spec()).isEqualTo(new DeploymentSpec(1, template, new DeploymentSpec.Rollout(0, 1, null, null)));
    }

    @Test
    void allThatPeopleSayOfATaskIsSaidOfAReplica() {
        ServiceBody body = read("""
                {"Name": "shop", "Labels": {"com.docker.stack.namespace": "s"}, "TaskTemplate": {"ContainerSpec": {"Image": "web:1", "Command": ["run"], "Args": ["it"],
                 "Labels": {"inner": "1"}, "Env": ["A=1", "UNSET"], "Dir": "/srv", "User": "33:33", "Hostname": "here", "TTY": true, "OpenStdin": true, "ReadOnly": true,
                 "StopSignal": "SIGINT", "StopGracePeriod": 3000000000, "Healthcheck": {"Test": ["CMD-SHELL", "true"], "Interval": 1000000000},
                 "Hosts": ["10.0.0.7 db rows", "host-gateway up"], "DNSConfig": {"Nameservers": ["10.0.0.2"], "Search": ["example.org"], "Options": ["ndots:2"]},
                 "Mounts": [{"Type": "volume", "Source": "data", "Target": "/data", "VolumeOptions": {"Labels": {"team": "red"}}}, {"Type": "tmpfs", "Target": "/tmp"},
                            {"Type": "bind", "Source": "/var/run/docker.sock", "Target": "/var/run/docker.sock"}],
                 "Secrets": [{"File": {"Name": "key", "UID": "0", "GID": "0", "Mode": 292}, "SecretID": "%s", "SecretName": "s_key"}],
                 "Configs": [{"File": {"Name": "/etc/app", "UID": "33", "GID": "", "Mode": 256}, "ConfigID": "x", "ConfigName": "s_app"}],
                 "Sysctls": {"net.core.somaxconn": "100"}, "CapabilityAdd": ["CAP_NET_ADMIN"], "CapabilityDrop": ["CAP_CHOWN"],
                 "Ulimits": [{"Name": "nofile", "Soft": 10, "Hard": 20}], "OomScoreAdj": 5},
                 "Resources": {"Limits": {"NanoCPUs": 500000000, "MemoryBytes": 67108864, "Pids": 9}, "Reservations": {"NanoCPUs": 250000000, "MemoryBytes": 33554432}},
                 "RestartPolicy": {"Condition": "on-failure", "Delay": 2000000000, "MaxAttempts": 3}, "Placement": {"Constraints": ["node.hostname == n1", "node.platform.os==linux"]},
                 "ForceUpdate": 2, "Runtime": "container", "LogDriver": {"Name": "json-file", "Options": {"max-size": "1m"}},
                 "Networks": [{"Target": "%s", "Aliases": ["web"]}, {"Target": "front"}]},
                 "Mode": {"Replicated": {"Replicas": 3}}, "UpdateConfig": {"Parallelism": 2, "Order": "start-first", "FailureAction": "pause", "Monitor": 5000000000, "MaxFailureRatio": 0},
                 "EndpointSpec": {"Mode": "vip", "Ports": [{"Protocol": "udp", "TargetPort": 53, "PublishedPort": 5353, "PublishMode": "ingress"}, {"TargetPort": 80}]}}
                """.formatted(SwarmIds.of(CLUSTER.secrets().getFirst().id()), "b".repeat(64)), null);
        ContainerSpec spec = body.spec().template();
        assertThat(body.spec().labels()).isEqualTo(Map.of("com.docker.stack.namespace", "s"));
        assertThat(body.spec().replicas()).isEqualTo(3);
        assertThat(body.spec().rollout()).isEqualTo(new DeploymentSpec.Rollout(2, 0, null, null));
        assertThat(body.volumes()).containsExactly(new VolumeRequest("data", Map.of("team", "red"), null));
        assertThat(List.of(spec.entrypoint(), spec.command())).isEqualTo(List.of(List.of("run"), List.of("it")));
        assertThat(spec.labels()).isEqualTo(Map.of("inner", "1", DockerNames.FORCE_UPDATE, "2"));
        assertThat(spec.env()).isEqualTo(Map.of("A", "1"));
        assertThat(List.of(spec.workingDir(), spec.user(), spec.hostname(), spec.nodeName())).isEqualTo(List.of("/srv", "33:33", "here", "n1"));
        assertThat(List.of(spec.tty(), spec.stdin(), spec.readOnlyRoot())).containsOnly(true);
        assertThat(spec.stop().signal()).isEqualTo("SIGINT");
        assertThat(spec.stop().grace()).isEqualTo(Duration.ofSeconds(3));
        assertThat(spec.health().command()).containsExactly("/bin/sh", "-c", "true");
        assertThat(spec.extraHosts()).containsExactly(new HostEntry("db", Ipv4.parse("10.0.0.7")), new HostEntry("rows", Ipv4.parse("10.0.0.7")), new HostEntry("up", null));
        assertThat(spec.dns().servers()).containsExactly(Ipv4.parse("10.0.0.2"));
        assertThat(spec.mounts()).containsExactly(
                Mount.Volume.at("data", "/data"), Mount.Tmpfs.at("/tmp"), new Mount.Api("/var/run/docker.sock", null),
                new Mount.Secret("s_key", "/run/secrets/key", 0444, 0, 0, null), new Mount.Config("s_app", "/etc/app", 0400, 33, null, null));
        assertThat(spec.security().sysctls()).isEqualTo(Map.of("net.core.somaxconn", "100"));
        assertThat(spec.resources().memory()).isEqualTo(Bytes.mebi(64));
        assertThat(spec.resources().memoryReservation()).isEqualTo(Bytes.mebi(32));
        assertThat(spec.resources().memoryRequest()).isEqualTo(Bytes.mebi(32));
        assertThat(spec.resources().cpuRequest()).isEqualTo(new MilliCpu(250));
        assertThat(List.of(spec.resources().cpu().value(), (long) spec.resources().pids(), (long) spec.resources().oomScore())).isEqualTo(List.of(500L, 9L, 5L));
        assertThat(spec.resources().rlimits()).isEqualTo(Map.of("nofile", new Rlimit(10, 20L)));
        assertThat(spec.restart().mode()).isEqualTo(RestartPolicy.Mode.ON_FAILURE);
        assertThat(spec.restart().maxRetries()).isEqualTo(3);
        assertThat(spec.restart().backOff().after(4)).isEqualTo(Duration.ofSeconds(2));
        assertThat(spec.log()).isEqualTo(new LogPolicy(new Bytes(1 << 20), null));
        assertThat(spec.networks()).containsExactly(new NetworkUse("back", List.of("web"), null, null), NetworkUse.of("front"));
        assertThat(spec.ports()).containsExactly(new PortPublish(null, 5353, 53, PortPublish.Protocol.UDP), new PortPublish(null, 0, 80, PortPublish.Protocol.TCP));
        assertThat(read(sentBack(body.spec()), body.spec()).spec()).as("sent back as it was read").isEqualTo(body.spec());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`'ReplicatedJob': {}` | `` | JOB | 1 | 1 | 0", "`'ReplicatedJob': {'MaxConcurrent': 2, 'TotalCompletions': 5}` | `` | JOB | 5 | 2 | 0",
        "`'ReplicatedJob': {'MaxConcurrent': 3}` | `'Condition': 'none', 'Delay': 5000000000` | JOB | 3 | 3 | 1", "`'ReplicatedJob': {'MaxConcurrent': 9, 'TotalCompletions': 2}` | `'Condition': 'on-failure', 'MaxAttempts': 4` | JOB | 2 | 2 | 5",
        "`'GlobalJob': {}` | `'Condition': 'on-failure'` | GLOBAL_JOB | | | 0"
    })
    void aJobIsReadAndSentBackAsItWasRead(String mode, String policy, DeploymentSpec.Mode read, Integer completions, Integer maxConcurrent, int attempts) {
        String json = ("{'Name': 'sums', 'Mode': {" + mode + "}, 'EndpointSpec': {'Mode': 'vip'}, 'TaskTemplate': {'ContainerSpec': {'Image': 'web:1'}, 'RestartPolicy': {" + policy + "}}}").replace('\'', '"');
        DeploymentSpec spec = read(json, null).spec();
        assertThat(spec.mode()).isEqualTo(read);
        assertThat(spec.job()).isEqualTo(new Job(completions, maxConcurrent, attempts));
        assertThat(read(sentBack(spec), spec).spec()).isEqualTo(spec);
    }

    /** What Docker has no words for stays, and what it has none for isn't a change. */
    @Test
    void anUpdateKeepsWhatOnlyOurOwnApiCanSay() {
        DeploymentSpec before = new DeploymentSpec(
                2,
                ContainerSpec.from(ImageRef.parse("web:1"))
                        .readiness(Probe.http(80, "/"))
                        .health(HealthCheck.http(80, "/health"))
                        .mounts(List.of(new Mount.Tmpfs("/x", null, null, false, true), new Mount.Secret("s_key", null, null, null, null, "SIGHUP")))
                        .build(),
                new DeploymentSpec.Rollout(2, 1, Duration.ofSeconds(30), Duration.ZERO), Map.of("a", "b"));
        assertThat(read(sentBack(before), before).spec()).isEqualTo(before);
        String other = sentBack(before).replace("\"Image\":\"web:1\"", "\"Image\":\"web:2\"");
        DeploymentSpec after = read(other, before).spec();
        assertThat(after.template()).isEqualTo(before.template().but().image(ImageRef.parse("web:2")).restart(RestartPolicy.ALWAYS).build());
        assertThat(after.rollout()).isEqualTo(before.rollout());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`'Mode': {'GlobalJob': {}}, 'UpdateConfig': {'Parallelism': 2}` | UpdateConfig is not supported yet: a job runs anew, and is not rolled out bit by bit",
        "`'Mode': {'GlobalJob': {}}, 'TaskTemplate': {'ContainerSpec': {'Image': 'web:1'}, 'RestartPolicy': {'Condition': 'any'}}` | RestartPolicy.Condition 'any' of a job is not supported yet: what has ended well is done: none, or on-failure",
        "`'Mode': {'GlobalJob': {}}, 'TaskTemplate': {'ContainerSpec': {'Image': 'web:1'}, 'RestartPolicy': {'Delay': 5}}` | RestartPolicy.Delay of a job is not supported yet: after a failure it waits 1 s, and twice as long after each further one, 60 s at most",
        "`'Mode': {'Global': {}}, 'TaskTemplate': {'ContainerSpec': {'Image': 'web:1'}, 'Placement': {'Preferences': [{'Spread': {'SpreadDescriptor': 'node.labels.zone'}}]}}` | TaskTemplate.Placement.Preferences of a global service is not supported yet: it is on each node, so that nothing is left to be spread",
        "`'EndpointSpec': {'Mode': 'dnsrr'}` | EndpointSpec.Mode 'dnsrr' is not supported yet: every service has a virtual IP: vip",
        "`'EndpointSpec': {'Ports': [{'TargetPort': 80, 'PublishMode': 'host'}]}` | EndpointSpec.Ports[0].PublishMode 'host' is not supported yet: a port is published on every node, and leads to all replicas: ingress",
        "`'EndpointSpec': {'Ports': [{'TargetPort': 80, 'Protocol': 'sctp'}]}` | EndpointSpec.Ports[0].Protocol 'sctp' is not supported yet: leave it out",
        "`'UpdateConfig': {'Delay': 1}` | UpdateConfig.Delay is not supported yet: a rollout goes on as soon as what it made is ready, and back when it comes no further for two minutes",
        "`'UpdateConfig': {'Monitor': 1}` | UpdateConfig.Monitor is not supported yet: a rollout goes on as soon as what it made is ready, and back when it comes no further for two minutes",
        "`'UpdateConfig': {'MaxFailureRatio': 0.5}` | UpdateConfig.MaxFailureRatio is not supported yet: a rollout goes on as soon as what it made is ready, and back when it comes no further for two minutes",
        "`'UpdateConfig': {'FailureAction': 'continue'}` | UpdateConfig.FailureAction 'continue' is not supported yet: a rollout that fails is rolled back",
        "`'RollbackConfig': {'Parallelism': 2}` | RollbackConfig is not supported yet: a rollback goes as an update does: say the same of both, or leave it out"
    })
    void whatADeploymentCannotDoIsRefusedByName(String field, String message) {
        assertRefused(("{'Name': 'shop', 'TaskTemplate': {'ContainerSpec': {'Image': 'web'}}, " + field + "}").replace('\'', '"'), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`'ContainerSpec': {'Image': 'web', 'Groups': ['5']}` | TaskTemplate.ContainerSpec.Groups is not supported yet: leave it out",
        "`'ContainerSpec': {'Image': 'web', 'Isolation': 'hyperv'}` | TaskTemplate.ContainerSpec.Isolation 'hyperv' is not supported yet: leave it out",
        "`'ContainerSpec': {'Image': 'web', 'Privileges': {'CredentialSpec': {'File': 'x'}}}` | TaskTemplate.ContainerSpec.Privileges.CredentialSpec is not supported yet: leave it out",
        "`'ContainerSpec': {'Image': 'web', 'Env': ['A={{ .Task.Slot }}']}` | the template in TaskTemplate.ContainerSpec.Env A={{ .Task.Slot }} is not supported yet: every replica has the same environment; its host name tells them apart",
        "`'ContainerSpec': {'Image': 'web', 'Configs': [{'ConfigName': 's_app', 'Runtime': {}}]}` | TaskTemplate.ContainerSpec.Configs[0].Runtime is not supported yet: leave it out",
        "`'ContainerSpec': {'Image': 'web', 'Mounts': [{'Type': 'volume', 'Target': '/x', 'VolumeOptions': {'Labels': {'a': 'b'}}}]}` | TaskTemplate.ContainerSpec.Mounts[0].VolumeOptions.Labels is not supported yet: leave it out",
        "`'RestartPolicy': {'Condition': 'none'}` | TaskTemplate.RestartPolicy.Condition 'none' is not supported yet: a replica that ends is started again: any, or on-failure",
        "`'RestartPolicy': {'MaxAttempts': 3}` | TaskTemplate.RestartPolicy.MaxAttempts is not supported yet: it counts with --restart-condition on-failure",
        "`'RestartPolicy': {'Window': 3}` | TaskTemplate.RestartPolicy.Window is not supported yet: a run of 10 s makes the next wait the first again",
        "`'Placement': {'Constraints': ['node.ip==10.0.0.1']}` | TaskTemplate.Placement.Constraints 'node.ip==10.0.0.1' is not supported yet: nodes are told apart by node.hostname, node.id, node.role, node.platform.arch and node.labels",
        "`'Placement': {'Constraints': ['node.platform.os==windows']}` | TaskTemplate.Placement.Constraints 'node.platform.os==windows' is not supported yet: nodes are told apart by node.hostname, node.id, node.role, node.platform.arch and node.labels",
        "`'Placement': {'Constraints': ['node.role==queen']}` | TaskTemplate.Placement.Constraints 'node.role==queen' is not supported yet: nodes are told apart by node.hostname, node.id, node.role, node.platform.arch and node.labels",
        "`'Placement': {'MaxReplicas': 1}` | TaskTemplate.Placement.MaxReplicas is not supported yet: replicas are spread over the nodes anyway",
        "`'Placement': {'Preferences': [{'Spread': {'SpreadDescriptor': 'node.id'}}]}` | TaskTemplate.Placement.Preferences[0].Spread.SpreadDescriptor 'node.id' is not supported yet: replicas are spread over the values of a label: node.labels.LABEL",
        "`'Runtime': 'plugin'` | TaskTemplate.Runtime 'plugin' is not supported yet: leave it out",
        "`'NetworkAttachmentSpec': {'ContainerID': 'x'}` | TaskTemplate.NetworkAttachmentSpec is not supported yet: containers join networks by docker run --network"
    })
    void whatAReplicaCannotHaveIsRefusedByName(String field, String message) {
        String container = field.contains("'ContainerSpec'") ? "" : "'ContainerSpec': {'Image': 'web'}, ";
        assertRefused(("{'Name': 'shop', 'TaskTemplate': {" + container + field + "}}").replace('\'', '"'), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"node.role==manager", "node.id==", "node.hostname==n1"})
    void aConstraintThatNamesOneNodeIsItsName(String constraint) {
        String whole = constraint.equals("node.id==") ? constraint + SwarmIds.of(CLUSTER.nodes().getFirst().id()) : constraint;
        String json = "{\"TaskTemplate\": {\"ContainerSpec\": {\"Image\": \"web\"}, \"Placement\": {\"Constraints\": [\"" + whole + "\", \"node.platform.arch==x86_64\"]}}}";
        assertThat(read(json, null).spec().template().nodeName()).isEqualTo("n1");
    }

    @ParameterizedTest
    @CsvSource({
        "node.labels.disk==ssd, node.labels.disk==ssd, node.labels.disk==ssd",
        "node.labels.disk != very fast, node.labels.disk!=very fast, node.labels.disk!=very fast",
        "engine.labels.disk==ssd, node.labels.disk==ssd, node.labels.disk==ssd",
        "node.hostname!=n1, node.name!=n1, node.hostname!=n1",
        "node.role==worker, node.name!=n1, node.hostname!=n1",
        "node.role!=manager, node.name!=n1, node.hostname!=n1",
        "node.role!=worker, node.name==n1, node.hostname==n1",
        "node.platform.arch==x86_64, node.architecture==x86_64, node.platform.arch==x86_64",
        "node.id==gone, node.id==gone, node.id==gone"
    })
    void anyOtherConstraintIsOneOfOurs(String said, String ours, String shown) {
        DeploymentSpec spec = placed("\"" + said + "\", \"node.platform.os==linux\"", "{\"Replicated\": {}}");
        assertThat(spec.template().nodeName()).isNull();
        assertThat(spec.template().constraints()).extracting(Object::toString).containsExactly(ours);
        assertThat(Json.read(sentBack(spec), JsonNode.class).path("TaskTemplate").path("Placement").path("Constraints").toString()).isEqualTo("[\"" + shown + "\"]");
    }

    @Test
    void whoNamesTwoNodesGetsNone() {
        ContainerSpec template = placed("\"node.hostname==n1\", \"node.hostname==n2\"", "{}").template();
        assertThat(template.nodeName()).isEqualTo("n1");
        assertThat(template.constraints()).extracting(Object::toString).containsExactly("node.name==n2");
    }

    @Test
    void aGlobalServiceIsAGlobalDeployment() {
        DeploymentSpec spec = placed("\"node.labels.disk==ssd\"", "{\"Global\": {}}");
        assertThat(spec).isEqualTo(DeploymentSpec.global(spec.template(), spec.rollout(), null));
        assertThat(read(sentBack(spec), spec).spec()).as("sent back as it was read").isEqualTo(spec);
        assertThatThrownBy(() -> placed("", "{\"Global\": {}, \"Replicated\": {\"Replicas\": 2}}")).hasMessageContaining("a service has one mode");
    }

    @Test
    void preferencesAreWhatReplicasAreSpreadOver() {
        String json = "{\"TaskTemplate\": {\"ContainerSpec\": {\"Image\": \"web\"}, \"Placement\": {\"Preferences\": [%s, %s]}}}"
                .formatted("{\"Spread\": {\"SpreadDescriptor\": \"node.labels.zone\"}}", "{\"Spread\": {\"SpreadDescriptor\": \"engine.labels.rack\"}}");
        DeploymentSpec spec = read(json, null).spec();
        assertThat(spec.spread()).containsExactly(new SpreadKey("zone"), new SpreadKey("rack"));
        assertThat(Json.read(sentBack(spec), JsonNode.class).path("TaskTemplate").path("Placement").path("Preferences").findValuesAsText("SpreadDescriptor")).containsExactly("node.labels.zone", "node.labels.rack");
        assertThat(read(sentBack(spec), spec).spec()).as("sent back as it was read").isEqualTo(spec);
        assertThatThrownBy(() -> read(json.replace("node.labels.zone", ""), null)).hasMessageContaining("a placement preference says no label");
    }

    /** Docker's clients send a service's limits back with whatever they change. */
    @Test
    void whatIsRequestedInOtherWordsStays() {
        for (Resources limits : List.of(
                Resources.DEFAULT,
                Resources.limits().cpu(new MilliCpu(500)).memory(Bytes.mebi(64)).build(),
                Resources.limits().cpu(new MilliCpu(500)).cpuRequest(MilliCpu.ZERO).memory(Bytes.mebi(64)).memoryRequest(Bytes.mebi(8)).build())) {
            DeploymentSpec spec = new DeploymentSpec(1, ContainerSpec.from(ImageRef.parse("web")).restart(RestartPolicy.ALWAYS).resources(limits).build(), null);
            assertThat(read(sentBack(spec), spec).spec().template().resources()).isEqualTo(limits);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`'Limits': {}` | 64 | 0", "`'Limits': {'MemoryBytes': 536870912, 'NanoCPUs': 500000000}` | 512 | 0", "`'Reservations': {'NanoCPUs': 2000000000}` | 64 | 2000",
        "`'Limits': {'MemoryBytes': 536870912, 'NanoCPUs': 500000000}, 'Reservations': {'MemoryBytes': 33554432, 'NanoCPUs': 100000000}` | 32 | 100"
    })
    void reservationsAreRequests(String resources, int memory, int cpu) {
        Resources read = read(("{'Name': 'shop', 'TaskTemplate': {'ContainerSpec': {'Image': 'web'}, 'Resources': {" + resources + "}}}").replace('\'', '"'), null).spec().template().resources();
        assertThat(read.memoryRequest()).isEqualTo(Bytes.mebi(memory));
        assertThat(read.requestedCpu()).isEqualTo(new MilliCpu(cpu));
    }

    @Test
    void moreThanItMayUseIsRequestedOfNobody() {
        assertThatThrownBy(() -> read("{\"Name\": \"shop\", \"TaskTemplate\": {\"ContainerSpec\": {\"Image\": \"web\"}, \"Resources\": {\"Limits\": {\"NanoCPUs\": 500000000}, \"Reservations\": {\"NanoCPUs\": 600000000}}}}", null))
                .hasMessageContaining("cpuRequest is at most cpu, which is 0.5; got 0.6");
    }

    private static DeploymentSpec placed(String constraints, String mode) {
        return read("{\"Mode\": %s, \"TaskTemplate\": {\"ContainerSpec\": {\"Image\": \"web\"}, \"Placement\": {\"Constraints\": [%s]}}}".formatted(mode, constraints), null).spec();
    }

    @Test
    void whatIsMissingIsSaid() {
        assertThatThrownBy(() -> read("{\"Name\": \"shop\"}", null)).hasMessageContaining("image reference must be provided");
        assertThatThrownBy(() -> read("{\"TaskTemplate\": {\"ContainerSpec\": {\"Image\": \"web\"}, \"Networks\": [{\"Target\": \"none-such\"}]}}", null)).hasMessage("network none-such not found");
        assertThatThrownBy(() -> read("{\"TaskTemplate\": {\"ContainerSpec\": {\"Image\": \"web\", \"Secrets\": [{\"SecretName\": \"x\", \"File\": {}}]}}}", null))
                .hasMessageContaining("secret not found: x");
    }

    private static void assertRefused(String json, String message) {
        assertThatThrownBy(() -> read(json, null)).isInstanceOfSatisfying(DockerRefusal.class, no -> assertThat(no.status()).isEqualTo(501)).hasMessage(message);
    }

    private static ServiceBody read(String json, DeploymentSpec before) {
        return ServiceBody.read(Json.read(json, JsonNode.class), before, CLUSTER, DockerNames.SOCKETS);
    }

    private static String sentBack(DeploymentSpec spec) {
        DeploymentView view = Swarm.service("shop", spec, DeploymentView.Status.STEADY, 1, null);
        return ServiceForms.form(view, CLUSTER, List.of()).path("Spec").toString();
    }
}
