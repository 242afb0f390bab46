package io.gantry.agent.plan;

import io.gantry.agent.plan.MountFlags.Flag;
import io.gantry.agent.plan.RuntimeConfig.Placed;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.unit.Capability;
import io.gantry.kernel.namespaces.IdRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What our own first process would do, in the words of the runtime specification. Each of its steps is one of three: said in the config, done by
 * every runtime of itself, or, with no word for it, refused by the planner's callers before. Used once.
 */
final class RuntimeWords {
    private static final String SETTINGS = "/proc/sys/";
    private final Function<Handle, String> places;
    private final Map<String, Handle> groups;
    private final List<Placed> mounts = new ArrayList<>();
    private final List<String> masked = new ArrayList<>();
    private final List<String> readOnlyPaths = new ArrayList<>();
    private final List<FileSystemStep.Link> links = new ArrayList<>();
    private final Map<String, String> sysctls = new TreeMap<>();
    private final List<SettingStep.Limit> limits = new ArrayList<>();
    private Handle root;
    private boolean readOnly;
    private String hostname = "";
    private String domainname = "";
    private String folder = "/";
    private boolean stays;
    private Optional<CommandStep.OpenTerminal> terminal = Optional.empty();
    private Set<Capability> capabilities = Set.of();
    private boolean noNewPrivileges;
    private byte[] filter = {};
    private CommandStep.Execute command;

    /**
     * @param places where the maker has put what it was handed
     * @param groups the container's control groups by where it sees them
     */
    RuntimeWords(Function<Handle, String> places, Map<String, Handle> groups) {
        this.places = places;
        this.groups = groups;
    }

    RuntimeConfig of(Plan own, IdRange range, int oomScore) {
        own.steps().stream().filter(FileSystemStep.CoverRoot.class::isInstance).map(FileSystemStep.CoverRoot.class::cast).forEach(cover -> root = cover.root());
        // all else in its table is private by then: nothing is passed but by these
        boolean passed = own.steps().stream().anyMatch(step -> step instanceof TreeStep.CloneHostFolder clone && clone.propagation() == Mount.Bind.Propagation.RSLAVE);
        own.inside().forEach(this::say);
        mounts.add(bind(MakerStep.LayProgram.PATH, RuntimeConfig.INSIDE, List.of("ro", "nosuid", "nodev")));
        return new RuntimeConfig(
                new RuntimeConfig.Command(command.arguments(), command.environment(), folder, stays, terminal),
                new Identity(0, 0, List.of(), "/"),
                new RuntimeConfig.Rights(capabilities, noNewPrivileges, filter, List.copyOf(limits), oomScore),
                new RuntimeConfig.Root(places.apply(root), readOnly, passed, List.copyOf(mounts), List.copyOf(masked), List.copyOf(readOnlyPaths), List.copyOf(links)),
                hostname, domainname, range, Map.copyOf(sysctls));
    }

    private void say(InsideStep step) {
        switch (step) {
            case FileSystemStep files -> say(files);
            case SettingStep settings -> say(settings);
            case PrivilegeStep privileges -> say(privileges);
            case CommandStep commands -> say(commands);
            case MakerStep _, BundleInsideStep _ -> throw new IllegalArgumentException("no container of ours begins with " + step.name());
        }
    }

    private void say(FileSystemStep step) {
        switch (step) {
            case FileSystemStep.Attach(var handle, var path, _) -> {
                if (!handle.equals(root)) {
                    mounts.add(bind(places.apply(handle), path, List.of()));
                }
            }
            case FileSystemStep.Mount mount -> say(mount);
            case FileSystemStep.Mask(var path) -> masked.add(path);
            case FileSystemStep.ReadOnly(var path) -> readOnlyPaths.add(path);
            case FileSystemStep.Link link -> links.add(link);
            case FileSystemStep.PrivateMounts _, FileSystemStep.Stage _, FileSystemStep.LeaveHost _, FileSystemStep.CoverRoot _, FileSystemStep.Move _,
                    FileSystemStep.MakeFolder _, FileSystemStep.MakeFile _ -> {
                // a runtime's own way from the host's root to the container's
            }
            case FileSystemStep.OwnMounts _, FileSystemStep.Pivot _, FileSystemStep.PivotOver _, FileSystemStep.AttachSharedMemory _, FileSystemStep.ShowProcView _ -> throw wordless(step);
        }
    }

    private void say(FileSystemStep.Mount mount) {
        Set<Flag> flags = mount.flags().set();
        if (flags.contains(Flag.REMOUNT)) {
            if (mount.target().equals("/")) {
                readOnly = true;
            } else {
                mounts.replaceAll(placed -> placed.destination().equals(mount.target()) ? readOnly(placed) : placed);
            }
            return;
        }
        if (groups.containsKey(mount.target())) {
            // by the word for them a runtime would show every tree of the host that its own groups aren't in
            mounts.add(bind(places.apply(groups.get(mount.target())), mount.target(), words(mount.flags().options())));
            return;
        }
        List<String> options = new ArrayList<>(words(mount.flags().options()));
        options.addAll(words(mount.data()));
        mounts.add(new Placed(mount.target(), mount.type(), mount.source(), List.copyOf(options)));
    }

    private static Placed readOnly(Placed placed) {
        return new Placed(placed.destination(), placed.type(), placed.source(), Stream.concat(placed.options().stream(), Stream.of("ro")).distinct().toList());
    }

    private static Placed bind(String source, String destination, List<String> more) {
        return new Placed(destination, "bind", source, Stream.concat(Stream.of("rbind"), more.stream()).toList());
    }

    private static List<String> words(String options) {
        return options.isEmpty() ? List.of() : List.of(options.split(","));
    }

    private void say(SettingStep step) {
        switch (step) {
            case SettingStep.WriteSetting(var path, var content, _) -> sysctls.put(path.substring(SETTINGS.length()).replace('/', '.'), content);
            case SettingStep.SetHostname(var name) -> hostname = name;
            case SettingStep.SetDomainname(var name) -> domainname = name;
            case SettingStep.Limit limit -> limits.add(limit);
            case SettingStep.RaiseLoopback _ -> {
                // done of itself in a new network namespace
            }
        }
    }

    private void say(PrivilegeStep step) {
        switch (step) {
            case PrivilegeStep.KeepBounding(var kept) -> capabilities = kept;
            case PrivilegeStep.NoNewPrivileges _ -> noNewPrivileges = true;
            case PrivilegeStep.Seccomp seccomp -> filter = seccomp.filter();
            case PrivilegeStep.BecomeRoot _, PrivilegeStep.SetCapabilities _, PrivilegeStep.BecomeUser _, PrivilegeStep.LayDown _ -> {
                // follows from the user and the bounding set
            }
        }
    }

    private void say(CommandStep step) {
        switch (step) {
            case CommandStep.ForkInit _ -> stays = true;
            case CommandStep.OpenTerminal open -> terminal = Optional.of(open);
            case CommandStep.EnterFolder(var path, _) -> folder = path;
            case CommandStep.Execute execute -> {
                if (!execute.secrets().isEmpty()) {
                    // its words are a file on the disk
                    throw new IllegalArgumentException("a secret can be no variable of a container of this runtime class: read it from its file, or take another class");
                }
                command = execute;
            }
            case CommandStep.OpenStreams _ -> {
                // the maker's, which hands them on
            }
        }
    }

    private static IllegalArgumentException wordless(InsideStep step) {
        return new IllegalArgumentException("the runtime specification has no word for " + step.name() + ": make the container of another runtime class");
    }
}
