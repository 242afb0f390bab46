package io.gantry.agent.isolation;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.IsolationView;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The report of one container: what the kernel says, graded. Nothing of what was asked for is looked at, but in its last part, which says where
 * the one isn't the other.
 */
public final class IsolationReport {
    private static final List<String> SHARED = List.of(
            "the kernel itself: a defect in it that is reached by an allowed call reaches the host; a virtual machine would stand in between",
            "the clock: there is one for all, and no container can set it",
            "layers of images: read-only, one copy for all containers on the node");

    private final FactReader reader;
    private final CableFaults cables;

    public IsolationReport(CgroupHierarchy cgroups, CableFaults cables) {
        this.cables = cables;
        reader = new FactReader(cgroups);
    }

    /**
     * @param slot the container's name in the cgroup trees
     * @param first its first process
     * @param others first processes of the node's other containers, by name
     * @param asked what its plan has made so
     * @throws IOException if it has ended meanwhile
     */
    public IsolationView of(
            ContainerId id, String name, String slot, int first, Map<String, Integer> others, List<Expectation> asked, Instant now) throws IOException {
        ContainerFacts facts = reader.read(slot, first, others);
        List<IsolationView.Finding> findings = Assessment.of(facts);
        return new IsolationView(id, name, now, facts.processes().size(), Assessment.worst(findings), findings, SHARED,
                Drifting.of(asked, facts, new PresentReader(first, cables)));
    }
}
