package io.gantry.kernel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.gantry.kernel", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {
    @ArchTest
    static final ArchRule theRoomsKnowUnitsAndNothingElseOfGantry =
            classes().should().onlyDependOnClassesThat().resideInAnyPackage("io.gantry.kernel..", "io.gantry.contracts.unit..", "java..", "com.sun.jna..");

    @ArchTest
    static final ArchRule noTwoRoomsKnowEachOther =
            slices().matching("io.gantry.kernel.(*)..").should().beFreeOfCycles();
}
