package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.time.Duration;
import java.time.Instant;

/**
 * Lets images in for a time that break a rule.
 *
 * @param images a repository, a digest, or one image as {@code repository@digest}
 * @param reason for those who read it later, at most 1,000 characters
 * @param until its end; or {@code lasts}, from now on. At most 90 days away
 */
public record WaiverRequest(@Always String rule, @Always String images, @Always String reason, Instant until, Duration lasts) {
    public static final Duration LONGEST = Duration.ofDays(90);
    private static final int LONGEST_REASON = 1000;

    public WaiverRequest {
        if (rule == null || rule.isBlank()) {
            throw new BadField("rule", "rule is missing", "name the rule that is waived");
        }
        if (reason == null || reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw new BadField("reason", reason == null || reason.isBlank() ? "reason is missing" : "reason has " + reason.length() + " characters", "say why, in at most " + LONGEST_REASON);
        }
        if (lasts != null && (lasts.isNegative() || lasts.isZero() || lasts.compareTo(LONGEST) > 0)) {
            throw new BadField("lasts", "lasts is " + lasts, "more than nothing, and at most " + LONGEST.toDays() + " days");
        }
        checkImages(images);
    }

    /** @throws BadField if it ends before it begins, too late, or nobody knows when */
    public Instant end(Instant now) {
        if ((until == null) == (lasts == null)) {
            throw new BadField("until", until == null ? "neither until nor lasts says when it ends" : "until and lasts both say when it ends", "write for example \"lasts\": \"P7D\"");
        }
        Instant end = until == null ? now.plus(lasts) : until;
        if (!end.isAfter(now) || end.isAfter(now.plus(LONGEST))) {
            throw new BadField("until", "until is " + end + ", and now is " + now, "it ends later than now, and within " + LONGEST.toDays() + " days");
        }
        return end;
    }

    private static void checkImages(String images) {
        String hint = "write for example shop/web, shop/web@sha256:… or sha256:…";
        if (images == null || images.isBlank()) {
            throw new BadField("images", "images is missing", hint);
        }
        if (Digest.isDigest(images)) {
            return;
        }
        try {
            ImageRef reference = ImageRef.parse(images);
            if (reference.tag().isEmpty() || images.equals(reference.repository())) {
                return;
            }
        } catch (IllegalArgumentException e) {
            throw new BadField("images", "images is '" + images + "': " + e.getMessage(), hint);
        }
        throw new BadField("images", "images is '" + images + "': a tag may mean something else tomorrow", hint);
    }
}
