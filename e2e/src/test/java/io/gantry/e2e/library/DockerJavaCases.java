package io.gantry.e2e.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.api.model.StreamType;
import com.github.dockerjava.api.model.Volume;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.gantry.e2e.stage.Busybox;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** docker-java's commands, each as its users call it. */
public final class DockerJavaCases {
    private final DockerClient docker;

    private DockerJavaCases(DockerClient docker) {
        this.docker = docker;
    }

    /** @param arguments the case's name */
    public static void main(String[] arguments) throws Exception {
        DefaultDockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        try (DockerClient docker = DockerClientImpl.getInstance(config, new ZerodepDockerHttpClient.Builder().dockerHost(config.getDockerHost()).sslConfig(config.getSSLConfig()).build())) {
            DockerJavaCases cases = new DockerJavaCases(docker);
            switch (arguments[0]) {
                case "life" -> cases.life();
                case "streams" -> cases.streams();
                case "things" -> cases.things();
                default -> throw new IllegalArgumentException("no such case: " + arguments[0]);
            }
        }
        System.out.println("done: " + arguments[0]);
    }

    private String create(String name, String... command) {
        return docker.createContainerCmd(Busybox.IMAGE).withName(name).withCmd(command).withLabels(Map.of("by", "docker-java")).exec().getId();
    }

    private void life() throws Exception {
        docker.pingCmd().exec();
        assertThat(docker.versionCmd().exec().getApiVersion()).isEqualTo("1.47");
        assertThat(docker.infoCmd().exec().getOsType()).isEqualTo("linux");

        String id = create("java-life", "sleep", "1000");
        assertThat(docker.listContainersCmd().withLabelFilter(Map.of("by", "docker-java")).exec()).isEmpty();
        docker.startContainerCmd(id).exec();
        assertThatThrownBy(() -> docker.startContainerCmd(id).exec()).isInstanceOf(NotModifiedException.class);
        assertThat(docker.listContainersCmd().withLabelFilter(Map.of("by", "docker-java")).exec()).extracting(one -> one.getId()).containsExactly(id);
        InspectContainerResponse seen = docker.inspectContainerCmd("java-life").exec();
        assertThat(seen.getId()).isEqualTo(id);
        assertThat(seen.getState().getRunning()).isTrue();
        assertThat(List.of(docker.topContainerCmd(id).exec().getProcesses())).anyMatch(line -> String.join(" ", line).contains("sleep 1000"));
        docker.pauseContainerCmd(id).exec();
        assertThat(docker.inspectContainerCmd(id).exec().getState().getPaused()).isTrue();
        docker.unpauseContainerCmd(id).exec();
        docker.renameContainerCmd(id).withName("java-renamed").exec();
        docker.updateContainerCmd(id).withMemory(64L << 20).exec();
        assertThat(docker.inspectContainerCmd("java-renamed").exec().getHostConfig().getMemory()).isEqualTo(64L << 20);
        docker.restartContainerCmd(id).withTimeout(1).exec();
        docker.killContainerCmd(id).withSignal("KILL").exec();
        assertThat(docker.waitContainerCmd(id).exec(new WaitContainerResultCallback()).awaitStatusCode(20, TimeUnit.SECONDS)).isEqualTo(137);
        assertThatThrownBy(() -> create("java-renamed", "true")).isInstanceOf(ConflictException.class);
        docker.startContainerCmd(id).exec();
        assertThatThrownBy(() -> docker.removeContainerCmd(id).exec()).isInstanceOf(ConflictException.class);
        docker.stopContainerCmd(id).withTimeout(1).exec();
        docker.removeContainerCmd(id).withRemoveVolumes(true).exec();
        assertThatThrownBy(() -> docker.inspectContainerCmd(id).exec()).isInstanceOf(NotFoundException.class);

        String ended = create("java-ended", "sh", "-c", "exit 5");
        docker.startContainerCmd(ended).exec();
        assertThat(docker.waitContainerCmd(ended).exec(new WaitContainerResultCallback()).awaitStatusCode(20, TimeUnit.SECONDS)).isEqualTo(5);
        docker.removeContainerCmd(ended).exec();
    }

    private void streams() throws Exception {
        String id = create("java-streams", "sh", "-c", "echo out; echo err >&2; exec sleep 1000");
        docker.startContainerCmd(id).exec();
        Collected log = new Collected("out\n", "err\n");
        docker.logContainerCmd(id).withStdOut(true).withStdErr(true).withFollowStream(true).exec(log);
        log.awaitAll();

        String exec = docker.execCreateCmd(id).withCmd("head", "-c", "5").withAttachStdin(true).withAttachStdout(true).exec().getId();
        Collected returned = new Collected("12345");
        docker.execStartCmd(exec).withStdIn(new ByteArrayInputStream("12345 and more".getBytes(StandardCharsets.UTF_8))).exec(returned);
        returned.awaitAll();
        String failing = docker.execCreateCmd(id).withCmd("sh", "-c", "exit 7").withAttachStdout(true).exec().getId();
        docker.execStartCmd(failing).exec(new ResultCallback.Adapter<>()).awaitCompletion(20, TimeUnit.SECONDS);
        assertThat(docker.inspectExecCmd(failing).exec().getExitCodeLong()).isEqualTo(7);

        Path local = Files.createDirectories(Files.createTempDirectory("java").resolve("given"));
        Files.writeString(local.resolve("file"), "content");
        docker.copyArchiveToContainerCmd(id).withHostResource(local.toString()).withRemotePath("/").exec();
        try (InputStream tar = docker.copyArchiveFromContainerCmd(id, "/given/file").exec(); TarArchiveInputStream entries = new TarArchiveInputStream(tar)) {
            assertThat(entries.getNextEntry().getName()).isEqualTo("file");
            assertThat(new String(entries.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("content");
        }
        assertThat(docker.containerDiffCmd(id).exec()).extracting(change -> change.getPath()).contains("/given/file");
        BlockingQueue<Statistics> samples = new LinkedBlockingQueue<>();
        try (ResultCallback<Statistics> watching = docker.statsCmd(id).exec(new ResultCallback.Adapter<Statistics>() {
            @Override
            public void onNext(Statistics sample) {
                samples.add(sample);
            }
        })) {
            assertThat(samples.poll(20, TimeUnit.SECONDS).getMemoryStats().getUsage()).isPositive();
        }
        docker.removeContainerCmd(id).withForce(true).exec();
    }

    /** Networks, volumes, images, events. */
    private void things() throws Exception {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        try (ResultCallback<Event> watching = docker.eventsCmd().withLabelFilter("by=docker-java").exec(new ResultCallback.Adapter<Event>() {
            @Override
            public void onNext(Event event) {
                events.add(event);
            }
        })) {
            String network = docker.createNetworkCmd().withName("java-net").withLabels(Map.of("by", "docker-java")).exec().getId();
            assertThat(docker.inspectNetworkCmd().withNetworkId(network).exec().getName()).isEqualTo("java-net");
            docker.createVolumeCmd().withName("java-data").withLabels(Map.of("by", "docker-java")).exec();
            assertThat(docker.listVolumesCmd().withFilter("label", List.of("by=docker-java")).exec().getVolumes()).extracting(one -> one.getName()).containsExactly("java-data");
            ExposedPort port = ExposedPort.tcp(8080);
            String id = docker.createContainerCmd(Busybox.IMAGE).withName("java-things").withCmd("sh", "-c", "echo kept > /data/file; exec httpd -f -p 8080 -h /data")
                    .withLabels(Map.of("by", "docker-java")).withExposedPorts(port)
                    .withHostConfig(HostConfig.newHostConfig().withNetworkMode(network).withPortBindings(PortBinding.parse("127.0.0.1:14095:8080")).withBinds(new Bind("java-data", new Volume("/data"))))
                    .exec().getId();
            docker.startContainerCmd(id).exec();
            InspectContainerResponse seen = docker.inspectContainerCmd(id).exec();
            assertThat(seen.getNetworkSettings().getPorts().getBindings().get(port)[0].getHostPortSpec()).isEqualTo("14095");
            assertThat(seen.getNetworkSettings().getNetworks()).containsOnlyKeys("java-net");
            assertThat(events.poll(20, TimeUnit.SECONDS).getAction()).isEqualTo("create");
            assertThat(events.poll(20, TimeUnit.SECONDS).getAction()).isEqualTo("start");

            String image = docker.commitCmd(id).withRepository("java/committed").withTag("1").exec();
            assertThat(docker.inspectImageCmd("java/committed:1").exec().getId()).isEqualTo(image);
            docker.tagImageCmd("java/committed:1", "java/committed", "2").exec();
            assertThat(docker.listImagesCmd().withFilter("reference", List.of("java/committed")).exec()).hasSize(1);
            docker.removeContainerCmd(id).withForce(true).exec();
            docker.removeImageCmd("java/committed:2").exec();
            docker.removeImageCmd("java/committed:1").exec();
            assertThatThrownBy(() -> docker.inspectImageCmd("java/committed:1").exec()).isInstanceOf(NotFoundException.class);
            docker.removeNetworkCmd(network).exec();
            docker.removeVolumeCmd("java-data").exec();
        }
    }

    /** What is said, until all of some words were. */
    private static final class Collected extends ResultCallback.Adapter<Frame> {
        private final StringBuilder said = new StringBuilder();
        private final List<String> words;

        Collected(String... words) {
            this.words = List.of(words);
        }

        @Override
        public void onNext(Frame frame) {
            synchronized (said) {
                assertThat(frame.getStreamType()).isIn(StreamType.STDOUT, StreamType.STDERR);
                said.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                said.notifyAll();
            }
        }

        void awaitAll() throws InterruptedException {
            synchronized (said) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                while (!words.stream().allMatch(word -> said.indexOf(word) >= 0)) {
                    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                    assertThat(left).as(said.toString()).isPositive();
                    said.wait(left);
                }
            }
        }
    }
}
