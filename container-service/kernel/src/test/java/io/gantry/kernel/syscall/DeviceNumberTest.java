package io.gantry.kernel.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceNumberTest {
    /** What makedev(3) of the C library says. */
    @ParameterizedTest
    @CsvSource({"1, 3, 0x103", "8, 0, 0x800", "136, 255, 0x88ff", "136, 256, 0x108800", "4095, 1048575, 0xffffffff", "4096, 0, 0x100000000000", "253, 1048576, 0x10000fd00"})
    void isPackedAsTheCLibraryDoes(int major, int minor, String packed) {
        DeviceNumber number = new DeviceNumber(major, minor);
        assertThat(number.packed()).isEqualTo(Long.decode(packed));
        assertThat(DeviceNumber.of(number.packed())).isEqualTo(number);
    }

    @Test
    void readsThatOfAFile() throws Exception {
        assertThat(DeviceNumber.of((long) Files.getAttribute(Path.of("/dev/null"), "unix:rdev"))).hasToString("1:3");
    }
}
