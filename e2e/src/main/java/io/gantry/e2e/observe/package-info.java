/** Eyes from outside: HTTP, processes, kernel. Nothing here knows a class of Gantry's. */
package io.gantry.e2e.observe;
