/** Commands about who may call. */
package io.gantry.cli.token;
