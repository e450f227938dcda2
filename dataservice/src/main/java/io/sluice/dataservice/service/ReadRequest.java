package io.sluice.dataservice.service;

import io.sluice.dataservice.call.Caller;
import io.sluice.dataservice.call.Preferences;
import io.sluice.dataservice.reply.MediaType;
import java.util.List;
import java.util.Map;

/**
 * A GET as it came.
 *
 * @param caller who asks
 * @param path variables of the path
 * @param query parameters of the query
 * @param preferences header {@code Prefer}
 * @param media what the client accepts best
 */
public record ReadRequest(
        Caller caller,
        Map<String, String> path,
        Map<String, List<String>> query,
        Preferences preferences,
        MediaType media) {}
