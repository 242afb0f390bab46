package io.gantry.image.report.core;

import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.view.ImageReportView.Program;
import io.gantry.contracts.view.ImageReportView.Role;
import io.gantry.contracts.view.ImageReportView.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runtimes, daemons and service managers, by where their programs lie: whoever put them there, by a package or by hand. Links are none, so that Alpine's one
 * busybox is no cron; Perl is no runtime here, as Debian itself needs it.
 */
final class Software {
    private static final Set<String> SERVICE_MANAGERS = Set.of(
            "systemd", "supervisord", "runsvdir", "runit", "s6-svscan", "openrc", "openrc-init", "monit", "upstart", "circusd", "dinit", "initng", "finit", "procd");

    private static final Set<String> DAEMONS = Set.of(
            "sshd", "dropbear", "cron", "crond", "anacron", "atd", "rsyslogd", "syslog-ng", "nginx", "apache2", "httpd", "lighttpd", "caddy", "haproxy", "squid", "varnishd",
            "mysqld", "mariadbd", "postgres", "redis-server", "valkey-server", "mongod", "memcached", "rabbitmq-server", "influxd", "exim4", "sendmail", "dovecot", "named",
            "dnsmasq", "slapd", "smbd", "vsftpd", "proftpd", "in.telnetd", "telnetd", "xinetd", "inetd", "ntpd", "chronyd", "snmpd", "dockerd", "containerd", "php-fpm", "cupsd",
            "dbus-daemon", "avahi-daemon", "zabbix_agentd", "filebeat", "fluentd", "node_exporter", "prometheus", "grafana-server", "xrdp", "x11vnc");

    private static final Set<String> FOLDERS = Set.of("bin", "sbin", "libexec", "systemd", "exec", "command");

    /** Whose name says the version. */
    private static final Pattern VERSIONED = Pattern.compile("(python|ruby|php|lua)-?(\\d+(?:\\.\\d+)+)");

    private static final Map<String, String> PLAIN = Map.of("node", "Node.js", "nodejs", "Node.js", "ruby", "Ruby", "php", "PHP");
    private static final Map<String, String> LANGUAGES = Map.of("python", "Python", "ruby", "Ruby", "php", "PHP", "lua", "Lua");
    private static final Pattern DOTNET = Pattern.compile("(.*/)?shared/Microsoft\\.NETCore\\.App/([0-9][^/]*)");

    private Software() {}

    static List<Program> programs(LayerStack stack) {
        Map<String, Program> found = new TreeMap<>();
        for (LayerStack.Placed each : stack.seen()) {
            FileEntry file = each.entry();
            if (isProgram(file)) {
                role(file.name()).ifPresent(role -> found.putIfAbsent(role + " " + file.name(), new Program(role, file.name(), file.path())));
            }
        }
        return List.copyOf(found.values());
    }

    private static Optional<Role> role(String name) {
        if (SERVICE_MANAGERS.contains(name)) {
            return Optional.of(Role.SERVICE_MANAGER);
        }
        return DAEMONS.contains(name) || name.startsWith("php-fpm") ? Optional.of(Role.DAEMON) : Optional.empty();
    }

    /** @param versions what files say of what lies beside them, by their path */
    static List<Runtime> runtimes(LayerStack stack, Map<String, String> versions) {
        List<Runtime> found = new ArrayList<>();
        for (LayerStack.Placed each : stack.seen()) {
            runtime(stack, each.entry(), versions).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<Runtime> runtime(LayerStack stack, FileEntry file, Map<String, String> versions) {
        if (file.kind() == Kind.FOLDER) {
            Matcher dotnet = DOTNET.matcher(file.path());
            return dotnet.matches() ? Optional.of(new Runtime(".NET", dotnet.group(2), file.path())) : Optional.empty();
        }
        if (!isProgram(file) || !file.path().contains("bin/")) {
            return Optional.empty();
        }
        String home = above(file.folder());
        Matcher versioned = VERSIONED.matcher(file.name());
        if (versioned.matches()) {
            return Optional.of(new Runtime(LANGUAGES.get(versioned.group(1)), versioned.group(2), file.path()));
        }
        if (file.name().equals("java")) {
            boolean partOfAnother = home.endsWith("/jre") && stack.at(above(home) + "/bin/java").isPresent();
            return partOfAnother ? Optional.empty() : Optional.of(new Runtime("Java", said(versions, home, "release"), file.path()));
        }
        if (file.name().equals("go") && stack.at(in(home, "VERSION")).isPresent()) {
            return Optional.of(new Runtime("Go", said(versions, home, "VERSION"), file.path()));
        }
        return Optional.ofNullable(PLAIN.get(file.name())).map(language -> new Runtime(language, said(versions, home, "include/node/node_version.h"), file.path()));
    }

    private static String said(Map<String, String> versions, String home, String file) {
        return versions.getOrDefault(in(home, file), "");
    }

    private static boolean isProgram(FileEntry file) {
        String folder = file.folder();
        return file.kind() == Kind.FILE && file.isExecutable() && FOLDERS.contains(folder.substring(folder.lastIndexOf('/') + 1));
    }

    private static String above(String folder) {
        return folder.contains("/") ? folder.substring(0, folder.lastIndexOf('/')) : "";
    }

    private static String in(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }
}
