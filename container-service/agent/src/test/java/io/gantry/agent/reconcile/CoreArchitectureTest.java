package io.gantry.agent.reconcile;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class CoreArchitectureTest {
    @Test
    void decisionsKnowNoIoNoThreadAndNoClock() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .haveNameMatching(
                        "java\\.lang\\.[A-Za-z$]+|java\\.lang\\.(runtime|invoke)\\..*|java\\.util\\.[A-Za-z$]+"
                                + "|java\\.util\\.(function|stream)\\..*|java\\.time\\..*|io\\.gantry\\.contracts\\..*"
                                + "|com\\.fasterxml\\.jackson\\.annotation\\..*"
                                + "|io\\.gantry\\.agent\\.runtime\\.(Exit|Running)"
                                + "|io\\.gantry\\.agent\\.reconcile\\.(Reconciler|DesiredView|GoneRecords|Held|HeldEdit|Attempt|Trouble|Ending|Outcome|Action)(\\$.*)?|\\[.*")
                .check(new ClassFileImporter()
                        .importClasses(Reconciler.class, DesiredView.class, GoneRecords.class, Held.class, HeldEdit.class, Attempt.class, Trouble.class, Ending.class, Outcome.class, Action.class, Held.Stage.class));
    }
}
