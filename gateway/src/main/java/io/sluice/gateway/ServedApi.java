package io.sluice.gateway;

import java.net.URI;
import java.util.List;

/**
 * An API that clients can open or call now.
 *
 * @param name its name
 * @param version its version
 * @param path the full path, {@code /context/version}
 * @param scopes the scopes that a token must have, all of them; operations of a REST API may ask for more
 * @param open whether it needs no token
 * @param url where to open it, for example {@code ws://127.0.0.1:8080/productions/1.0}; the scheme of a REST API is {@code http}
 */
public record ServedApi(String name, String version, String path, List<String> scopes, boolean open, URI url) {}
