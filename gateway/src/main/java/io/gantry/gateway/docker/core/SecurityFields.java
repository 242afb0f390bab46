package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.unit.SeccompProfile;
import java.util.List;

/** Docker's fields about a container's rights and ours. Docker lets programs gain rights unless told otherwise; here it is the other way round. */
final class SecurityFields {
    private static final String NO_NEW_PRIVILEGES = "no-new-privileges";
    private static final String SECCOMP = "seccomp";
    private static final String UNCONFINED = "unconfined";

    /** What {@code SecurityOpt} says. */
    private record Options(Boolean noNewPrivileges, SeccompProfile seccomp, boolean unconfined) {}

    private SecurityFields() {}

    static Security read(Fields host) {
        Options options = options(host);
        return new Security(
                host.texts("CapAdd"), host.texts("CapDrop"), options.noNewPrivileges(), options.seccomp(), options.unconfined(),
                paths(host, "MaskedPaths"), paths(host, "ReadonlyPaths"), host.named("Sysctls"), devices(host), host.flag("Privileged"));
    }

    private static Options options(Fields host) {
        Options options = new Options(null, null, false);
        List<String> given = host.texts("SecurityOpt");
        for (String option : given == null ? List.<String>of() : given) {
            options = with(options, option, host);
        }
        return options;
    }

    private static Options with(Options before, String option, Fields host) {
        String[] parts = option.split("[=:]", 2);
        String value = parts.length == 1 ? "" : parts[1];
        return switch (parts[0]) {
            case NO_NEW_PRIVILEGES -> new Options(flag(option, value), before.seccomp(), before.unconfined());
            case SECCOMP -> value.equals(UNCONFINED)
                    ? new Options(before.noNewPrivileges(), null, true)
                    : new Options(before.noNewPrivileges(), value.equals("builtin") ? null : profile(value), false);
            // there is neither AppArmor nor SELinux around a container
            case "apparmor" -> saysWhatIsSo(before, value.equals(UNCONFINED), host, option);
            case "label" -> saysWhatIsSo(before, value.equals("disable"), host, option);
            default -> throw refused(host, option);
        };
    }

    private static Options saysWhatIsSo(Options options, boolean so, Fields host, String option) {
        if (!so) {
            throw refused(host, option);
        }
        return options;
    }

    private static DockerRefusal refused(Fields host, String option) {
        return host.unsupported("SecurityOpt", option.length() > 80 ? option.substring(0, 80) + "…" : option);
    }

    private static boolean flag(String option, String value) {
        return switch (value) {
            case "", "true" -> true;
            case "false" -> false;
            default -> throw new DockerRefusal(400, "invalid --security-opt: '" + option + "' is neither true nor false");
        };
    }

    private static SeccompProfile profile(String json) {
        try {
            return Json.strict().readValue(json, SeccompProfile.class);
        } catch (JsonProcessingException e) {
            String why = e.getCause() instanceof BadField bad ? bad.getMessage() : e.getOriginalMessage();
            throw new DockerRefusal(400, "the seccomp profile can't be read: " + why);
        }
    }

    /** An empty list, unlike none, asks for all that is usually hidden. */
    private static List<String> paths(Fields host, String name) {
        if (host.isEmptyList(name)) {
            throw host.unsupported(name);
        }
        return host.texts(name);
    }

    private static List<Security.Device> devices(Fields host) {
        return host.list("Devices").stream()
                .map(one -> new Security.Device(one.text("PathOnHost"), one.textOrNull("PathInContainer"), one.textOrNull("CgroupPermissions")))
                .toList();
    }
}
