package io.gantry.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.image.Layer;
import io.gantry.agent.oci.config.BundleConfig;
import io.gantry.agent.oci.config.ConfigReader;
import io.gantry.agent.plan.rule.MaskingRule;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.OciRuntime;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kernel.capabilities.CapabilitySets;
import io.gantry.kernel.cgroup.HybridHierarchy;
import io.gantry.kernel.namespaces.IdRange;
import io.gantry.kernel.process.ResourceLimit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContainerPlannerTest {
    private static final ImageRef IMAGE = ImageRef.parse("shop/web:1.2");

    private static final OciRuntime CRUN = new OciRuntime("crun", "/usr/bin/crun", "1.8.1");

    private static final PlanFolders FOLDERS =
            new PlanFolders(
                    "/var/lib/gantry/places", "/var/lib/gantry/names/s00002", "/var/lib/gantry/containers/c0ffee", "/run/gantry/c0ffee", "/var/lib/gantry/volumes", Map.of());

    private static final HybridHierarchy CGROUPS =
            new HybridHierarchy("/sys/fs/cgroup", "", "node1", "0-3", "0", new HybridHierarchy.Extras(true, true, "", Set.of(), false));

    private static PlanInput input(ContainerSpec spec, ImageConfig config) {
        return input(spec, config, List.of());
    }

    private static PlanInput input(ContainerSpec spec, ImageConfig config, List<VolumeMount> volumes) {
        Digest low = Digest.ofHex("11".repeat(32));
        Digest high = Digest.ofHex("22".repeat(32));
        ResolvedImage image = new ResolvedImage(IMAGE, low, low, config, List.of(), "amd64", Bytes.ZERO, Instant.EPOCH);
        ContainerId id = new ContainerId("c0ffee".repeat(10) + "0000");
        Desired.Container container =
                new Desired.Container(
                        id, "shop", "web", new Owner.Person(), Desired.Life.RUNNING, 1, null, spec, image, "SIGTERM",
                        Duration.ofSeconds(10), 0, false, volumes);
        Ipv4 address = Ipv4.parse("10.64.0.7");
        Attachment network =
                new Attachment(
                        new EndpointId("0".repeat(64)), "backend", "gbridge", "g0007", 77, address, 16, Ipv4.parse("10.64.0.1"), MacAddress.of(address), 1450,
                        List.of(Ipv4.parse("10.64.0.1")), List.of("gantry.internal"));
        List<Layer> layers =
                List.of(
                        new Layer.Folder(low, Path.of("/var/lib/gantry/layers/" + low.hex())),
                        new Layer.Folder(high, Path.of("/var/lib/gantry/layers/" + high.hex())));
        return new PlanInput(
                new RunRequest(container, 1, layers, Optional.of(network)),
                new Slot("s00002", new IdRange(8 * 65_536)),
                FOLDERS,
                new HostFacts(CGROUPS, Map.of(ResourceLimit.NOFILE, 20_000L), Map.of("/dev/vda", "253:0"), !spec.runtime().equals(CRUN.name()), Map.of()),
                new HostGrants(List.of(new HostGrant("/srv", false), new HostGrant("/srv/fixed", true)), List.of()),
                new LogBounds(10 << 20, 3),
                new byte[8 * 200],
                LayerState.NEW,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(CRUN).filter(crun -> spec.runtime().equals(crun.name())));
    }

    private static VolumeMount volume(int number, String target, boolean readOnly) {
        VolumeId id = new VolumeId("volume-01980000-0000-7000-8000-%012d".formatted(number));
        return new VolumeMount(id, "data" + number, null, target, readOnly, !readOnly, false);
    }

    private static ContainerSpec limited() {
        return ContainerSpec.from(IMAGE)
                .env(Map.of("COLOUR", "green"))
                .workingDir("/srv")
                .user("web")
                .hostname("shop")
                .domainname("example.org")
                .readOnlyRoot(true)
                .resources(Resources.limits().cpu(new MilliCpu(1500)).cpuWeight(200).cpuset("0-1").memory(Bytes.mebi(256)).pids(100).build())
                .build();
    }

    private static final ImageConfig NGINX = new ImageConfig(List.of("/usr/sbin/nginx"), List.of("-g", "daemon off;"), null, null, null, null, null, null, null);

    @Test
    void printsTheWholePlanAsInTheGoldenFile() throws Exception {
        assertPrintedAs("web.plan.txt", limited());
    }

    @Test
    void printsThePlanByAnotherRuntimeAsInTheGoldenFile() throws Exception {
        assertPrintedAs("web-by-crun.plan.txt", byCrun(limited()));
    }

    private static ContainerSpec byCrun(ContainerSpec spec) {
        return spec.but().runtime(CRUN.name()).build();
    }

    private static void assertPrintedAs(String file, ContainerSpec spec) throws Exception {
        String plan = ContainerPlanner.plan(input(spec, NGINX)).print();
        Path golden = Path.of("src/test/resources/golden", file);
        if (System.getProperty("golden.write") != null) {
            Files.writeString(golden, plan);
        }
        assertThat(plan).isEqualTo(Files.readString(golden));
    }

    @Test
    void allOnTheHostIsTheSameWhoeverMakesTheFirstProcess() {
        List<Class<?>> ofTheFirstProcess = List.of(
                LauncherStep.SpawnLauncher.class, LauncherStep.AwaitFirstProcess.class, LauncherStep.WriteIdMap.class, LauncherStep.SetOomScore.class, LauncherStep.Prepare.class,
                LauncherStep.HandOver.class, LauncherStep.Release.class, LauncherStep.MakeProcView.class);
        List<Step> own = ContainerPlanner.plan(input(limited(), NGINX)).steps();
        List<Step> byCrun = ContainerPlanner.plan(input(byCrun(limited()), NGINX)).steps();
        assertThat(own.stream().filter(HostStep.class::isInstance).filter(step -> !ofTheFirstProcess.contains(step.getClass()))).isNotEmpty().allSatisfy(step -> assertThat(byCrun).contains(step));
    }

    /** By the reader of {@code gantry-runc}, which refuses what it doesn't know. */
    @Test
    void whatAnotherRuntimeIsToldIsAConfigOfTheSpecification() {
        Plan plan = ContainerPlanner.plan(input(byCrun(limited()), NGINX));
        MakerStep.WriteConfig written = plan.steps().stream().filter(MakerStep.WriteConfig.class::isInstance).map(MakerStep.WriteConfig.class::cast).findFirst().orElseThrow();
        BundleConfig config = ConfigReader.read(written.as(new Identity(33, 34, List.of(40), "/srv")).config().json(), "/tmp");
        assertThat(config.extensions()).isEmpty();
        assertThat(config.process().args()).containsExactly("/dev/gantry-init", "inside", "stay", "/usr/sbin/nginx", "-g", "daemon off;");
        assertThat(List.of(config.process().uid(), config.process().gid())).containsExactly(33, 34);
        assertThat(config.process().groups()).containsExactly(40);
        assertThat(config.process().env()).containsEntry("COLOUR", "green").containsEntry("HOME", "/srv");
        assertThat(config.process().noNewPrivileges()).isTrue();
        assertThat(config.process().capabilities().orElseThrow().bounding()).isEqualTo(CapabilitySets.DEFAULT);
        assertThat(config.rootReadOnly()).isTrue();
        assertThat(config.makes("user")).isTrue();
        assertThat(config.uidMappings()).singleElement().satisfies(mapping -> assertThat(mapping.outside()).isEqualTo(8 * 65_536));
        assertThat(config.maskedPaths()).containsAll(MaskingRule.MASKED);
        assertThat(config.readonlyPaths()).containsAll(MaskingRule.READ_ONLY);
        assertThat(config.mounts()).extracting(BundleConfig.BundleMount::destination).contains("/proc", "/sys", "/dev", "/dev/pts", "/sys/fs/cgroup/memory", "/etc/hosts", "/dev/gantry-init");
    }

    /** The first is as that of one that has no other, so that a parked process fits. */
    @Test
    void aCableIsMadeForEachNetworkAndTheWayOutIsByTheFirst() {
        PlanInput one = input(limited().but().resources(Resources.limits().networkIn(Bytes.mebi(1)).build()).build(), NGINX);
        Attachment first = one.request().network().orElseThrow();
        Ipv4 address = Ipv4.parse("10.65.0.9");
        Attachment second = new Attachment(
                new EndpointId("1".repeat(64)), "frontend", "gother", "g0009", 77, address, 16, Ipv4.parse("10.65.0.1"), MacAddress.of(address), 1450,
                List.of(Ipv4.parse("10.65.0.1")), List.of());
        RunRequest request = new RunRequest(one.request().container(), 1, one.request().layers(), List.of(first, second), one.request().files());
        PlanInput both = new PlanInput(
                request, one.slot(), one.folders(), one.host(), one.granted(), one.log(), one.seccompFilter(), one.layer(), one.lender(), one.cores(), one.terminal(), one.other());
        List<Step> more = new ArrayList<>(ContainerPlanner.plan(both).steps());
        more.removeAll(ContainerPlanner.plan(one).steps());
        assertThat(more.stream().filter(CableStep.class::isInstance).map(Step::call)).containsExactly(
                "netlink RTM_NEWLINK veth g0009 master gother group 77 mtu 1450 peer eth1 netns <pid> address " + second.mac()
                        + "; RTM_NEWLINK g0009 up; in <netns>: RTM_NEWLINK eth1 up; RTM_NEWADDR 10.65.0.9/16",
                "netlink RTM_NEWQDISC tbf on g0009: 1 MiB/s; in <netns> on eth1: anything");
        assertThat(more.stream().filter(HostStep.WriteFile.class::isInstance).map(step -> ((HostStep.WriteFile) step).content())).as("names")
                .containsExactly("127.0.0.1\tlocalhost\n10.64.0.7\tshop.example.org shop\n10.65.0.9\tshop.example.org shop\n");
        assertThat(ContainerPlanner.plan(both).steps()).contains(new CableStep.SetAddress(first));
        assertThat(ContainerPlanner.plan(one).steps()).filteredOn(CableStep.class::isInstance).extracting(Object::getClass).asList()
                .containsExactly(CableStep.MakeVeth.class, CableStep.PlugVeth.class, CableStep.SetAddress.class, CableStep.LimitTraffic.class);
    }

    @Test
    void aTerminalIsMadeInTheSizeThatWhoWaitsForItHasSaid() {
        PlanInput one = input(ContainerSpec.from(IMAGE).command(List.of("sh")).tty(true).build(), ImageConfig.EMPTY);
        assertThat(ContainerPlanner.plan(one).steps()).contains(new CommandStep.OpenTerminal(Optional.empty()));
        TerminalSize said = new TerminalSize(33, 101);
        PlanInput sized = new PlanInput(
                one.request(), one.slot(), one.folders(), one.host(), one.granted(), one.log(), one.seccompFilter(), one.layer(), one.lender(), one.cores(),
                Optional.of(said), one.other());
        assertThat(ContainerPlanner.plan(sized).steps()).contains(new CommandStep.OpenTerminal(Optional.of(said)));
        assertThat(ContainerPlanner.plan(sized).print()).contains("of 33 rows and 101 columns", "ioctl(TIOCSWINSZ)");
    }

    @Test
    void whatALayerIsAsARunBeginsDecidesWhatIsMadeAnewAndWhetherItsUsersAreLookedFor() {
        PlanInput first = input(ContainerSpec.from(IMAGE).command(List.of("x")).build(), ImageConfig.EMPTY);
        String upper = first.folders().upper();
        String work = first.folders().layer() + "/work";
        assertThat(anew(first, LayerState.NEW)).isEmpty();
        assertThat(anew(first, LayerState.KEPT)).containsExactly(work);
        assertThat(anew(first, LayerState.TORN)).containsExactly(upper, work);
        assertThat(userAbove(first, LayerState.NEW)).as("nothing that the image doesn't say").isEmpty();
        assertThat(userAbove(first, LayerState.KEPT)).isEqualTo(upper);
        assertThat(userAbove(first, LayerState.TORN)).isEqualTo(upper);
    }

    private static List<Step> steps(PlanInput one, LayerState layer) {
        return ContainerPlanner.plan(new PlanInput(
                one.request(), one.slot(), one.folders(), one.host(), one.granted(), one.log(), one.seccompFilter(), layer, one.lender(), one.cores(),
                one.terminal(), one.other())).steps();
    }

    private static List<String> anew(PlanInput one, LayerState layer) {
        return steps(one, layer).stream()
                .filter(HostStep.FreshFolder.class::isInstance).map(step -> ((HostStep.FreshFolder) step).path())
                .filter(path -> path.startsWith(one.folders().layer())).toList();
    }

    private static String userAbove(PlanInput one, LayerState layer) {
        return steps(one, layer).stream()
                .filter(LauncherStep.ResolveUser.class::isInstance).map(step -> ((LauncherStep.ResolveUser) step).writable()).findFirst().orElseThrow();
    }

    @Test
    void theSameRequestMakesTheSamePlan() {
        ImageConfig config = new ImageConfig(null, List.of("sh"), Map.of("B", "1", "A", "2"), null, null, null, null, null, null);
        assertThat(ContainerPlanner.plan(input(limited(), config)).print()).isEqualTo(ContainerPlanner.plan(input(limited(), config)).print());
    }

    @Test
    void anEntrypointOfOnesOwnDropsTheImagesCommand() {
        ImageConfig config = new ImageConfig(List.of("nginx"), List.of("-g"), null, null, null, null, null, null, null);
        ContainerSpec spec = ContainerSpec.from(IMAGE).entrypoint(List.of("echo")).build();
        assertThat(ContainerPlanner.plan(input(spec, config)).inside().getLast())
                .isInstanceOfSatisfying(CommandStep.Execute.class, step -> assertThat(step.arguments()).containsExactly("echo"));
    }

    @Test
    void beginsWithWhatAParkedProcessHasDone() {
        PlanInput input = input(ContainerSpec.of(IMAGE, "true"), ImageConfig.EMPTY);
        List<Step> ahead = Parking.steps(input.slot(), FOLDERS.places(), FOLDERS.names(), CGROUPS, true);
        assertThat(ContainerPlanner.plan(input).steps()).containsAll(ahead);
        List<Step> others = Parking.steps(new Slot("s00003", new IdRange(9 * 65_536)), FOLDERS.places(), FOLDERS.names(), CGROUPS, true);
        assertThat(ContainerPlanner.plan(input).steps()).as("of another slot").doesNotContainAnyElementsOf(others.subList(0, 3));
    }

    @Test
    void refusesWhenNothingSaysWhatToRun() {
        assertThatThrownBy(() -> ContainerPlanner.plan(input(ContainerSpec.of(IMAGE), ImageConfig.EMPTY)))
                .hasMessage("neither the image nor the spec says what to run");
    }

    @Test
    void aFilterComesFirstWhereProgramsMayGainRights() {
        ContainerSpec spec = ContainerSpec.from(IMAGE).command(List.of("x")).security(new Security(null, List.of("SETUID"), false, null, false, null, null, null, null)).build();
        assertThat(ContainerPlanner.plan(input(spec, ImageConfig.EMPTY)).inside().stream().map(Step::name).toList())
                .endsWith("limit", "limit", "seccomp", "keep-bounding", "set-capabilities", "become-user", "lay-down", "execute");
    }

    @Test
    void aDevicesNodeIsMadeForWhoAsksAndClosedToTheRest() {
        ContainerSpec spec = ContainerSpec.from(IMAGE).command(List.of("x"))
                .security(new Security(null, null, null, null, false, null, null, null, List.of(new Security.Device("/dev/fuse", "/dev/f", "rw")))).build();
        PlanInput all = input(spec, ImageConfig.EMPTY);
        PlanInput granting = new PlanInput(
                all.request(), all.slot(), all.folders(), all.host(),
                new HostGrants(all.granted().folders(), List.of(new HostDevice("/dev/fuse", 10, 229), new HostDevice("/dev/net/tun", 10, 200))),
                all.log(), all.seccompFilter(), all.layer(), all.lender(), all.cores(), all.terminal(), all.other());
        assertThat(ContainerPlanner.plan(granting).print())
                .contains("devices.deny\", \"c 10:229 m\"", "devices.deny\", \"c 10:200 rwm\"", "mknodat(<dev>, \"f\", 10:229)")
                .doesNotContain("mknodat(<dev>, \"net/tun\"");
    }

    @Test
    void givesUpTheMeansOfGivingUpLast() {
        List<String> names =
                ContainerPlanner.plan(input(limited(), new ImageConfig(null, List.of("x"), null, null, null, null, null, null, null))).inside().stream().map(Step::name).toList();
        assertThat(names.subList(names.size() - 6, names.size()))
                .containsExactly("keep-bounding", "set-capabilities", "no-new-privileges", "become-user", "seccomp", "execute");
    }

    @Test
    void mountsComeOuterOnesFirstAndOnceTheHostIsOutOfSight() {
        ContainerSpec spec = limited().but().mounts(List.of(new Mount.Tmpfs("/srv/data/cache", Bytes.mebi(1), null, false, false))).build();
        List<VolumeMount> volumes = List.of(volume(1, "/srv/data", true), volume(2, "/var", false));
        Plan plan = ContainerPlanner.plan(input(spec, new ImageConfig(null, List.of("x"), null, null, null, null, null, null), volumes));
        assertThat(plan.inside().stream().map(Step::call).toList())
                .containsSubsequence(
                        "umount2(\".\", MNT_DETACH); chdir(\"/\")",
                        "mkdir(\"/var\", 0755)",
                        "move_mount(<volume:/var>, \"/var\")",
                        "mkdir(\"/srv\", 0755)",
                        "mkdir(\"/srv/data\", 0755)",
                        "move_mount(<volume:/srv/data>, \"/srv/data\")",
                        "mount(\"tmpfs\", \"/srv/data/cache\", \"tmpfs\", MS_NOSUID|MS_NODEV|MS_NOEXEC, \"mode=1777,size=1048576\")",
                        "move_mount(<etc-hosts>, \"/etc/hosts\")",
                        "mkdir, chdir(\"/srv\")",
                        "mount(\"\", \"/\", \"\", MS_NODEV|MS_RDONLY|MS_REMOUNT|MS_BIND, \"\")");
        assertThat(plan.steps().stream().map(Step::call).toList())
                .contains(
                        "open_tree(\"/var/lib/gantry/volumes/volume-01980000-0000-7000-8000-000000000001/data\", OPEN_TREE_CLONE);"
                                + " mount_setattr(MOUNT_ATTR_IDMAP|MOUNT_ATTR_NODEV|MOUNT_ATTR_RDONLY, userns <owners>) → <volume:/srv/data>")
                .filteredOn(call -> call.contains("getdents64"))
                .hasSize(1);
    }

    @Test
    void refusesMoreMountsThanTheLauncherTakes() {
        List<VolumeMount> many = IntStream.range(0, 61).mapToObj(i -> volume(i, "/v" + i, false)).toList();
        assertThatThrownBy(() -> ContainerPlanner.plan(input(limited(), new ImageConfig(null, List.of("x"), null, null, null, null, null, null), many)))
                .hasMessage("the container has 61 mounts; beside what every container has there is room for 60");
    }
}
