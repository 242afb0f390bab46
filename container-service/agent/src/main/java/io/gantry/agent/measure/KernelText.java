package io.gantry.agent.measure;

import io.gantry.contracts.view.ContainerStats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Reads the kernel's text files. Pure. */
final class KernelText {
    private static final long NANOS_PER_TICK = 10_000_000;

    /** Of {@code /proc/stat}: user, nice, system, idle, iowait, irq, softirq, steal. Guest time is in user time already. */
    private static final int[] IDLE_AND_ALL = {1, 2, 3, 4, 5, 6, 7, 8};

    private static final int[] BUSY = {1, 2, 3, 6, 7, 8};

    private static final int READ_SECTORS = 5;
    private static final int WRITTEN_SECTORS = 9;

    /** Whatever the disk's own are (Documentation/admin-guide/iostats.rst). */
    private static final long BYTES_PER_SECTOR = 512;

    private KernelText() {}

    /** Lines of a name, an optional colon and a number: {@code cpu.stat}, {@code memory.stat}, {@code /proc/<pid>/io}. Others are passed over. */
    static Map<String, Long> numbers(String text) {
        Map<String, Long> numbers = new HashMap<>();
        text.lines()
                .map(line -> line.split(":? +"))
                .filter(parts -> parts.length == 2 && parts[1].matches("-?\\d{1,19}"))
                .forEach(parts -> numbers.put(parts[0], Long.parseLong(parts[1])));
        return numbers;
    }

    /** {@code null} for {@code max}, and for v1's "no limit", which is the greatest multiple of a page. */
    static Long limit(String text) {
        String number = text.strip();
        if (number.equals("max")) {
            return null;
        }
        long limit = Long.parseLong(number);
        return limit >= Long.MAX_VALUE >> 12 << 12 ? null : limit;
    }

    /** {@code some avg10=0.12 avg60=0.05 avg300=0.01 total=12345}, and likewise {@code full} (psi.rst). */
    static ContainerStats.Stall stall(String text) {
        Map<String, Map<String, String>> rows = new HashMap<>();
        text.lines().map(line -> line.split(" ")).forEach(words -> {
            Map<String, String> row = new HashMap<>();
            for (int i = 1; i < words.length; i++) {
                String[] pair = words[i].split("=", 2);
                row.put(pair[0], pair[1]);
            }
            rows.put(words[0], row);
        });
        Map<String, String> some = rows.getOrDefault("some", Map.of());
        Map<String, String> full = rows.getOrDefault("full", Map.of());
        return new ContainerStats.Stall(
                percent(some, "avg10"), percent(some, "avg60"), total(some), percent(full, "avg10"), percent(full, "avg60"), total(full));
    }

    private static double percent(Map<String, String> row, String name) {
        return Double.parseDouble(row.getOrDefault(name, "0"));
    }

    private static long total(Map<String, String> row) {
        return Long.parseLong(row.getOrDefault("total", "0"));
    }

    /** {@code /proc/<pid>/net/dev} without loopback: eight numbers of what was received, eight of what was sent. */
    static List<ContainerStats.Network> networks(String text) {
        List<ContainerStats.Network> networks = new ArrayList<>();
        for (String line : text.lines().skip(2).toList()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon).strip();
            long[] n = java.util.Arrays.stream(line.substring(colon + 1).strip().split(" +")).mapToLong(Long::parseLong).toArray();
            if (!name.equals("lo")) {
                networks.add(new ContainerStats.Network(name, n[0], n[1], n[2], n[3], n[8], n[9], n[10], n[11]));
            }
        }
        return List.copyOf(networks);
    }

    /** {@code /proc/stat}: all time of all cores. */
    static long hostNanos(String text) {
        String[] words = text.lines().filter(line -> line.startsWith("cpu ")).findFirst().orElse("cpu 0").split(" +");
        return nanos(words, IDLE_AND_ALL);
    }

    /** {@code /proc/stat}: the time in which each core wasn't idle. */
    static Map<Integer, Long> coreNanos(String text) {
        Map<Integer, Long> cores = new HashMap<>();
        text.lines()
                .filter(line -> line.matches("cpu\\d+ .*"))
                .map(line -> line.split(" +"))
                .forEach(words -> cores.put(Integer.parseInt(words[0].substring(3)), nanos(words, BUSY)));
        return cores;
    }

    /** Ticks of 10 ms (USER_HZ, which is part of the kernel's interface). */
    private static long nanos(String[] words, int[] columns) {
        return IntStream.of(columns).filter(at -> at < words.length).mapToLong(at -> Long.parseLong(words[at])).sum() * NANOS_PER_TICK;
    }

    /** {@code /proc/diskstats}: of whole disks, not of their parts or of what lies on them. */
    static long diskBytes(String text) {
        return text.lines()
                .map(line -> line.strip().split(" +"))
                .filter(words -> words.length > WRITTEN_SECTORS && words[2].matches("(?:[shv]|xv)d[a-z]+|nvme\\d+n\\d+|mmcblk\\d+"))
                .mapToLong(words -> (Long.parseLong(words[READ_SECTORS]) + Long.parseLong(words[WRITTEN_SECTORS])) * BYTES_PER_SECTOR)
                .sum();
    }

    static int cores(String text) {
        return (int) text.lines().filter(line -> line.matches("cpu\\d+ .*")).count();
    }
}
