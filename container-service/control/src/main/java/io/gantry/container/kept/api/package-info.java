/** REST for secrets and configs, and what nodes are given of them. */
package io.gantry.container.kept.api;
