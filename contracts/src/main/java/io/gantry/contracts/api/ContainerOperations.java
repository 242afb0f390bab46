package io.gantry.contracts.api;

import static io.gantry.contracts.api.Operation.delete;
import static io.gantry.contracts.api.Operation.get;
import static io.gantry.contracts.api.Operation.patch;
import static io.gantry.contracts.api.Operation.post;
import static io.gantry.contracts.api.Parameter.choice;
import static io.gantry.contracts.api.Parameter.duration;
import static io.gantry.contracts.api.Parameter.flag;
import static io.gantry.contracts.api.Parameter.states;
import static io.gantry.contracts.api.Parameter.text;
import static io.gantry.contracts.api.Parameter.texts;
import static io.gantry.contracts.problem.ProblemType.AMBIGUOUS;
import static io.gantry.contracts.problem.ProblemType.CONFLICT;
import static io.gantry.contracts.problem.ProblemType.IMAGE_NOT_FOUND;
import static io.gantry.contracts.problem.ProblemType.IMAGE_REFUSED;
import static io.gantry.contracts.problem.ProblemType.NAME_IN_USE;
import static io.gantry.contracts.problem.ProblemType.NOT_FOUND;
import static io.gantry.contracts.problem.ProblemType.NO_ADDRESS;
import static io.gantry.contracts.problem.ProblemType.NO_NODE;
import static io.gantry.contracts.problem.ProblemType.PORT_IN_USE;
import static io.gantry.contracts.problem.ProblemType.START_FAILED;

import io.gantry.contracts.api.Operation.By;
import io.gantry.contracts.view.ConnectRequest;
import io.gantry.contracts.view.ContainerEnd;
import io.gantry.contracts.view.ContainerPatch;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.HistoryEntry;
import java.util.List;

/** Containers as container-service knows them. */
final class ContainerOperations {
    private static final String CHANGED = "Gantry-Changed";
    private static final String CHANGED_MEANS = "`false` where the container was already what was asked";

    private ContainerOperations() {}

    static List<Operation> all() {
        return List.of(
                post("/containers", "createContainer", "Makes a container; answers when it is placed and addressed, with `start` when its command runs")
                        .takes(ContainerRequest.class)
                        .makes(ContainerView.class)
                        .header("Location", "where it is")
                        .versioned()
                        .refuses(IMAGE_NOT_FOUND, IMAGE_REFUSED, NOT_FOUND, NAME_IN_USE, NO_NODE, PORT_IN_USE, NO_ADDRESS, CONFLICT, START_FAILED)
                        .by(By.CONTAINER_SERVICE),
                get("/containers", "listContainers", "Containers, the newest first")
                        .with(flag("all", "also those that don't run"), texts("label", "`key=value`, all of them"), text("name", "exactly"),
                                text("deployment", "name of whose replicas"), states("state", "any of them, whether it runs or not", ContainerView.State.class),
                                text("node", "name or id"), text("image", "a reference as it was asked for, or an image's id"))
                        .pages(ContainerView.class)
                        .watchable("a container")
                        .by(By.CONTAINER_SERVICE),
                get("/containers/{ref}", "getContainer", "One container")
                        .answers(ContainerView.class)
                        .versioned()
                        .selectable()
                        .refuses(NOT_FOUND, AMBIGUOUS)
                        .by(By.CONTAINER_SERVICE),
                get("/containers/{ref}/history", "getContainerHistory", "What became true of it, in order")
                        .pages(HistoryEntry.class)
                        .refuses(NOT_FOUND, AMBIGUOUS)
                        .by(By.CONTAINER_SERVICE),
                act("start", "startContainer", "Starts it; answers when it runs").refuses(START_FAILED, NO_NODE, PORT_IN_USE, NO_ADDRESS).by(By.CONTAINER_SERVICE),
                act("stop", "stopContainer", "Asks it to end; answers when it has").with(duration("grace", "before it is killed"), text("signal", "in place of its own, this once")).by(By.CONTAINER_SERVICE),
                act("restart", "restartContainer", "Stops and starts it; answers when it runs again")
                        .with(duration("grace", "before it is killed"), text("signal", "in place of its own, this once"))
                        .refuses(START_FAILED, NO_NODE, PORT_IN_USE, NO_ADDRESS)
                        .by(By.CONTAINER_SERVICE),
                act("kill", "killContainer", "Sends its first process a signal").with(text("signal", "`SIGKILL` unless said")).by(By.CONTAINER_SERVICE),
                act("pause", "pauseContainer", "Holds all its processes still").by(By.CONTAINER_SERVICE),
                act("unpause", "unpauseContainer", "Lets it go on").by(By.CONTAINER_SERVICE),
                act("rename", "renameContainer", "Gives it another name").with(text("name", "the new one").must()).refuses(NAME_IN_USE).by(By.CONTAINER_SERVICE),
                get("/containers/{ref}/wait", "waitForContainer", "The head of the answer comes at once, its body when it is over")
                        .with(choice("condition", "what to wait for; not-running unless said", List.of("not-running", "next-exit", "removed")))
                        .answers(ContainerEnd.class)
                        .refuses(NOT_FOUND, AMBIGUOUS)
                        .by(By.CONTAINER_SERVICE),
                patch("/containers/{ref}", "updateContainer", "Changes limits and restart policy; what is left out stays")
                        .takes(ContainerPatch.class)
                        .answers(ContainerView.class)
                        .header(CHANGED, CHANGED_MEANS)
                        .versioned()
                        .conditional()
                        .refuses(NOT_FOUND, AMBIGUOUS, CONFLICT)
                        .by(By.CONTAINER_SERVICE),
                act("networks/{network}", "connectContainer", "Puts it on a network; answers when it is there")
                        .takes(ConnectRequest.class)
                        .refuses(PORT_IN_USE, NO_ADDRESS)
                        .by(By.CONTAINER_SERVICE),
                delete("/containers/{ref}/networks/{network}", "disconnectContainer", "Takes it off a network; answers when nothing of it is left there")
                        .answers(ContainerView.class)
                        .header(CHANGED, CHANGED_MEANS)
                        .versioned()
                        .conditional()
                        .refuses(NOT_FOUND, AMBIGUOUS, CONFLICT)
                        .by(By.CONTAINER_SERVICE),
                delete("/containers/{ref}", "removeContainer", "Answers when nothing of it is left")
                        .with(flag("force", "though it runs"), flag("volumes", "with those that were made for it alone"))
                        .answersNothing()
                        .conditional()
                        .refuses(NOT_FOUND, AMBIGUOUS, CONFLICT)
                        .by(By.CONTAINER_SERVICE));
    }

    private static Operation.Builder act(String verb, String name, String summary) {
        return post("/containers/{ref}/" + verb, name, summary)
                .answers(ContainerView.class)
                .header(CHANGED, CHANGED_MEANS)
                .versioned()
                .conditional()
                .refuses(NOT_FOUND, AMBIGUOUS, CONFLICT);
    }
}
