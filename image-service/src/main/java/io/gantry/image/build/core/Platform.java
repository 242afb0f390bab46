package io.gantry.image.build.core;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image is for, as OCI writes it: Linux on a processor. Files of any can be put together; run is only what nodes run.
 *
 * @param variant of the architecture, {@code v7}; empty where there is none, or only one
 */
public record Platform(String architecture, String variant) {
    /** What nodes run. */
    public static final Platform OURS = new Platform("amd64", "");

    /** What may stand for itself, without a {@code linux/}: others are taken for mistakes. */
    private static final String KNOWN = "386|amd64|arm|arm64|loong64|mips|mipsle|mips64|mips64le|ppc64|ppc64le|riscv64|s390x|x86_64|x86-64|i386|aarch64|armhf|armel";

    private static final Pattern FORM = Pattern.compile("linux|(linux/[a-z0-9_-]+|" + KNOWN + ")(?:/(v[0-9.]+))?");

    /** {@code linux/arm64}, {@code linux/arm/v7}, {@code arm64}, in any case and by the names that kernels have for them. @throws IllegalArgumentException for anything else */
    public static Platform parse(String text) {
        Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no platform that images can be built for: write for example linux/amd64 or linux/arm64");
        }
        return form.group(1) == null ? OURS : of(form.group(1).replace("linux/", ""), form.group(2) == null ? "" : form.group(2));
    }

    /** An image's; one that says nothing of it is for us. */
    static Platform of(JsonNode configuration) {
        String architecture = configuration.path("architecture").asText("");
        return of(architecture.isEmpty() ? OURS.architecture : architecture, configuration.path("variant").asText(""));
    }

    private static Platform of(String architecture, String variant) {
        return switch (architecture) {
            case "x86_64", "x86-64", "amd64" -> new Platform("amd64", variant.equals("v1") ? "" : variant);
            case "aarch64", "arm64" -> new Platform("arm64", variant.equals("v8") ? "" : variant);
            case "armhf" -> new Platform("arm", "v7");
            case "armel" -> new Platform("arm", "v6");
            case "arm" -> new Platform("arm", variant.isEmpty() ? "v7" : variant);
            case "i386" -> new Platform("386", "");
            default -> new Platform(architecture, variant);
        };
    }

    /** Whether nodes run it, whichever variant it is. */
    public boolean isOurs() {
        return architecture.equals(OURS.architecture);
    }

    /** Whether a part of an index is for it. @param part {@code os/architecture} */
    public boolean is(String part, String itsVariant) {
        return part.equals("linux/" + architecture) && of(architecture, itsVariant).equals(this);
    }

    /** What Dockerfiles for it may ask for; known before the first FROM, and by a stage that names it. */
    Map<String, String> arguments() {
        Map<String, String> all = new HashMap<>();
        Map.of("TARGET", this, "BUILD", OURS).forEach((prefix, platform) -> {
            all.put(prefix + "PLATFORM", platform.toString());
            all.put(prefix + "OS", "linux");
            all.put(prefix + "ARCH", platform.architecture);
            all.put(prefix + "VARIANT", platform.variant);
        });
        return all;
    }

    @Override
    public String toString() {
        return "linux/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
