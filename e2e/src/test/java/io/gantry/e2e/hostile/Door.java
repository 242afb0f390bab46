package io.gantry.e2e.hostile;

/** Where clients come in. */
enum Door {
    /** Docker's API on its unix socket. */
    SOCKET,
    /** Docker's API by TCP. */
    PORT,
    /** REST, and images. */
    REST
}
