package io.gantry.contracts.spec;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.ImageRef;

/** When something happens, do something. */
public record RuleSpec(@Always When when, @Always Then then) {
    public RuleSpec {
        if (when == null || then == null) {
            throw new BadField(when == null ? "when" : "then", "a rule needs \"when\" and \"then\"");
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
    @JsonSubTypes(@JsonSubTypes.Type(value = When.ImageTagged.class, name = "image-tagged"))
    public sealed interface When {
        /** A tag was pushed or built. {@code image} is {@code repository:tag}. */
        record ImageTagged(@Always String image) implements When {
            public ImageTagged {
                if (image == null) {
                    throw new BadField("image", "image is missing", "write a repository and tag such as shop/web:live");
                }
                if (!taggable(image)) {
                    throw new BadField("image", "image is a repository and a tag, got '" + image + "'", "write for example shop/web:live");
                }
            }

            private static boolean taggable(String image) {
                try {
                    return ImageRef.parse(image).digest().isEmpty();
                } catch (IllegalArgumentException notAReference) {
                    return false;
                }
            }
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "action")
    @JsonSubTypes(@JsonSubTypes.Type(value = Then.RollOut.class, name = "roll-out"))
    public sealed interface Then {
        /** Every deployment whose template names that image gets a revision with the new digest; only this one if named. */
        record RollOut(String deployment) implements Then {}
    }
}
