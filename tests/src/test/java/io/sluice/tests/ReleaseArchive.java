package io.sluice.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The release archive that the build made, unpacked. */
final class ReleaseArchive {

    private ReleaseArchive() {}

    /** Unpacks it; the answer is its top folder, inside the given one. */
    static Path unpack(Path folder) throws IOException, InterruptedException {
        Process tar = new ProcessBuilder("tar", "-xzf", file().toString(), "-C", folder.toString())
                .inheritIO()
                .start();
        if (tar.waitFor() != 0) {
            throw new IOException("tar ended with " + tar.exitValue());
        }
        try (Stream<Path> unpacked = Files.list(folder)) {
            return unpacked.findFirst().orElseThrow();
        }
    }

    private static Path file() throws IOException {
        Path target = SluiceUnderTest.repository().resolve("distribution/target");
        try (Stream<Path> files = Files.list(target)) {
            List<Path> archives = files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .sorted()
                    .toList();
            if (archives.isEmpty()) {
                throw new IOException("no archive in " + target + ": was the distribution packaged without -Dquick?");
            }
            return archives.get(archives.size() - 1);
        }
    }
}
