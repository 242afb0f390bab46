package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.ContainerProcess;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container's processes in the columns that {@code ps(1)} would print for its arguments. No {@code ps} runs: {@code -ef}, {@code aux} and
 * {@code -o} with a list are understood, everything else is refused. Process ids are the node's, users the container's.
 */
public final class TopForm {
    private static final Pattern CHOSEN = Pattern.compile("(?:-?[eaxA]+ +)*-?[eaxA]*o *(.+)");
    private static final DateTimeFormatter TODAY = DateTimeFormatter.ofPattern("HH:mm").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter EARLIER = DateTimeFormatter.ofPattern("MMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final long KIB = 1024;
    private static final int LONGEST = 1000;

    private enum Column {
        UID("UID", "uid", "euid"),
        USER("USER", "user", "euser", "uname"),
        PID("PID", "pid", "tgid"),
        PPID("PPID", "ppid"),
        C("C", "c"),
        PCPU("%CPU", "pcpu", "%cpu"),
        PMEM("%MEM", "pmem", "%mem"),
        VSZ("VSZ", "vsz", "vsize"),
        RSS("RSS", "rss", "rssize"),
        TTY("TTY", "tty", "tt", "tname"),
        STAT("STAT", "stat", "state", "s"),
        STIME("STIME", "stime", "start_time"),
        START("START", "start", "bsdstart"),
        ETIME("ELAPSED", "etime"),
        TIME("TIME", "time", "cputime"),
        COMM("COMMAND", "comm", "ucmd"),
        CMD("CMD", "cmd"),
        ARGS("COMMAND", "args", "command");

        private final String title;
        private final List<String> names;

        Column(String title, String... names) {
            this.title = title;
            this.names = List.of(names);
        }

        static Optional<Column> named(String name) {
            return Arrays.stream(values()).filter(column -> column.names.contains(name)).findFirst();
        }

        String of(ContainerProcess process, Instant now) {
            return switch (this) {
                case UID, USER -> process.user() == 0 ? "root" : Long.toString(process.user());
                case PID -> Integer.toString(process.nodePid());
                case PPID -> Integer.toString(process.parent());
                case C -> Long.toString((long) process.cpuPercent());
                case PCPU -> String.format(Locale.ROOT, "%.1f", process.cpuPercent());
                case PMEM -> String.format(Locale.ROOT, "%.1f", process.memoryPercent());
                case VSZ -> Long.toString(process.virtualBytes() / KIB);
                case RSS -> Long.toString(process.residentBytes() / KIB);
                case TTY -> process.terminal() == null ? "?" : process.terminal();
                case STAT -> process.state();
                case STIME, START -> start(process.startedAt(), now);
                case ETIME -> clock(Duration.between(process.startedAt(), now), false);
                case TIME -> clock(Duration.ofMillis(process.cpuMillis()), true);
                case COMM -> process.name();
                case CMD, ARGS -> process.command();
            };
        }
    }

    private TopForm() {}

    /** @param arguments {@code ps_args}; {@code null} is {@code -ef} */
    public static ObjectNode of(List<ContainerProcess> processes, String arguments, Instant now) {
        List<Column> columns = columns(arguments == null ? "-ef" : arguments.strip());
        ObjectNode json = Json.mapper().createObjectNode();
        ArrayNode titles = json.putArray("Titles");
        columns.forEach(column -> titles.add(column.title));
        ArrayNode rows = json.putArray("Processes");
        for (ContainerProcess process : processes) {
            ArrayNode row = rows.addArray();
            columns.forEach(column -> row.add(column.of(process, now)));
        }
        return json;
    }

    private static List<Column> columns(String arguments) {
        if (arguments.length() > LONGEST) {
            throw unknown("arguments of ps of more than " + LONGEST + " characters");
        }
        Matcher chosen = CHOSEN.matcher(arguments);
        if (chosen.matches()) {
            List<Column> columns = new ArrayList<>();
            for (String name : chosen.group(1).strip().split("[ ,]+")) {
                columns.add(Column.named(name).orElseThrow(() -> unknown("the ps column '" + name + "'")));
            }
            return columns;
        }
        return switch (arguments) {
            case "", "-ef", "-e -f", "-fe", "-Af", "-fA" ->
                    List.of(Column.UID, Column.PID, Column.PPID, Column.C, Column.STIME, Column.TTY, Column.TIME, Column.CMD);
            case "aux", "-aux", "uax" ->
                    List.of(
                            Column.USER, Column.PID, Column.PCPU, Column.PMEM, Column.VSZ, Column.RSS, Column.TTY, Column.STAT, Column.START, Column.TIME,
                            Column.ARGS);
            default -> throw unknown("'ps " + arguments + "'");
        };
    }

    private static DockerRefusal unknown(String what) {
        return DockerRefusal.notSupported(what, "write -ef, aux, or -o with a list of columns such as pid,user,args");
    }

    private static String start(Instant at, Instant now) {
        return (Duration.between(at, now).toHours() < 24 ? TODAY : EARLIER).format(at);
    }

    /** {@code [days-]hours:minutes:seconds}; hours only where there are some, or {@code always}. */
    private static String clock(Duration time, boolean always) {
        String days = time.toDays() > 0 ? time.toDays() + "-" : "";
        String hours = always || time.toHours() > 0 ? "%02d:".formatted(time.toHoursPart()) : "";
        return days + hours + "%02d:%02d".formatted(time.toMinutesPart(), time.toSecondsPart());
    }
}
