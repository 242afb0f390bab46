package io.gantry.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.gantry", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule knowsNoOtherService =
            noClasses().that().resideInAPackage("io.gantry.gateway..").should().dependOnClassesThat()
                    .resideInAnyPackage("io.gantry.container..", "io.gantry.image..", "io.gantry.network..", "io.gantry.scheduler..", "io.gantry.agent..");

    @ArchTest
    static final ArchRule coreIsPure =
            noClasses().that().resideInAPackage("io.gantry.gateway..core..").should().dependOnClassesThat()
                    .resideInAnyPackage("io.vertx..", "io.quarkus..", "jakarta..", "java.io..", "java.net..", "java.nio.file..", "org.apache.kafka..");
}
