package io.gantry.agent.execute;

import io.gantry.agent.plan.HostDevice;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.cgroup.DeviceProgram;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a container leaves in the kernel and under the run folder, and its removal. Idempotent. */
final class Leftovers {
    /** How groups of those who look into a container begin, see {@code DebugPlanner}. */
    static final String DEBUGGING = "debug-";

    private static final int LONGEST_LIST = 1 << 16;
    private final SystemCalls calls;
    private final CgroupHierarchy cgroups;
    private final ContainerFolders folders;
    private final Rubbish rubbish;

    Leftovers(SystemCalls calls, CgroupHierarchy cgroups, ContainerFolders folders, Rubbish rubbish) {
        this.calls = calls;
        this.cgroups = cgroups;
        this.folders = folders;
        this.rubbish = rubbish;
    }

    /**
     * Makes the groups above all containers' and sets them up. One that is there is set up again: another agent of this machine, which shares
     * the upper ones, may have come no further than making it, or an agent may have been killed in between.
     */
    void makeRoots() {
        for (CgroupHierarchy.Group root : cgroups.roots()) {
            boolean made = make(root.path());
            try {
                root.setup().forEach(setting -> write(root.path() + "/" + setting.file(), setting.value()));
            } catch (SyscallFailure e) {
                // the kernel changes the device list only of a group without groups below (device_cgroup.c): they came after the list
                if (made || e.errno() != Errno.EINVAL) {
                    throw e;
                }
            }
        }
        cgroups.deviceGates().forEach(this::closeDevices);
    }

    private void closeDevices(String path) {
        try (Fd group = calls.open(path, LinuxHeader.O_RDONLY | LinuxHeader.O_DIRECTORY, 0);
                Fd program = calls.loadDeviceProgram(DeviceProgram.usual())) {
            calls.attachDeviceProgram(group, program);
        }
    }

    /** Opens these to the node's group, and closes what an agent before us was told to. Containers' groups begin as copies of it. */
    void allowDevices(List<HostDevice> devices) {
        Optional<CgroupHierarchy.Group> found =
                cgroups.roots().stream().filter(root -> root.controller().equals("devices")).reduce((_, last) -> last);
        if (found.isEmpty()) {
            if (devices.isEmpty()) {
                return;
            }
            throw new IllegalArgumentException("--allow device: on a host with cgroup v2 alone no further devices can be granted yet");
        }
        CgroupHierarchy.Group node = found.get();
        Set<String> expected = node.setup().stream().map(CgroupHierarchy.Setting::value).collect(Collectors.toSet());
        devices.forEach(device -> expected.add(device.rule("rwm")));
        devices.forEach(device -> write(node.path() + "/devices.allow", device.rule("rwm")));
        try (Fd list = calls.open(node.path() + "/devices.list", LinuxHeader.O_RDONLY, 0)) {
            new String(calls.read(list, LONGEST_LIST), StandardCharsets.US_ASCII).lines()
                    .filter(rule -> !expected.contains(rule))
                    .forEach(rule -> write(node.path() + "/devices.deny", rule));
        }
    }

    /** False if it is there already. */
    private boolean make(String path) {
        try {
            calls.makeFolder(path, 0755);
            return true;
        } catch (SyscallFailure e) {
            if (e.errno() == Errno.EEXIST) {
                return false;
            }
            throw e;
        }
    }

    private void write(String path, String value) {
        try (Fd file = calls.open(path, LinuxHeader.O_WRONLY, 0)) {
            calls.write(file, value.getBytes(StandardCharsets.US_ASCII));
        }
    }

    CgroupWatch group(String slot) {
        return new CgroupWatch(calls, cgroups.unified(slot));
    }

    /** The group of a command that looks into a container. */
    record Session(SystemCalls calls, String path) {
        String name() {
            return Path.of(path).getFileName().toString();
        }

        void kill() {
            new CgroupWatch(calls, path).kill();
        }

        /** Ends what runs in it; nothing if it is gone. */
        void remove() {
            CgroupWatch group = new CgroupWatch(calls, path);
            group.kill();
            group.awaitEmpty();
            calls.removeFolder(path);
        }
    }

    Session session(String slot, String name) {
        return new Session(calls, cgroups.unified(slot) + "/" + name);
    }

    /** Ends those who look into the container. */
    void removeSessions(String slot) {
        try (Stream<Path> found = Files.list(Path.of(cgroups.unified(slot)))) {
            List<String> names = found.map(path -> path.getFileName().toString()).filter(name -> name.startsWith(DEBUGGING)).toList();
            names.forEach(name -> session(slot, name).remove());
        } catch (NoSuchFileException e) {
            // the group itself is gone, and so are those in it
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends what still runs in the slot's groups and removes them. */
    void removeGroups(String slot) {
        CgroupWatch group = group(slot);
        group.kill();
        group.awaitEmpty();
        removeSessions(slot);
        cgroups.folders(slot).reversed().forEach(calls::removeFolder);
    }

    /** Those above a container that reserves memory, or did. */
    void countReservations(ContainerRecord record) {
        if (record.container().spec().resources().memoryReservation() != null) {
            new ReservationSums(cgroups).count();
        }
    }

    /** What was there for one run. The sockets last: where they are, not all has been cleaned up. */
    void removeRunFiles(ContainerRecord record) {
        removeNames(record.slotName());
        Trees.delete(folders.sockets(record.container().id()));
    }

    void removeNames(String slot) {
        rubbish.take(folders.names(slot));
    }

    /** How many of its processes the kernel's out-of-memory killer has ended, and the last of them; {@code null} if none. */
    Observed.OutOfMemory outOfMemory(String slot) {
        long kills = kills(slot);
        if (kills == 0) {
            return null;
        }
        Path group = Path.of(cgroups.memoryEvents(slot)).getParent();
        String end = "/" + group.subpath(Math.max(0, group.getNameCount() - 3), group.getNameCount());
        Optional<OutOfMemoryLog.Victim> victim = new OutOfMemoryLog(calls).last(end);
        return new Observed.OutOfMemory(
                kills, victim.map(OutOfMemoryLog.Victim::pid).orElse(null), victim.map(OutOfMemoryLog.Victim::process).orElse(null));
    }

    private long kills(String slot) {
        try (Fd file = calls.open(cgroups.memoryEvents(slot), LinuxHeader.O_RDONLY, 0)) {
            return new String(calls.read(file, 512), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> line.startsWith("oom_kill "))
                    .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                    .findFirst()
                    .orElse(0);
        } catch (SyscallFailure e) {
            return 0;
        }
    }

    /** Groups and names that no record speaks of: of a start that was undone only in part, or was never asked for. */
    void removeUnknown(Set<String> known) {
        slots(Path.of(cgroups.unified("x")).getParent()).filter(slot -> !known.contains(slot)).forEach(this::removeGroups);
        slots(folders.names()).filter(slot -> !known.contains(slot)).forEach(this::removeNames);
    }

    private static Stream<String> slots(Path folder) {
        try (Stream<Path> found = Files.list(folder)) {
            List<String> names = found.filter(Files::isDirectory).map(path -> path.getFileName().toString()).toList();
            return names.stream().filter(name -> name.matches("s\\d{5}"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
