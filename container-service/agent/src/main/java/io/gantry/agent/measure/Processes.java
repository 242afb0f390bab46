package io.gantry.agent.measure;

import io.gantry.contracts.view.ContainerProcess;
import io.gantry.kernel.syscall.DeviceNumber;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The processes of a container from {@code /proc} (proc_pid_stat(5), proc_pid_status(5)). */
public final class Processes {
    private static final int TICK_MILLIS = 10;
    private static final int PAGE = 4096;
    private static final long KIB = 1024;
    /** In proc_pid_stat(5), counted from the state, which is field 3. */
    private static final int STATE = 0;

    private static final int PARENT = 1;
    private static final int TERMINAL = 4;
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;
    private static final int START = 19;
    private static final int VIRTUAL = 20;
    private static final int RESIDENT = 21;
    /** Unix98 terminals: majors 136 to 143. */
    private static final int TERMINALS = 136;

    private final Path proc;

    /** @param memory all of it, in bytes */
    record Host(Instant boot, Instant now, long memory) {}

    public Processes(Path proc) {
        this.proc = proc;
    }

    /**
     * @param group file that lists them
     * @param firstId the host's number of the container's user 0
     */
    public List<ContainerProcess> list(Path group, int firstId) throws IOException {
        Instant boot = boot(Files.readString(proc.resolve("stat")));
        long memory = KernelText.numbers(Files.readString(proc.resolve("meminfo")).replace(" kB", "")).getOrDefault("MemTotal", 0L) * KIB;
        Host host = new Host(boot, Instant.now(), memory);
        List<ContainerProcess> found = new ArrayList<>();
        for (String pid : Files.readAllLines(group)) {
            one(pid, firstId, host).ifPresent(found::add);
        }
        found.sort(Comparator.comparing(ContainerProcess::nodePid));
        return List.copyOf(found);
    }

    /** Empty when it has ended meanwhile. */
    private Optional<ContainerProcess> one(String pid, int firstId, Host host) {
        try {
            Path folder = proc.resolve(pid);
            return Optional.of(
                    read(
                            Integer.parseInt(pid),
                            Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1),
                            Files.readString(folder.resolve("status"), StandardCharsets.ISO_8859_1),
                            Files.readAllBytes(folder.resolve("cmdline")),
                            firstId,
                            host));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static ContainerProcess read(int nodePid, String stat, String status, byte[] arguments, int firstId, Host host) {
        // the name in brackets may hold anything, brackets and spaces included
        int end = stat.lastIndexOf(')');
        String name = plain(new String(stat.substring(stat.indexOf('(') + 1, end).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        String[] fields = stat.substring(end + 2).strip().split(" ");
        String[] pids = word(status, "NSpid:").split("\\s+");
        Instant began = host.boot().plusMillis(Long.parseLong(fields[START]) * TICK_MILLIS);
        long used = (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) * TICK_MILLIS;
        long resident = Long.parseLong(fields[RESIDENT]) * PAGE;
        return new ContainerProcess(
                Integer.parseInt(pids[pids.length - 1]),
                nodePid,
                Integer.parseInt(fields[PARENT]),
                Long.parseLong(word(status, "Uid:").split("\\s+")[1]) - firstId,
                began,
                used,
                percent(used, Duration.between(began, host.now()).toMillis()),
                resident,
                percent(resident, host.memory()),
                Long.parseLong(fields[VIRTUAL]),
                fields[STATE],
                terminal(Integer.parseInt(fields[TERMINAL])),
                name,
                command(arguments, name));
    }

    private static double percent(long part, long whole) {
        return whole <= 0 ? 0 : Math.round(1000.0 * part / whole) / 10.0;
    }

    private static String terminal(int number) {
        DeviceNumber device = DeviceNumber.of(Integer.toUnsignedLong(number));
        int family = device.major() - TERMINALS;
        return family < 0 || family > 7 ? null : "pts/" + (family * 256 + device.minor());
    }

    private static String command(byte[] arguments, String name) {
        String text = plain(new String(arguments, StandardCharsets.UTF_8).replace('\0', ' ').strip());
        return text.isEmpty() ? "[" + name + "]" : text;
    }

    /** As ps(1) shows it: nothing that a terminal would obey. */
    private static String plain(String text) {
        return text.codePoints()
                .map(letter -> Character.isISOControl(letter) ? '?' : letter)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String word(String status, String name) {
        return ProcFile.lines(status).stream()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .map(line -> line.substring(name.length()).strip())
                .orElseThrow(() -> new IllegalStateException("/proc/<pid>/status has no " + name));
    }

    private static Instant boot(String stat) {
        return Instant.ofEpochSecond(KernelText.numbers(stat).getOrDefault("btime", 0L));
    }
}
