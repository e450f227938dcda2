package io.sluice.cli;

import io.siddhi.core.SiddhiManager;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the versions that matter in a bug report. */
@Command(name = "version", description = "Print the versions of Sluice, Java and Siddhi.")
final class VersionCommand implements Callable<Integer>, IVersionProvider {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        for (String line : getVersion()) {
            spec.commandLine().getOut().println(line);
        }
        return 0;
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "Sluice " + implementationVersion(Sluice.class), "Java " + Runtime.version(), "Siddhi " + siddhiVersion()
        };
    }

    /** The manifest of siddhi-core does not say; Maven's own file in the jar does. */
    private static String siddhiVersion() {
        Properties pom = new Properties();
        try (InputStream file =
                SiddhiManager.class.getResourceAsStream("/META-INF/maven/io.siddhi/siddhi-core/pom.properties")) {
            if (file != null) {
                pom.load(file);
            }
        } catch (IOException unreadable) {
            return "(unknown: " + unreadable + ")";
        }
        return pom.getProperty("version", "(unknown)");
    }

    private static String implementationVersion(Class<?> type) {
        String version = type.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
