package io.gantry.image.admission.core;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.view.ImageReportView;
import java.util.List;

/**
 * What is known of an image to be checked.
 *
 * @param report {@code null} where no rule needs it, or where it can't be had
 * @param noReport why it can't be had; {@code null} if it can, or nobody needs it
 * @param signatures that lie with it, in the order in which they were pushed
 */
public record Inspected(String repository, ResolvedImage image, ImageReportView report, String noReport, List<SimpleSignature> signatures) {
    public Inspected {
        signatures = List.copyOf(signatures);
    }
}
