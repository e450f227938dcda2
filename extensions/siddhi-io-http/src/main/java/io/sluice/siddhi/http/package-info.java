/** The Siddhi extensions of HTTP: {@code http}, {@code http-service}, {@code http-call}, {@code sse} and {@code sse-server}. */
@NullMarked
package io.sluice.siddhi.http;

import org.jspecify.annotations.NullMarked;
