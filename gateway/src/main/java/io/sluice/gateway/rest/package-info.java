/** REST APIs at work: which request may pass, what it carries to the upstream, and what comes back. */
@NullMarked
package io.sluice.gateway.rest;

import org.jspecify.annotations.NullMarked;
