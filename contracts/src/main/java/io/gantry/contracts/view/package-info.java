/** What the REST API answers with; lists are {@code {"items": […]}}. The services answer with the same records. */
package io.gantry.contracts.view;
