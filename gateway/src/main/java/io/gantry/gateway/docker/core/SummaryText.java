package io.gantry.gateway.docker.core;

import io.gantry.contracts.view.ContainerView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A container's entry in the list of {@code docker ps}, written once: all but how long it has been as it is, which is put in at each asking. */
public final class SummaryText {
    private final ContainerView container;
    private final byte[] before;
    private final byte[] behind;

    private SummaryText(ContainerView container, byte[] before, byte[] behind) {
        this.container = container;
        this.before = before;
        this.behind = behind;
    }

    /** The lowest version of the API that is answered as this one is. */
    public static int likeVersion(int minor) {
        return ContainerNetworks.likeVersion(minor);
    }

    /** @param minor version of the API */
    public static SummaryText of(ContainerView c, int minor) {
        String before = ContainerForms.summaryToState(c).toString();
        String behind = ContainerForms.summaryFromHostConfig(c, minor).toString();
        return new SummaryText(c, bytes(before.substring(0, before.length() - 1) + ",\"Status\":\""), bytes("\"," + behind.substring(1)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public byte[] beforeStatus() {
        return before;
    }

    /** Needs no escapes in JSON: it has letters, digits, blanks and brackets. */
    public String status(Instant now) {
        return DockerStates.text(container, now);
    }

    public byte[] behindStatus() {
        return behind;
    }

    public int length() {
        return before.length + behind.length;
    }
}
