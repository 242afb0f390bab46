package io.gantry.cli.container;

import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;

/** Mounts as people write them on a command line, in Docker's forms. */
final class MountText {
    private MountText() {}

    /** {@code /run} or {@code /run:size=64m,mode=1777,exec,ro}. */
    static Mount tmpfs(String text) {
        int colon = text.indexOf(':');
        Map<String, String> options = options(colon < 0 ? "" : text.substring(colon + 1));
        Bytes size = options.containsKey("size") ? Bytes.parse(options.remove("size")) : null;
        Integer mode = options.containsKey("mode") ? mode("--tmpfs " + text, options.remove("mode")) : null;
        boolean readOnly = flag(options, "ro", "rw");
        boolean exec = flag(options, "exec", "noexec");
        // as every tmpfs is
        options.remove("nosuid");
        options.remove("nodev");
        refuseTheRest("--tmpfs " + text, options, "size=, mode=, ro, exec");
        return new Mount.Tmpfs(colon < 0 ? text : text.substring(0, colon), size, mode, readOnly, exec);
    }

    /**
     * {@code data:/var/lib/data[:ro,nocopy]}, {@code /srv/data:/data[:ro,rslave]} of the host, or a path alone for a volume of its own. Docker's socket is the
     * platform's, see {@link Mount.Api}.
     */
    static Mount volume(String text) {
        String[] parts = text.split(":", 3);
        if (parts.length == 1) {
            return Mount.Volume.at(null, text);
        }
        Map<String, String> options = options(parts.length == 3 ? parts[2] : "");
        boolean readOnly = flag(options, "ro", "rw");
        if (Mount.Api.USUAL.equals(parts[0])) {
            options.remove("z");
            refuseTheRest("-v " + text, options, "ro");
            return new Mount.Api(parts[1], null);
        }
        if (parts[0].startsWith("/")) {
            boolean slave = flag(options, "rslave", "rprivate");
            refuseTheRest("-v " + text, options, "ro, rslave");
            return new Mount.Bind(parts[0], parts[1], readOnly, slave ? Mount.Bind.Propagation.RSLAVE : null);
        }
        boolean noCopy = options.remove("nocopy") != null;
        refuseTheRest("-v " + text, options, "ro, nocopy");
        return new Mount.Volume(parts[0], parts[1], readOnly, noCopy);
    }

    /** {@code type=tmpfs,target=/run,tmpfs-size=64m}. */
    static Mount mount(String text) {
        Map<String, String> options = options(text);
        String type = options.remove("type");
        String target = first(options, "target", "dst", "destination");
        boolean readOnly = options.containsKey("readonly") && !options.remove("readonly").equals("false") || flag(options, "ro", "rw");
        return switch (type == null ? "volume" : type) {
            case "volume" -> {
                String source = first(options, "source", "src");
                boolean noCopy = options.containsKey("volume-nocopy") && !options.remove("volume-nocopy").equals("false");
                refuseTheRest("--mount " + text, options, "source=, target=, readonly, volume-nocopy");
                yield new Mount.Volume(source, target, readOnly, noCopy);
            }
            case "tmpfs" -> {
                Bytes size = options.containsKey("tmpfs-size") ? Bytes.parse(options.remove("tmpfs-size")) : null;
                Integer mode = options.containsKey("tmpfs-mode") ? mode("--mount " + text, options.remove("tmpfs-mode")) : null;
                refuseTheRest("--mount " + text, options, "target=, tmpfs-size=, tmpfs-mode=, readonly");
                yield new Mount.Tmpfs(target, size, mode, readOnly, false);
            }
            case "bind" -> {
                String source = first(options, "source", "src");
                String propagation = options.remove("bind-propagation");
                refuseTheRest("--mount " + text, options, "source=, target=, readonly, bind-propagation=");
                yield new Mount.Bind(source, target, readOnly, propagation(text, propagation));
            }
            case "api" -> {
                String scope = options.remove("scope");
                refuseTheRest("--mount " + text, options, "target=, scope=");
                yield new Mount.Api(target, scope == null ? null : Scope.parse(scope));
            }
            default -> throw new IllegalArgumentException("--mount " + text + " says no type that there is: volume, tmpfs, bind, api");
        };
    }

    /** {@code db-password}, or {@code source=db-password,target=/etc/db,mode=0440,uid=33,gid=33,signal=HUP,env=PASSWORD}. */
    static Mount secret(String text) {
        return kept("--secret " + text, text, true, Mount.Secret::new);
    }

    /** As {@link #secret}. */
    static Mount config(String text) {
        return kept("--config " + text, text, false, (source, target, mode, uid, gid, signal, _) -> new Mount.Config(source, target, mode, uid, gid, signal));
    }

    private interface Making {
        Mount of(String source, String target, Integer mode, Integer uid, Integer gid, String signal, String env);
    }

    /** @param variable whether it may be one, too */
    private static Mount kept(String where, String text, boolean variable, Making making) {
        if (text.indexOf('=') < 0) {
            return making.of(text, null, null, null, null, null, null);
        }
        Map<String, String> options = options(text);
        String source = first(options, "source", "src");
        String target = first(options, "target", "dst", "destination");
        Integer mode = options.containsKey("mode") ? mode(where, options.remove("mode")) : null;
        Integer uid = number(where, options, "uid");
        Integer gid = number(where, options, "gid");
        String signal = options.remove("signal");
        String env = variable ? options.remove("env") : null;
        refuseTheRest(where, options, "source=, target=, mode=, uid=, gid=, signal=" + (variable ? ", env=" : ""));
        return making.of(source, target, mode, uid, gid, signal, env);
    }

    private static Integer number(String where, Map<String, String> options, String name) {
        String text = options.remove(name);
        if (text != null && !text.matches("\\d{1,5}")) {
            throw new IllegalArgumentException(where + ": '" + text + "' is no number for " + name);
        }
        return text == null ? null : Integer.valueOf(text);
    }

    private static Mount.Bind.Propagation propagation(String where, String text) {
        return switch (text == null ? "rprivate" : text) {
            case "rprivate" -> Mount.Bind.Propagation.PRIVATE;
            case "rslave" -> Mount.Bind.Propagation.RSLAVE;
            default -> throw new IllegalArgumentException("--mount " + where + ": there is no '" + text + "' here; there are rprivate, rslave");
        };
    }

    private static Map<String, String> options(String text) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : text.split(",")) {
            int equals = option.indexOf('=');
            if (!option.isEmpty()) {
                options.put(equals < 0 ? option : option.substring(0, equals), equals < 0 ? "" : option.substring(equals + 1));
            }
        }
        return options;
    }

    private static String first(Map<String, String> options, String... names) {
        String found = null;
        for (String name : names) {
            String value = options.remove(name);
            found = found == null ? value : found;
        }
        return found;
    }

    /** The one is said, the other isn't. */
    private static boolean flag(Map<String, String> options, String yes, String no) {
        options.remove(no);
        return options.remove(yes) != null;
    }

    /** Permission bits are written in octal. */
    private static int mode(String where, String digits) {
        if (!digits.matches("[0-7]{1,5}")) {
            throw new IllegalArgumentException(where + ": '" + digits + "' is no mode; write for example 1777");
        }
        return Integer.parseInt(digits, 8);
    }

    private static void refuseTheRest(String where, Map<String, String> options, String known) {
        options.keySet().stream().findFirst().ifPresent(option -> {
            throw new IllegalArgumentException(where + ": there is no '" + option + "' here; there are " + known);
        });
    }
}
