package io.sluice.runner;

import java.util.List;

/** What became of an app file that was to be deployed. */
public sealed interface DeployResult {

    /** What the author should know; the errors among them are why an app was rejected. */
    List<Finding> findings();

    /**
     * The app runs.
     *
     * @param name its {@code @App:name}
     * @param findings warnings
     */
    record Deployed(String name, List<Finding> findings) implements DeployResult {}

    /**
     * The new version does not run; the one before does, with its state.
     *
     * @param name its {@code @App:name}
     * @param findings at least one error, and warnings
     */
    record Kept(String name, List<Finding> findings) implements DeployResult {}

    /**
     * The app does not run; nothing of it is left open.
     *
     * @param findings at least one error, and warnings
     */
    record Rejected(List<Finding> findings) implements DeployResult {}
}
