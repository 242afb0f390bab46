package io.gantry.agent.execute;

import io.gantry.agent.plan.Parking;
import io.gantry.agent.plan.script.StartScript;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.id.ContainerId;
import java.util.LinkedHashMap;
import java.util.Map;

/** Starts that were carried out, as scripts. */
final class Scripts {
    private final RuntimeSettings settings;
    private final ContainerFolders folders;

    Scripts(RuntimeSettings settings, ContainerFolders folders) {
        this.settings = settings;
        this.folders = folders;
    }

    String of(RunRequest request, ContainerRecord record, Executed executed) {
        String title = "container %s (%s), run %d".formatted(request.container().name(), request.container().id().shortForm(), request.run());
        return StartScript.of(title, executed.plan(), executed.identity(), choices(request, record));
    }

    private Map<String, String> choices(RunRequest request, ContainerRecord record) {
        ContainerId id = request.container().id();
        Map<String, String> choices = new LinkedHashMap<>();
        choices.put("FOLDER", folders.container(id).toString());
        choices.put("SOCKETS", folders.sockets(id).toString());
        choices.put("SLOT", record.slotName());
        if (record.lentSlot() == null) {
            choices.put("FIRST_ID", Integer.toString(settings.range(record.slot()).first()));
        }
        request.network().ifPresent(network -> {
            choices.put("CABLE", Parking.cable(settings.range(record.slot())));
            choices.put("LINK", network.hostInterface());
            choices.put("ADDRESS", network.address().toString());
            choices.put("MAC", network.mac().value());
        });
        for (int i = 1; i < request.networks().size(); i++) {
            Attachment network = request.networks().get(i);
            choices.put("LINK_" + i, network.hostInterface());
            choices.put("ADDRESS_" + i, network.address().toString());
            choices.put("MAC_" + i, network.mac().value());
        }
        return choices;
    }
}
