package io.gantry.cli.container;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.unit.SeccompProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where a container's isolation differs from the usual. */
final class SecurityOptions {
    private static final String SECCOMP = "seccomp=";
    private static final String NO_NEW_PRIVILEGES = "no-new-privileges";

    @Option(names = "--cap-add", description = "a capability beyond the usual, or ALL")
    private List<String> capAdd = List.of();

    @Option(names = "--cap-drop", description = "a usual capability that it goes without, or ALL")
    private List<String> capDrop = List.of();

    @Option(names = "--security-opt", description = "no-new-privileges=false, seccomp=FILE or seccomp=unconfined")
    private List<String> options = List.of();

    @Option(names = "--sysctl", description = "NAME=VALUE, a setting of its own namespaces: net.core.somaxconn=1024")
    private List<String> sysctls = List.of();

    @Option(names = "--device", description = "/dev/x[:/dev/y[:rwm]] of the host, if its node grants it")
    private List<String> devices = List.of();

    @Option(names = "--privileged", description = "all that its own users can be given, if its node grants it: root inside stays nobody outside")
    private boolean privileged;

    Security security() {
        Boolean noNewPrivileges = null;
        SeccompProfile seccomp = null;
        boolean unconfined = false;
        for (String option : options) {
            if (option.startsWith(NO_NEW_PRIVILEGES)) {
                noNewPrivileges = flag(option);
            } else if (option.equals(SECCOMP + "unconfined")) {
                unconfined = true;
            } else if (option.startsWith(SECCOMP)) {
                seccomp = profile(Path.of(option.substring(SECCOMP.length())));
            } else {
                throw new IllegalArgumentException("--security-opt " + option + " is none of no-new-privileges[=false], seccomp=FILE, seccomp=unconfined");
            }
        }
        return new Security(capAdd, capDrop, noNewPrivileges, seccomp, unconfined, null, null, settings(), devices(), privileged);
    }

    private static boolean flag(String option) {
        return switch (option.substring(NO_NEW_PRIVILEGES.length())) {
            case "", "=true", ":true" -> true;
            case "=false", ":false" -> false;
            default -> throw new IllegalArgumentException("--security-opt " + option + " is neither no-new-privileges nor no-new-privileges=false");
        };
    }

    private static SeccompProfile profile(Path file) {
        try {
            return Json.strict().readValue(Files.readString(file), SeccompProfile.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("--security-opt seccomp=" + file + ": " + e.getOriginalMessage(), e);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("--security-opt seccomp=" + file + ": there is no such file", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String text : sysctls) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("--sysctl " + text + " is not NAME=VALUE; write for example net.core.somaxconn=1024");
            }
            settings.put(text.substring(0, equals), text.substring(equals + 1));
        }
        return settings;
    }

    private List<Security.Device> devices() {
        List<Security.Device> all = new ArrayList<>();
        for (String text : devices) {
            String[] parts = text.split(":", 3);
            boolean onlyAccess = parts.length == 2 && parts[1].matches("[rwm]{1,3}");
            all.add(new Security.Device(
                    parts[0], parts.length > 1 && !onlyAccess ? parts[1] : null, onlyAccess ? parts[1] : parts.length > 2 ? parts[2] : null));
        }
        return all;
    }
}
