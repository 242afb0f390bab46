/** Commands about networks. */
package io.gantry.cli.network;
