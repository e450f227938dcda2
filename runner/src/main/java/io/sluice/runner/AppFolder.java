package io.sluice.runner;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The folder with the apps. */
final class AppFolder {

    private final Path folder;

    AppFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The app files, by name, without hidden ones; nothing if the folder does not exist.
     *
     * @throws IOException if the folder cannot be read
     */
    List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        if (!Files.exists(folder)) {
            return files;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.siddhi")) {
            for (Path file : all) {
                if (Files.isRegularFile(file)
                        && !String.valueOf(file.getFileName()).startsWith(".")) {
                    files.add(file);
                }
            }
        }
        Collections.sort(files);
        return files;
    }

    boolean exists() {
        return Files.isDirectory(folder);
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
