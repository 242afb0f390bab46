package io.gantry.container;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses SERVICE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.gantry.container");

    @Test
    void theCoreKnowsNoIoNoClockAndNoFramework() {
        classes()
                .that()
                .resideInAPackage("..core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "..lifecycle.core..", "..volume.core..", "io.gantry.contracts..", "java.lang..", "java.util..", "java.time..",
                        "com.fasterxml.jackson.annotation..")
                .check(SERVICE);
        noClasses().that().resideInAPackage("..core..").should().callMethod(Instant.class, "now").check(SERVICE);
    }

    @Test
    void noOtherServiceIsSeen() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.gantry.image..", "io.gantry.network..", "io.gantry.scheduler..", "io.gantry.gateway..", "io.gantry.agent..")
                .check(SERVICE);
    }

    @Test
    void certificatesKnowNothingOfContainers() {
        noClasses()
                .that()
                .resideInAPackage("..pki..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..lifecycle..", "..link..", "jakarta..", "io.quarkus..")
                .check(SERVICE);
    }
}
