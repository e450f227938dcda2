package io.sluice.gateway.api;

import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * One API, as written in one file of the API folder. The scheme of its upstream says which kind it is: {@code ws} and {@code wss} make a streaming API,
 * {@code http} and {@code https} a REST API.
 */
public sealed interface Api permits StreamingApi, RestApi {

    /** Schemes of the upstream of a REST API. */
    Set<String> REST_SCHEMES = Set.of("http", "https");

    /** Name of the API, unique in the folder. */
    String name();

    /** The version, the last segment of {@link #path()}. */
    String version();

    /** What precedes the version, one or more segments, without slashes around it. */
    String context();

    /** The server behind it. */
    URI upstream();

    /** The scopes that a token must have whatever it is used for, all of them. */
    List<String> scopes();

    /** Whether it needs no token. */
    boolean open();

    /** Whether an API key is taken in place of a token. */
    boolean apiKeys();

    /** Every scope that the API names anywhere. */
    default List<String> allScopes() {
        return scopes();
    }

    /** The full path, {@code /context/version}. */
    default String path() {
        return "/" + context() + "/" + version();
    }
}
