package io.sluice.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Scripts of {@code tests/interop} under Node.js, with the packages that its lock file pins. Where there is no Node.js, the test is skipped and says so. */
final class Node {

    private static final long INSTALL_SECONDS = 180;
    private static final long RUN_SECONDS = 120;

    private final Path folder;

    private Node(Path folder) {
        this.folder = folder;
    }

    /** Ready to run; packages are installed once per build. */
    static Node prepared() throws Exception {
        boolean there = works("node", "--version") && works("npm", "--version");
        if (!there) {
            System.err.println(
                    "SKIPPED: interop with OAuth2 implementations from npm needs node 20 and npm on the PATH");
        }
        Assumptions.assumeTrue(there, "node and npm are not on the PATH");
        Path folder = SluiceUnderTest.repository().resolve("tests/target/interop");
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(SluiceUnderTest.repository().resolve("tests/interop"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.write(folder.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        Node node = new Node(folder);
        if (!Files.exists(folder.resolve("node_modules/.package-lock.json"))) {
            node.run(INSTALL_SECONDS, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
        }
        return node;
    }

    /** Runs a script to its end, which must be a good one. */
    String run(String script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return run(RUN_SECONDS, command);
    }

    /** Starts a script that goes on; its input and output are the caller's. */
    Process start(String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private String run(long seconds, List<String> command) throws Exception {
        Path out = Files.createTempFile(folder, "run", ".out");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(
                    command.subList(0, 2) + " still runs after " + seconds + "s\n" + Files.readString(out));
        }
        String output = Files.readString(out);
        if (process.exitValue() != 0) {
            throw new AssertionError(command.subList(0, 2) + " ended with " + process.exitValue() + "\n" + output);
        }
        return output;
    }

    private static boolean works(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(stopped));
        }
    }
}
