package io.gantry.kernel.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.TwinCalls;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceFolderTest {
    @ParameterizedTest
    @ValueSource(strings = {"fsSet .* size 64k", "fsMount .*", "makeDeviceAt .* zero .*", "makeLinkAt .* fd .*"})
    void leavesNothingOpenWhenTheKernelRefuses(String call) {
        TwinCalls twin = new TwinCalls().refuse(call, Errno.ENOSPC);
        assertThatThrownBy(() -> new DeviceFolder(twin.calls()).make(524_288)).isInstanceOf(SyscallFailure.class);
        assertThat(twin.open()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mapOwners .*"})
    void neitherDoesAMappedTree(String call) {
        TwinCalls twin = new TwinCalls().refuse(call, Errno.EINVAL);
        try (var owners = twin.fd()) {
            assertThatThrownBy(() -> new MappedTrees(twin.calls()).clone("/x", owners, 0)).isInstanceOf(SyscallFailure.class);
        }
        assertThat(twin.open()).isZero();
    }
}
