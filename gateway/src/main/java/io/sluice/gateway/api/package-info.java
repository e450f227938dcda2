/** API files: what a streaming API and a REST API declare, checked value by value. */
@NullMarked
package io.sluice.gateway.api;

import org.jspecify.annotations.NullMarked;
