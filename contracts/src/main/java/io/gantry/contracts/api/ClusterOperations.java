package io.gantry.contracts.api;

import static io.gantry.contracts.api.Operation.delete;
import static io.gantry.contracts.api.Operation.get;
import static io.gantry.contracts.api.Operation.post;
import static io.gantry.contracts.api.Operation.put;
import static io.gantry.contracts.api.Parameter.choice;
import static io.gantry.contracts.api.Parameter.duration;
import static io.gantry.contracts.api.Parameter.number;
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
import static io.gantry.contracts.problem.ProblemType.PORT_IN_USE;

import io.gantry.contracts.api.Operation.By;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.view.DeploymentRequest;
import io.gantry.contracts.view.DeploymentView;
import io.gantry.contracts.view.EndpointView;
import io.gantry.contracts.view.JoinToken;
import io.gantry.contracts.view.NetworkRequest;
import io.gantry.contracts.view.NetworkView;
import io.gantry.contracts.view.NodeView;
import io.gantry.contracts.view.PortView;
import io.gantry.contracts.view.PrefetchRequest;
import io.gantry.contracts.view.PrefetchView;
import io.gantry.contracts.view.RuleRequest;
import io.gantry.contracts.view.RuleView;
import java.util.List;
import java.util.stream.Stream;

/** What spans nodes: deployments, rules, nodes, networks. */
final class ClusterOperations {
    private static final Parameter PROJECT = text("project", "`default` unless said");

    private ClusterOperations() {}

    static List<Operation> all() {
        return Stream.of(deployments(), rules(), nodes(), prefetches(), networks()).flatMap(List::stream).toList();
    }

    private static List<Operation> deployments() {
        return List.of(
                post("/deployments", "createDeployment", "Makes a deployment; answers when its virtual IP and ports are granted")
                        .with(PROJECT)
                        .takes(DeploymentRequest.class)
                        .makes(DeploymentView.class)
                        .versioned()
                        .refuses(IMAGE_NOT_FOUND, IMAGE_REFUSED, NAME_IN_USE, PORT_IN_USE, NO_ADDRESS, NOT_FOUND, CONFLICT)
                        .by(By.SCHEDULER_SERVICE),
                get("/deployments", "listDeployments", "Deployments by name")
                        .with(PROJECT, text("name", "exactly"), texts("label", "`key=value`, all of them"), states("status", "any of them", DeploymentView.Status.class))
                        .pages(DeploymentView.class).watchable("a deployment").by(By.SCHEDULER_SERVICE),
                get("/deployments/{ref}", "getDeployment", "One deployment; with `wait` when it is steady or failed, or the time is over")
                        .with(PROJECT, choice("wait", "until then", List.of("steady")), duration("timeout", "PT60S unless said, ten minutes at most"))
                        .answers(DeploymentView.class)
                        .versioned()
                        .selectable()
                        .refuses(NOT_FOUND)
                        .by(By.SCHEDULER_SERVICE),
                put("/deployments/{ref}", "changeDeployment", "Gives it a new revision")
                        .with(PROJECT)
                        .takes(DeploymentSpec.class)
                        .answers(DeploymentView.class)
                        .versioned()
                        .conditional()
                        .refuses(NOT_FOUND, IMAGE_NOT_FOUND, IMAGE_REFUSED, CONFLICT, PORT_IN_USE, NO_ADDRESS)
                        .by(By.SCHEDULER_SERVICE),
                post("/deployments/{ref}/scale", "scaleDeployment", "More or fewer replicas")
                        .with(PROJECT, number("replicas", "0 to 1000").must())
                        .answers(DeploymentView.class)
                        .versioned()
                        .conditional()
                        .refuses(NOT_FOUND, IMAGE_REFUSED, CONFLICT)
                        .by(By.SCHEDULER_SERVICE),
                post("/deployments/{ref}/rollback", "rollBackDeployment", "A new revision made of an older one")
                        .with(PROJECT, number("revision", "the one before unless said"))
                        .answers(DeploymentView.class)
                        .versioned()
                        .conditional()
                        .refuses(NOT_FOUND, CONFLICT, PORT_IN_USE, NO_ADDRESS, IMAGE_NOT_FOUND, IMAGE_REFUSED)
                        .by(By.SCHEDULER_SERVICE),
                get("/deployments/{ref}/revisions", "listRevisions", "Newest first").with(PROJECT).pages(DeploymentView.Revision.class).refuses(NOT_FOUND).by(By.SCHEDULER_SERVICE),
                delete("/deployments/{ref}", "removeDeployment", "Its replicas go by themselves").with(PROJECT).answersNothing().conditional().refuses(NOT_FOUND).by(By.SCHEDULER_SERVICE));
    }

    private static List<Operation> rules() {
        return List.of(
                post("/rules", "createRule", "Makes a rule").with(PROJECT).takes(RuleRequest.class).makes(RuleView.class).refuses(NAME_IN_USE).by(By.SCHEDULER_SERVICE),
                get("/rules", "listRules", "Rules by name").with(PROJECT).pages(RuleView.class).watchable("a rule").by(By.SCHEDULER_SERVICE),
                get("/rules/{ref}", "getRule", "One rule, with its latest runs").with(PROJECT).answers(RuleView.class).selectable().refuses(NOT_FOUND).by(By.SCHEDULER_SERVICE),
                delete("/rules/{ref}", "removeRule", "It runs no more").with(PROJECT).answersNothing().refuses(NOT_FOUND).by(By.SCHEDULER_SERVICE));
    }

    private static List<Operation> nodes() {
        return List.of(
                get("/nodes", "listNodes", "Nodes by name")
                        .with(states("state", "any of them", NodeView.State.class), texts("label", "`key=value`, all of them"), text("name", "exactly"))
                        .pages(NodeView.class).watchable("a node").by(By.SCHEDULER_SERVICE),
                get("/nodes/{ref}", "getNode", "One node").answers(NodeView.class).selectable().refuses(NOT_FOUND).by(By.SCHEDULER_SERVICE),
                post("/nodes/{ref}/drain", "drainNode", "It gets nothing new, and what can goes elsewhere").answers(NodeView.class).refuses(NOT_FOUND, CONFLICT).by(By.SCHEDULER_SERVICE),
                post("/nodes/{ref}/resume", "resumeNode", "It gets something again").answers(NodeView.class).refuses(NOT_FOUND, CONFLICT).by(By.SCHEDULER_SERVICE),
                delete("/nodes/{ref}", "removeNode", "Only one that is lost").answersNothing().refuses(NOT_FOUND, CONFLICT).by(By.SCHEDULER_SERVICE),
                post("/join-tokens", "createJoinToken", "Good for one node within an hour").answers(JoinToken.class).unkeyed().by(By.CONTAINER_SERVICE));
    }

    private static List<Operation> prefetches() {
        return List.of(
                post("/prefetches", "createPrefetch", "Has nodes fetch an image before a container of it comes, and keep it for a time; answers at once")
                        .takes(PrefetchRequest.class)
                        .makes(PrefetchView.class)
                        .refuses(IMAGE_NOT_FOUND, IMAGE_REFUSED, NOT_FOUND, CONFLICT)
                        .by(By.SCHEDULER_SERVICE),
                get("/prefetches", "listPrefetches", "What nodes shall have ahead because somebody asked for it, newest first").pages(PrefetchView.class).by(By.SCHEDULER_SERVICE),
                get("/prefetches/{id}", "getPrefetch", "One of them: how far each node is; with `wait` when so many of its nodes have it or couldn't fetch it, or the time is over")
                        .with(number("wait", "for so many of its nodes"), duration("timeout", "PT60S unless said, ten minutes at most"))
                        .answers(PrefetchView.class).selectable().refuses(NOT_FOUND).by(By.SCHEDULER_SERVICE),
                delete("/prefetches/{id}", "removePrefetch", "Nodes needn't have it any more").answersNothing().refuses(NOT_FOUND).by(By.SCHEDULER_SERVICE));
    }

    private static List<Operation> networks() {
        return List.of(
                get("/networks", "listNetworks", "Networks by name").with(texts("label", "`key=value`, all of them"), text("name", "exactly")).pages(NetworkView.class).watchable("a network").by(By.NETWORK_SERVICE),
                get("/networks/{ref}", "getNetwork", "One network").answers(NetworkView.class).selectable().refuses(NOT_FOUND, AMBIGUOUS).by(By.NETWORK_SERVICE),
                post("/networks", "createNetwork", "Makes a network")
                        .takes(NetworkRequest.class)
                        .makes(NetworkView.class)
                        .header("Location", "where it is")
                        .refuses(NAME_IN_USE, CONFLICT, NO_ADDRESS)
                        .by(By.NETWORK_SERVICE),
                delete("/networks/{ref}", "removeNetwork", "Refused while it is used").answersNothing().refuses(NOT_FOUND, AMBIGUOUS, CONFLICT).by(By.NETWORK_SERVICE),
                get("/endpoints", "listEndpoints", "Who is on which network")
                        .with(text("network", "name or id"), text("container", "name or id"))
                        .pages(EndpointView.class)
                        .by(By.NETWORK_SERVICE),
                get("/ports", "listPorts", "Who holds which port of the nodes").pages(PortView.class).by(By.NETWORK_SERVICE));
    }
}
