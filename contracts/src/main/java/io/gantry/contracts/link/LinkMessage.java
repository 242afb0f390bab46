package io.gantry.contracts.link;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.ObservedRecord;
import java.util.List;

/** One frame on the node link, in either direction. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LinkMessage.Hello.class, name = "hello"),
    @JsonSubTypes.Type(value = LinkMessage.Snapshot.class, name = "snapshot"),
    @JsonSubTypes.Type(value = LinkMessage.Change.class, name = "change"),
    @JsonSubTypes.Type(value = LinkMessage.Observation.class, name = "observation"),
    @JsonSubTypes.Type(value = LinkMessage.Ack.class, name = "ack"),
    @JsonSubTypes.Type(value = LinkMessage.Refused.class, name = "refused")
})
public sealed interface LinkMessage {
    int PROTOCOL = 1;

    /** Agent → service, first. The node must be the one the client certificate names. */
    record Hello(int protocol, NodeId node, String agentVersion, long epoch) implements LinkMessage {}

    /**
     * Service → agent: everything the node shall hold, complete. The agent reaps what this lacks if {@code epoch} is at
     * least its own; it never reaps for any other reason.
     *
     * @param generation of this connection; changes of another generation are ignored
     */
    record Snapshot(long epoch, long generation, List<DesiredRecord> records) implements LinkMessage {}

    /** Service → agent: one record is new; {@code record.body()} is {@code null} for a tombstone. */
    record Change(long generation, DesiredRecord record) implements LinkMessage {}

    /** Agent → service: records to publish, in order. Kept by the agent until acknowledged. */
    record Observation(long sequence, List<ObservedRecord> records) implements LinkMessage {}

    /** Service → agent: the observation is in Kafka. */
    record Ack(long sequence) implements LinkMessage {}

    /** Service → agent, before it closes: why it won't talk. */
    record Refused(String reason) implements LinkMessage {}
}
