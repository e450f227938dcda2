/** Siddhi sources and sinks for WebSocket. */
@NullMarked
package io.sluice.siddhi.websocket;

import org.jspecify.annotations.NullMarked;
