package io.gantry.agent.files;

import io.gantry.agent.image.UpperLayer;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ContainerSize;
import io.gantry.kernel.files.TreeReader;
import io.gantry.kernel.syscall.Fd;
import java.io.IOException;
import java.io.InputStream;

/** What a container's writable layer takes. */
public final class LayerSize {
    private LayerSize() {}

    private static final class Sum implements TreeReader.Visitor {
        private long bytes;
        private long files;

        @Override
        public void entry(TreeReader.Entry entry, InputStream content) {
            if (entry.kind() == TreeReader.Kind.FILE && entry.first().isEmpty() && !UpperLayer.isPlace(entry)) {
                bytes += entry.size();
                files++;
            }
        }
    }

    /** @param upper the writable layer */
    public static ContainerSize of(Fd upper, ResolvedImage image) throws IOException {
        Sum sum = new Sum();
        TreeReader.walk(upper, sum);
        return new ContainerSize(new Bytes(sum.bytes), sum.files, new Bytes(image.layers().stream().mapToLong(layer -> layer.size().value()).sum()));
    }
}
