package io.gantry.scheduler.image.store;

import io.gantry.contracts.spec.ImageAdmission;
import io.gantry.contracts.spec.ImageVerdict;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.RuleInForce;
import io.gantry.kit.image.RuleCopy;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** All rules for images, and what they say of some. @param verdicts by ref, {@code repository@digest} */
public record VerdictBook(List<RuleInForce> rules, Map<String, List<ImageVerdict>> verdicts) {
    public VerdictBook {
        rules = List.copyOf(rules);
        verdicts = Map.copyOf(verdicts);
    }

    public ImageAdmission admission(ResolvedImage image, Instant now) {
        return ImageAdmission.of(image.reference().repository(), image.manifest(), rules, verdicts.getOrDefault(ref(image), List.of()), now);
    }

    /** What is to be said of an image that runs already: it isn't ended, whatever the rules say by now. */
    public List<String> warnings(ResolvedImage image, Instant now) {
        return switch (admission(image, now)) {
            case ImageAdmission.Admitted(var warnings) -> warnings;
            case ImageAdmission.Refused(var refusal) -> List.of(refusal.detail() + ". What runs goes on; no further replica or revision of it is made");
            case ImageAdmission.Unjudged(var refusal) -> List.of(refusal.detail());
        };
    }

    static String ref(ResolvedImage image) {
        return RuleCopy.ref(image.reference().repository(), image.manifest());
    }
}
