/** What happens, as it happens. */
package io.gantry.cli.event;
