package io.gantry.scheduler.deployment.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.scheduler.rollout.core.Scene;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is granted late is done on what the deployment has become meanwhile. */
class ProposalTest {
    private static final UUID REQUEST = new UUID(1, 2);
    private final DeploymentSpec three = Scene.spec(3, 1, 0);
    private final Map<Integer, Revision> revisions = new TreeMap<>(Map.of(1, revision(1, three, Scene.image(1))));
    private final Deployment before = Deployment.created(
            new DeploymentId(Ids.of("deployment", Scene.START, new Random(3))), "default", "web", three, Scene.START);
    private final DeploymentSpec otherPlace = three.withTemplate(template(1, "back"));

    @Test
    void aScaleThatWasAcceptedMeanwhileStays() {
        Deployment scaled = now(before, new DeploymentWish.Scale(5));
        assertThat(grantedOn(scaled, become(otherPlace, 1)).spec()).isEqualTo(otherPlace.withReplicas(5));
    }

    @Test
    void anImageThatARuleBroughtMeanwhileStays() {
        Deployment ruled = now(before, new DeploymentWish.Follow(Scene.image(7), "rule"));
        Deployment after = grantedOn(ruled, become(otherPlace, 1));
        assertThat(after.revision()).isEqualTo(3);
        assertThat(revisions.get(3).image()).isEqualTo(Scene.image(7));
        assertThat(revisions.get(3).spec().template().network()).isEqualTo("back");
    }

    @Test
    void theReplicasAndTheImageThatWereWishedAreMadeWhereNobodyWantedOthers() {
        DeploymentSpec wished = new DeploymentSpec(4, template(2, "back"), three.rollout());
        assertThat(grantedOn(before, become(wished, 2)).spec()).isEqualTo(wished);
        assertThat(revisions.get(2).image()).isEqualTo(Scene.image(2));
    }

    @Test
    void anotherImageNameWinsOverWhatARuleBroughtForTheOldOne() {
        Deployment ruled = now(before, new DeploymentWish.Follow(Scene.image(7), "rule"));
        grantedOn(ruled, become(three.withTemplate(template(2, "back")), 2));
        assertThat(revisions.get(3).image()).isEqualTo(Scene.image(2));
    }

    @Test
    void goesBackToTheRevisionThatWasTheEarlierOneWhenItWasWished() {
        Deployment second = now(before, become(otherPlace, 1));
        DeploymentWish back = DeploymentWish.definite(second, revisions, new DeploymentWish.RollBack(null));
        assertThat(back).isEqualTo(new DeploymentWish.RollBack(1));
        Proposal.Change proposal = proposed(second, back);
        Deployment third = now(now(second, new DeploymentWish.Follow(Scene.image(7), "rule")), new DeploymentWish.Scale(1));
        Deployment after = now(third, proposal.wishOn(third, revisions));
        assertThat(after.original(after.revision())).isEqualTo(1);
        assertThat(after.spec()).isEqualTo(three.withReplicas(1));
    }

    @Test
    void isTheSameAfterItWasKept() {
        for (Proposal each : new Proposal[] {
            proposed(before, become(otherPlace, 1)),
            proposed(before, new DeploymentWish.RollBack(1)),
            new Proposal.Make(before.id(), REQUEST, "default", "web", become(otherPlace, 1))
        }) {
            assertThat(Json.read(Json.write(each), Proposal.class)).isEqualTo(each);
        }
    }

    private Deployment grantedOn(Deployment present, DeploymentWish wish) {
        return now(present, proposed(before, wish).wishOn(present, revisions));
    }

    private Proposal.Change proposed(Deployment deployment, DeploymentWish wish) {
        return new Proposal.Change(
                deployment.id(), REQUEST, "default", "web",
                wish instanceof DeploymentWish.Become become ? become.spec().template() : three.template(), wish,
                deployment.revision(), deployment.spec().replicas());
    }

    private Deployment now(Deployment deployment, DeploymentWish wish) {
        var granted = (DeploymentWish.Answer.Granted) DeploymentWish.decide(deployment, revisions, wish, Scene.START);
        granted.made().forEach(revision -> revisions.put(revision.number(), revision));
        return granted.deployment();
    }

    private static DeploymentWish.Become become(DeploymentSpec spec, int image) {
        return new DeploymentWish.Become(spec, Scene.image(image), "changed by a person");
    }

    private static Revision revision(int number, DeploymentSpec spec, ResolvedImage image) {
        return new Revision(number, spec, image, "created", Scene.START);
    }

    private static ContainerSpec template(int version, String network) {
        return Scene.template(version).but().network(network).build();
    }
}
