/** The installation's own certificate authority: made at the first start, signs the services' certificate and one per node. */
package io.gantry.container.pki;
