package io.gantry.image;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The arrows of the house. */
class ArchitectureTest {
    private static final JavaClasses OURS =
            new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.gantry.image");

    @Test
    void coresKnowNoIoNoClockAndNoFrameworks() {
        noClasses()
                .that()
                .resideInAPackage("..core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..", "io.vertx..", "io.smallrye..", "java.net.http..", "java.sql..", "java.nio.channels..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.nio.file.Files")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock")
                .orShould()
                .callMethod(Instant.class, "now")
                .check(OURS);
    }

    @Test
    void noOtherServiceIsKnown() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.gantry.container..", "io.gantry.network..", "io.gantry.scheduler..", "io.gantry.gateway..", "io.gantry.agent..", "io.gantry.kernel..")
                .check(OURS);
    }

    @Test
    void theRegistryDoesNotKnowBuilds() {
        noClasses()
                .that()
                .resideInAnyPackage("io.gantry.image.registry..", "io.gantry.image.content..", "io.gantry.image.layer..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.gantry.image.build..")
                .check(OURS);
    }

    @Test
    void storesAndCoresDoNotKnowTheEdge() {
        noClasses()
                .that()
                .resideInAnyPackage("..core..", "..store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..api..", "io.gantry.image.edge..")
                .check(OURS);
    }
}
