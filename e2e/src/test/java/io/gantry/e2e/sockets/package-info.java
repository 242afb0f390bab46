/** Which sockets an installation's processes listen on, and what ports.md says about them. */
package io.gantry.e2e.sockets;
