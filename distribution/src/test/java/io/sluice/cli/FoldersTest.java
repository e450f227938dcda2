package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {

    private static final String INSTALLATION = "sluice.installation";

    @TempDir
    Path folder;

    @BeforeEach
    void install() {
        System.setProperty(INSTALLATION, folder.resolve("installation").toString());
    }

    @AfterEach
    void uninstall() {
        System.clearProperty(INSTALLATION);
    }

    @Test
    void isTheConfiguredOneEvenIfItDoesNotExist() {
        Path configured = folder.resolve("elsewhere");

        assertThat(Folders.find(configured, folder.resolve("data"), "apis")).isEqualTo(configured);
    }

    @Test
    void isTheOneBesideHomeIfItIsThere() throws IOException {
        Path beside = Files.createDirectory(folder.resolve("apis"));

        assertThat(Folders.find(null, folder.resolve("data"), "apis")).isEqualTo(beside);
    }

    @Test
    void isElseTheOneOfTheInstallation() throws IOException {
        Files.createFile(folder.resolve("apis")); // a file is no folder

        assertThat(Folders.find(null, folder.resolve("data"), "apis"))
                .isEqualTo(folder.resolve("installation").resolve("apis"));
    }

    @Test
    void isTheOneBesideHomeWithoutAnInstallation() {
        uninstall();

        assertThat(Folders.find(null, folder.resolve("x/../data"), "apis")).isEqualTo(folder.resolve("apis"));
    }
}
