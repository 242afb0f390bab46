package io.gantry.gateway.docker.core;

import java.util.List;
import java.util.regex.Pattern;

/** {@code linux/amd64}, the platform a client asks for: an image is for one, and is run as what it is. */
public final class Platform {
    private static final Pattern FORM = Pattern.compile("linux(/([a-z0-9_]+)(/v8)?)?");

    private Platform() {}

    /**
     * @param asked may be {@code null}
     * @throws DockerRefusal if the image is for another one
     */
    public static void check(String asked, String architecture, String image) {
        if (asked == null) {
            return;
        }
        var form = FORM.matcher(asked);
        if (!form.matches() || form.group(2) != null && !same(form.group(2), architecture)) {
            throw new DockerRefusal(400, "image " + image + " is for linux/" + architecture + ", not for " + asked + ": leave --platform out, or push an image for it");
        }
    }

    private static boolean same(String asked, String architecture) {
        return asked.equals(architecture) || List.of("x86_64", "aarch64").contains(asked) && architecture.equals(asked.equals("x86_64") ? "amd64" : "arm64");
    }
}
