package io.sluice.dataservice.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.dataservice.call.Caller;
import io.sluice.dataservice.call.Preferences;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A POST, PUT, PATCH or DELETE as it came.
 *
 * @param caller who asks
 * @param path variables of the path
 * @param body an object, a list of objects for a batch, or null without a body
 * @param preferences header {@code Prefer}
 */
record WriteRequest(
        Caller caller, Map<String, String> path, @Nullable JsonNode body, Preferences preferences) {}
