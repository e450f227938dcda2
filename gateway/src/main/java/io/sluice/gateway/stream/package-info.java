/** Streaming APIs at work: one upstream per stream, a replay buffer, and subscribers over WebSocket, Server-Sent Events and long poll. */
@NullMarked
package io.sluice.gateway.stream;

import org.jspecify.annotations.NullMarked;
