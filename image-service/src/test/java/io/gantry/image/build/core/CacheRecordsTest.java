package io.gantry.image.build.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.build.core.CacheRecords.Kept;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CacheRecordsTest {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final CacheRecords RECORDS = new CacheRecords(Map.of(digest('a'), new Kept(layer('1'), THEN), digest('b'), new Kept(layer('2'), THEN.plusSeconds(5)), digest('c'), new Kept(layer('1'), THEN)));

    @Test
    void whatIsWrittenIsRead() {
        JsonNode json = json(RECORDS);
        assertThat(json.path("rootfs").path("diff_ids")).extracting(JsonNode::asText).containsExactly(digest('1').value(), digest('2').value());
        assertThat(json.path("created").asText()).isEqualTo("2026-01-01T00:00:05Z");
        assertThat(json.path("config").path("Labels").toString()).isEqualTo("{\"a\":\"b\"}");
        assertThat(CacheRecords.read(json, RECORDS.layers())).contains(RECORDS);
    }

    @Test
    void anotherImageIsNone() {
        assertThat(CacheRecords.read(Json.read("{\"rootfs\":{}}", JsonNode.class), List.of())).isEmpty();
        assertThat(CacheRecords.read(Json.read("{\"gantry.build.cache\":{\"form\":2,\"records\":[]}}", JsonNode.class), List.of())).isEmpty();
    }

    @Test
    void whatNamesNoLayerOfItsImageOrIsNoRecordIsLeftOut() {
        assertThat(CacheRecords.read(json(RECORDS), List.of(layer('2')))).isEqualTo(Optional.of(new CacheRecords(Map.of(digest('b'), new Kept(layer('2'), THEN.plusSeconds(5))))));
        String odd = "{\"gantry.build.cache\":{\"form\":1,\"records\":[7,{\"key\":\"x\"},{\"key\":\"" + digest('a') + "\",\"layer\":\"" + digest('1') + "\",\"created\":\"soon\"}]}}";
        assertThat(CacheRecords.read(Json.read(odd, JsonNode.class), List.of(layer('1'))).orElseThrow().records()).isEmpty();
    }

    private static JsonNode json(CacheRecords records) {
        return Json.read(new String(records.configuration(Map.of("a", "b"))), JsonNode.class);
    }

    private static Digest digest(char of) {
        return new Digest("sha256:" + String.valueOf(of).repeat(64));
    }

    private static ResolvedImage.Layer layer(char of) {
        return new ResolvedImage.Layer(digest(of), digest(of), new Bytes(1), "application/vnd.oci.image.layer.v1.tar+gzip");
    }
}
