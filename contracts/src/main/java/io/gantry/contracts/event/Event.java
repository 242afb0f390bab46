package io.gantry.contracts.event;

import com.fasterxml.jackson.annotation.JsonIgnore;

/** Any fact. Each aggregate has its own sealed family; {@code EventTypes} gives each record its CloudEvents type. */
public sealed interface Event
        permits AdmissionEvent,
                BuildEvent,
                ContainerEvent,
                DeploymentEvent,
                EndpointEvent,
                ImageEvent,
                NetworkEvent,
                NodeEvent,
                RuleEvent,
                ServiceEvent,
                VolumeEvent {
    /** The aggregate's id: the Kafka key, so that one aggregate's facts stay in order. */
    @JsonIgnore
    String subject();
}
