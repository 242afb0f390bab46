package io.gantry.image.report.core;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ImageReportView.Base;
import io.gantry.contracts.view.ImageReportView.Program;
import io.gantry.contracts.view.ImageReportView.Runtime;
import io.gantry.contracts.view.ImageReportView.Secret;
import java.util.List;

/**
 * What the grade goes by.
 *
 * @param unreadable layers, each with why
 * @param unpacked bytes of all files of all layers
 * @param wasted those of them that later layers hide
 * @param caches bytes that package managers left
 * @param duplicated bytes of files whose content is there once more
 * @param setuid paths of files that run as another, without those that every system has
 * @param ageDays {@code null} where it isn't known
 */
record Facts(
        List<String> unreadable, List<Secret> secrets, int ports, List<Program> programs, List<Runtime> runtimes, Bytes unpacked, Bytes wasted, Bytes caches, Bytes duplicated,
        boolean root, boolean healthcheck, List<String> setuid, Long ageDays, Base base) {}
