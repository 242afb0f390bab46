package io.gantry.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.id.Ids;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Architecture;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.contracts.unit.MilliCpu;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Units and references as people write them. */
class UnitTest {
    @ParameterizedTest
    @CsvSource({"64m, 67108864", "64Mi, 67108864", "7b, 7", "1.5g, 1610612736", "512KiB, 524288", "10, 10", "2 GB, 2147483648"})
    void readsSizes(String text, long bytes) {
        assertThat(Bytes.parse(text)).isEqualTo(new Bytes(bytes));
    }

    @ParameterizedTest
    @CsvSource({"0.5, 500", "250m, 250", "2, 2000", "0.0001, 1"})
    void readsProcessorTime(String text, long thousandths) {
        assertThat(MilliCpu.parse(text)).isEqualTo(new MilliCpu(thousandths));
    }

    @ParameterizedTest
    @ValueSource(strings = {"much", "-1m", "", "64 apples"})
    void refusesWhatIsNoSizeAndSaysWhatOneLooksLike(String text) {
        assertThatThrownBy(() -> Bytes.parse(text)).hasMessageContaining("64m");
    }

    @ParameterizedTest
    @CsvSource({
        "web, web:latest",
        "shop/web:1.2, shop/web:1.2",
        "localhost:5000/shop/web, localhost:5000/shop/web:latest",
        "localhost:5000/web:x, localhost:5000/web:x"
    })
    void readsImageReferences(String text, String whole) {
        assertThat(ImageRef.parse(text).toString()).isEqualTo(whole);
    }

    @Test
    void aReferenceByDigestNeedsNoTag() {
        String digest = "web@sha256:" + "ab".repeat(32);
        assertThat(ImageRef.parse(digest).toString()).isEqualTo(digest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Web", "web:", "web::x", "/web", "web@sha256:12", "a b", "-web"})
    void refusesBadReferences(String text) {
        assertThatThrownBy(() -> ImageRef.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, 0", "10.64.0.2, 171966466", "255.255.255.255, -1", "010.001.000.002, 167837698"})
    void readsAnAddress(String text, int bits) {
        assertThat(Ipv4.parse(text).bits()).isEqualTo(bits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.5", "1.2.3.0004", "1.2.3.256", "1.2.3.x", "+1.2.3.4", "1.2.3.4 ", "1.2.3.\u0664"})
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> Ipv4.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("'" + text + "' is not an IPv4 address");
    }

    @Test
    void anEthernetAddressIsMadeOfTheAddress() {
        assertThat(MacAddress.of(Ipv4.parse("10.64.0.2"))).hasToString("02:47:0a:40:00:02");
    }

    @Test
    void aSubnetKnowsWhatItHoldsAndOverlaps() {
        Cidr subnet = Cidr.parse("10.64.16.0/20");
        assertThat(subnet.contains(Ipv4.parse("10.64.31.255"))).isTrue();
        assertThat(subnet.contains(Ipv4.parse("10.64.32.0"))).isFalse();
        assertThat(subnet.overlaps(Cidr.parse("10.64.0.0/16"))).isTrue();
        assertThat(subnet.overlaps(Cidr.parse("10.65.0.0/16"))).isFalse();
        assertThatThrownBy(() -> Cidr.parse("10.64.0.1/16")).hasMessage("10.64.0.1/16 has host bits set; write 10.64.0.0/16");
    }

    @Test
    void aSpecHasItsDefaultsFilledIn() {
        ContainerSpec spec = Json.read("{\"image\": \"web\"}", ContainerSpec.class);
        assertThat(spec.init()).isTrue();
        assertThat(spec.network()).isEqualTo("default");
        assertThat(spec.resources()).isEqualTo(Resources.DEFAULT);
        assertThat(Json.read(Json.write(spec), ContainerSpec.class)).isEqualTo(spec);
    }

    @Test
    void aDeploymentNeedsATemplate() {
        assertThatThrownBy(() -> Json.read("{\"replicas\": 3}", DeploymentSpec.class)).hasMessageContaining("template is missing");
    }

    @Test
    void uuidsGrowWithTime() {
        Random random = new Random(1);
        String earlier = Ids.of("node", Instant.ofEpochMilli(1_000_000), random);
        String later = Ids.of("node", Instant.ofEpochMilli(1_000_001), random);
        assertThat(earlier).isLessThan(later).matches("node-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "./x", "-/x", "a..b/x", "a-/x", ".:5000/x", "x/", "/x", "a//x", "host:/x"})
    void aRepositoryLeadsNowhereElse(String text) {
        assertThatThrownBy(() -> ImageRef.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "shop/web", "registry.example.com:5000/shop/web", "Host/x", "localhost:5000/x"})
    void aRepositoryMayBeginWithAHost(String text) {
        assertThat(ImageRef.parse(text).repository()).isEqualTo(text);
    }

    @Test
    void architecturesHaveTheNamesThatImagesUse() {
        assertThat(Architecture.ociName("x86_64")).isEqualTo("amd64");
        assertThat(Architecture.ociName("aarch64")).isEqualTo("arm64");
        assertThat(Architecture.ociName("AMD64")).isEqualTo("amd64");
        assertThat(Architecture.ociName("riscv64")).isEqualTo("riscv64");
    }
}
