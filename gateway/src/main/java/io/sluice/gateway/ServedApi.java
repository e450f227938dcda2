package io.sluice.gateway;

import java.net.URI;
import java.util.List;

/**
 * An API that clients can open now.
 *
 * @param name its name
 * @param version its version
 * @param path the full path, {@code /context/version}
 * @param scopes the scopes that a token must have, all of them
 * @param open whether it needs no token
 * @param url where to open it, for example {@code ws://127.0.0.1:8080/productions/1.0}
 */
public record ServedApi(String name, String version, String path, List<String> scopes, boolean open, URI url) {}
