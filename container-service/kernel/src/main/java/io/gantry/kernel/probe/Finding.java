package io.gantry.kernel.probe;

/** What a probe found. */
public sealed interface Finding {
    Feature feature();

    record Found(Feature feature) implements Finding {}

    /** It can't be asked for without another, which is missing. */
    record Unknown(Feature feature, Feature without) implements Finding {}

    /** @param answer what the kernel said to which call */
    record Missing(Feature feature, int errno, String answer) implements Finding {
        /** One sentence: what, why, since when, what the kernel said, what to do. */
        public String describe() {
            return "%s (Linux %s) is missing: %s. It is for: %s. What to do: %s"
                    .formatted(feature.title(), feature.since(), answer, feature.purpose(), feature.remedy());
        }
    }
}
