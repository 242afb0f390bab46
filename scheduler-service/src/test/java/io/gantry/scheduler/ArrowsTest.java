package io.gantry.scheduler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArrowsTest {
    private static final JavaClasses OURS =
            new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.gantry.scheduler");

    @Test
    void theCoresAreWithoutFrameworksClocksAndChance() {
        noClasses().that().resideInAPackage("..core..")
                .should().dependOnClassesThat().resideInAnyPackage(
                        "io.gantry.kit..", "io.quarkus..", "io.vertx..", "io.smallrye..", "jakarta..", "org.hibernate..", "org.apache..",
                        "java.sql..", "java.net..", "java.nio.file..", "java.io..")
                .check(OURS);
        noClasses().that().resideInAPackage("..core..")
                .should().callMethod(Instant.class, "now")
                .orShould().callMethod(Clock.class, "systemUTC")
                .orShould().callMethod(System.class, "currentTimeMillis")
                .orShould().callMethod(System.class, "nanoTime")
                .orShould().callMethod(UUID.class, "randomUUID")
                .orShould().dependOnClassesThat().areAssignableTo(Random.class)
                .check(OURS);
    }

    @Test
    void theCoresKnowNothingAroundThem() {
        noClasses().that().resideInAPackage("..core..")
                .should().dependOnClassesThat().resideInAnyPackage("io.gantry.scheduler..api..", "io.gantry.scheduler..store..",
                        "io.gantry.scheduler..stream..")
                .check(OURS);
    }

    @Test
    void otherServicesAreKnownByContractsOnly() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage(
                        "io.gantry.image..", "io.gantry.container..", "io.gantry.network..", "io.gantry.gateway..", "io.gantry.agent..",
                        "io.gantry.kernel..", "io.gantry.cli..")
                .check(OURS);
    }

    @Test
    void onlyHttpKnowsHttpAndStoresDontKnowIt() {
        noClasses().that().resideInAPackage("..store..").should().dependOnClassesThat().resideInAPackage("..api..").check(OURS);
        noClasses().that().resideOutsideOfPackage("..api..").should().dependOnClassesThat().resideInAPackage("jakarta.ws.rs..").check(OURS);
    }
}
