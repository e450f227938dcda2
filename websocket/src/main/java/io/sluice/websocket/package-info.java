/** The WebSocket server side: HTTP upgrade, frame codec, sessions and fan-out. No domain, no JSON. */
@NullMarked
package io.sluice.websocket;

import org.jspecify.annotations.NullMarked;
