/** Commands about secrets and configs. */
package io.gantry.cli.kept;
