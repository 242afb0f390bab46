/** Control groups: where a container's groups are, and how its resources become values in files there. */
package io.gantry.kernel.cgroup;
