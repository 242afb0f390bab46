package io.gantry.contracts.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.ImageRef;
import org.junit.jupiter.api.Test;

class ImageViewTest {
    @Test
    void ofOneThatTellsNoDigestsThatOfItsImageIsThere() {
        String digest = "sha256:" + "a".repeat(64);
        ImageView view = Json.read("""
                {"image": {"reference": "shop/web:1", "manifest": "%1$s", "id": "%1$s", "layers": [], "size": 1}, "tags": ["shop/web:1"], "history": [], "storedAt": "2026-01-02T12:00:00Z"}
                """.formatted(digest), ImageView.class);
        assertThat(view.digests()).containsExactly(ImageRef.parse("shop/web@" + digest));
    }

    @Test
    void ofChosenFieldsTheOthersMayBeMissing() {
        assertThat(Json.read("{\"history\": []}", ImageView.class).digests()).isEmpty();
        assertThat(Json.read("{\"image\": {\"reference\": \"shop/web:1\", \"layers\": [], \"size\": 0}}", ImageView.class).digests()).isEmpty();
    }
}
