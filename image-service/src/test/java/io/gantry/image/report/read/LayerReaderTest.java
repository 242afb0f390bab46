package io.gantry.image.report.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageReportView.NotRead;
import io.gantry.contracts.view.ImageReportView.SoftwarePackage;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.report.FatImage;
import io.gantry.image.report.LayeredImage;
import io.gantry.image.report.core.FileEntry;
import io.gantry.image.report.core.LayerReading;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What others pack is read within bounds, and what isn't read is said. */
class LayerReaderTest {
    private static final Bytes MOST = Bytes.mebi(64);

    @Test
    void everyFileHasTheDigestOfItsContentWhateverIsLookedAtInIt() throws IOException {
        byte[] jar = FatImage.zip(Map.of("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nImplementation-Title: shop\nImplementation-Version: 2\n\n", "z", "last"));
        byte[] large = new byte[(1 << 20) + 700];
        large[large.length - 1] = 7;
        LayerReading read = read(new LayeredImage.Layer().file("a/shop.jar", 0644, jar).file("large", 0644, large).file("var/lib/dpkg/status", "Package: x\nVersion: 1\n").file("./../up", "1").tar());
        assertThat(read.files()).extracting(FileEntry::path).containsExactly("a/shop.jar", "large", "var/lib/dpkg/status", "up");
        assertThat(read.files().get(0).digest()).isEqualTo(BlobWriter.digestOf(jar).hex());
        assertThat(read.files().get(1).digest()).isEqualTo(BlobWriter.digestOf(large).hex());
        assertThat(read.packages().get("a/shop.jar")).extracting(SoftwarePackage::name, SoftwarePackage::version).containsExactly(tuple("shop", "2"));
    }

    @Test
    void aJarThatUnpacksWithoutEndIsKnownByItsNameAndTheRestOfTheLayerIsRead() throws IOException {
        byte[] bomb = FatImage.zip(Map.of("zeros", "\0".repeat(270 << 20)));
        assertThat(bomb.length).isLessThan(1 << 20);
        LayerReading read = read(new LayeredImage.Layer().file("lib/bomb-1.0.jar", 0644, bomb).file("after", "1").tar());
        assertThat(read.notRead()).containsExactly(new NotRead("lib/bomb-1.0.jar", "it unpacks to more than 268435456 bytes"));
        assertThat(read.packages().get("lib/bomb-1.0.jar")).extracting(SoftwarePackage::name, SoftwarePackage::version).containsExactly(tuple("bomb", "1.0"));
        assertThat(read.files()).extracting(FileEntry::path).containsExactly("lib/bomb-1.0.jar", "after");
        assertThat(read.files().getFirst().digest()).isEqualTo(BlobWriter.digestOf(bomb).hex());
    }

    @Test
    void whatIsNoWholeJarIsKnownByItsName() throws IOException {
        byte[] half = Arrays.copyOf(FatImage.zip(Map.of("a", "x".repeat(5000), "b", "y")), 60);
        LayerReading read = read(new LayeredImage.Layer().file("half-2.jar", 0644, half).file("none.jar", "no zip").tar());
        assertThat(read.notRead()).extracting(NotRead::path).containsExactly("half-2.jar");
        assertThat(read.packages()).containsOnlyKeys("half-2.jar");
    }

    @Test
    void aDatabaseOfRpmThatCannotBeReadIsNamed() throws IOException {
        assertThat(read(new LayeredImage.Layer().file("var/lib/rpm/rpmdb.sqlite", "SQLite format 3\0").file("usr/lib/sysimage/rpm/Packages.db", "RpmP\0").file("var/lib/rpm/Packages", "none").tar()).notRead()).containsExactly(
                new NotRead("var/lib/rpm/rpmdb.sqlite", "it should be rpm's database: it is broken"),
                new NotRead("usr/lib/sysimage/rpm/Packages.db", "it should be rpm's database: it is broken"),
                new NotRead("var/lib/rpm/Packages", "it should be rpm's database: it is of none of the forms that rpm's database has had"));
    }

    @Test
    void aBombIsGivenUp() throws IOException {
        byte[] tar = new LayeredImage.Layer().file("zeros", 2 << 20).tar();
        assertThatThrownBy(() -> read(tar, BlobWriter.digestOf(tar), Bytes.mebi(1))).isInstanceOf(TarFailure.class).hasMessage("a layer has more than 1 MiB, which is the most that is taken");
    }

    @Test
    void whatIsBrokenOrSomethingElseIsTheArchivesFault() throws IOException {
        byte[] tar = new LayeredImage.Layer().file("file", 3000).tar();
        assertThatThrownBy(() -> read(tar, BlobWriter.digestOf(new byte[0]), MOST)).isInstanceOf(TarFailure.class).hasMessageContaining("the image's configuration says");
        byte[] packed = packed(tar);
        ResolvedImage.Layer layer = layer(BlobWriter.digestOf(tar), packed);
        assertThatThrownBy(() -> LayerReader.read(new ByteArrayInputStream(Arrays.copyOf(packed, packed.length / 2)), layer, MOST)).isInstanceOf(TarFailure.class);
        byte[] text = "no archive at all".repeat(100).getBytes();
        assertThatThrownBy(() -> LayerReader.read(new ByteArrayInputStream(text), layer, MOST)).isInstanceOf(TarFailure.class).hasMessageContaining("what is packed is broken");
        byte[] longest = new LayeredImage.Layer().file("d/".repeat(2100) + "f", "1").tar();
        assertThatThrownBy(() -> read(longest)).isInstanceOf(TarFailure.class).hasMessageContaining("a path of more than 4096 characters");
    }

    private static LayerReading read(byte[] tar) throws IOException {
        return read(tar, BlobWriter.digestOf(tar), MOST);
    }

    private static LayerReading read(byte[] tar, Digest diffId, Bytes most) throws IOException {
        byte[] packed = packed(tar);
        return LayerReader.read(new ByteArrayInputStream(packed), layer(diffId, packed), most);
    }

    private static byte[] packed(byte[] tar) throws IOException {
        return new LayeredImage().layer("", tar).blob(0);
    }

    private static ResolvedImage.Layer layer(Digest diffId, byte[] packed) {
        return new ResolvedImage.Layer(diffId, BlobWriter.digestOf(packed), new Bytes(packed.length), "application/vnd.oci.image.layer.v1.tar+gzip");
    }
}
