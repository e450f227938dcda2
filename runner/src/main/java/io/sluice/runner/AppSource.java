package io.sluice.runner;

import io.siddhi.query.api.SiddhiApp;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An app file after it was read, filled in, parsed and built once without being started.
 *
 * @param file as it was named by the caller
 * @param text as it stands in the file; empty if it cannot be read
 * @param name the file's name without {@code .siddhi}, which must be the app's {@code @App:name}
 * @param app as parsed, not used for anything yet; null if there are errors
 * @param secrets what of its text must not be quoted
 * @param findings errors and warnings, in the order of the text
 */
public record AppSource(
        Path file, String text, String name, @Nullable SiddhiApp app, Secrets secrets, List<Finding> findings) {}
