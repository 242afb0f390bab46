package io.gantry.agent.size;

import io.gantry.agent.plan.SizeKeeper;
import io.gantry.kernel.quota.ProjectQuotas;

/**
 * What a file system has for folders that hold so much and no more.
 *
 * @param btrfs it has subvolumes, and counts each of them once it is told to
 * @param projects what it does about projects
 * @param taken the folder's parent is in a project: somebody has a quota for all that is here, and what is taken out of it would escape that
 */
record FileSystemOffer(boolean btrfs, ProjectQuotas.State projects, boolean taken) {
    SizeKeeper keeper() {
        if (btrfs) {
            return SizeKeeper.SUBVOLUME;
        }
        return projects == ProjectQuotas.State.ENFORCED && !taken ? SizeKeeper.PROJECT : SizeKeeper.FILE;
    }
}
