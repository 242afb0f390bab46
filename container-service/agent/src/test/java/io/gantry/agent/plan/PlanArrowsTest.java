package io.gantry.agent.plan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(packages = "io.gantry.agent", importOptions = ImportOption.DoNotIncludeTests.class)
class PlanArrowsTest {
    private static final String[] PLANS = {"io.gantry.agent.plan..", "io.gantry.agent.network.plan..", "io.gantry.agent.oci.plan.."};

    @ArchTest
    static final ArchRule plansKnowNoFrameworkNoIoAndNoChance =
            noClasses().that().resideInAnyPackage(PLANS).should().dependOnClassesThat()
                    .resideInAnyPackage("io.vertx..", "io.quarkus..", "jakarta..", "java.io..", "java.net..", "java.util.concurrent..", "java.util.random..", "com.sun.jna..");

    @ArchTest
    static final ArchRule plansReadNoFile = noClasses().that().resideInAnyPackage(PLANS).should().dependOnClassesThat().belongToAnyOf(Files.class);

    @ArchTest
    static final ArchRule plansAskNoClock =
            noClasses().that().resideInAnyPackage(PLANS).should().dependOnClassesThat().belongToAnyOf(Clock.class)
                    .orShould().callMethod(Instant.class, "now").orShould().callMethod(System.class, "nanoTime")
                    .orShould().callMethod(System.class, "currentTimeMillis");
}
