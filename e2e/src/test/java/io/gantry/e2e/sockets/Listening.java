package io.gantry.e2e.sockets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A socket that takes connections or datagrams from whoever reaches its address.
 *
 * @param address {@code 0.0.0.0} for all, of IPv6, too
 * @param owner the process's name
 */
public record Listening(String protocol, String address, int port, String owner) {
    private static final Path PROC = Path.of("/proc");
    /** Of a TCP socket that listens, and of a UDP socket that isn't connected; see {@code TCP_LISTEN} and {@code TCP_CLOSE} in linux/tcp_states.h. */
    private static final String TCP_LISTENS = "0A";
    private static final String UDP_OPEN = "07";

    public boolean loopback() {
        return address.startsWith("127.") || address.equals("::1");
    }

    /** All of the processes that name {@code folder} in their command line, and of their children; without containers, whose network is their own. */
    public static Set<Listening> of(Path folder) {
        Set<Listening> found = new LinkedHashSet<>();
        for (ProcessHandle process : processes(folder)) {
            Path proc = PROC.resolve(Long.toString(process.pid()));
            Set<String> inodes = inodes(proc);
            String owner = text(proc.resolve("comm")).strip();
            for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
                text(proc.resolve("net").resolve(table)).lines().skip(1).map(line -> line.strip().split("\\s+"))
                        .filter(fields -> inodes.contains(fields[9]) && fields[3].equals(table.startsWith("tcp") ? TCP_LISTENS : UDP_OPEN))
                        .forEach(fields -> found.add(read(table, fields[1], owner)));
            }
        }
        return found;
    }

    private static Collection<ProcessHandle> processes(Path folder) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            List<ProcessHandle> ours =
                    all.filter(process -> process.pid() != ProcessHandle.current().pid() && mentions(process, folder + "/")).toList();
            Set<String> networks = ours.stream().map(Listening::network).collect(Collectors.toSet());
            return ours.stream()
                    .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                    .filter(process -> networks.contains(network(process)))
                    .collect(Collectors.toMap(ProcessHandle::pid, process -> process, (one, _) -> one))
                    .values();
        }
    }

    private static boolean mentions(ProcessHandle process, String folder) {
        return text(PROC.resolve(Long.toString(process.pid())).resolve("cmdline")).contains(folder);
    }

    private static String network(ProcessHandle process) {
        return target(PROC.resolve(Long.toString(process.pid())).resolve("ns/net"));
    }

    private static Set<String> inodes(Path proc) {
        try (Stream<Path> fds = Files.list(proc.resolve("fd"))) {
            List<String> targets = new ArrayList<>();
            for (Path fd : fds.toList()) {
                targets.add(target(fd));
            }
            return targets.stream().filter(target -> target.startsWith("socket:["))
                    .map(target -> target.substring("socket:[".length(), target.length() - 1)).collect(Collectors.toSet());
        } catch (IOException ended) {
            return Set.of();
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    /** @param local {@code 0100007F:1BA8}: words of the address in the machine's order, here little-endian; port */
    private static Listening read(String table, String local, String owner) {
        String[] parts = local.split(":");
        byte[] words = HexFormat.of().parseHex(parts[0]);
        byte[] bytes = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i / 4 * 4 + 3 - i % 4];
        }
        try {
            InetAddress address = InetAddress.getByAddress(bytes);
            String shown = address.isAnyLocalAddress() ? "0.0.0.0" : address.isLoopbackAddress() ? "127.0.0.1" : address.getHostAddress();
            return new Listening(table.substring(0, 3), shown, Integer.parseInt(parts[1], 16), owner);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException ended) {
            return "";
        }
    }
}
