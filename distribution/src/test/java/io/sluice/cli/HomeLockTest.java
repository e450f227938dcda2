package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeLockTest {

    @TempDir
    Path folder;

    @Test
    void makesTheHomeAndHoldsItUntilItIsClosed() throws IOException {
        Path home = folder.resolve("new/home");
        HomeLock first = new HomeLock(home, Role.UP);
        first.start();

        assertThatThrownBy(new HomeLock(home, Role.UP)::start)
                .hasMessageContainingAll("another Sluice uses", home.toString(), "--home");

        first.close();
        HomeLock next = new HomeLock(home, Role.UP);
        assertThatCode(next::start).doesNotThrowAnyException();
        next.close();
    }

    @Test
    void leavesTheRunFileOfTheHolderAlone() throws IOException {
        HomeLock holder = new HomeLock(folder, Role.UP);
        holder.start();
        new RunFile("", "", "", "", List.of(), 1).write(folder, Role.UP);
        HomeLock second = new HomeLock(folder, Role.UP);

        assertThatThrownBy(second::start).isInstanceOf(IOException.class);
        second.close();

        assertThat(folder.resolve("run.json")).exists();
        holder.close();
        assertThat(folder.resolve("run.json")).doesNotExist();
    }

    @Test
    void isSharedByProcessesOfDifferentRolesAlone() throws IOException {
        HomeLock runner = new HomeLock(folder, Role.RUNNER);
        HomeLock gateway = new HomeLock(folder, Role.GATEWAY);
        runner.start();
        gateway.start();

        assertThatThrownBy(new HomeLock(folder, Role.RUNNER)::start).hasMessageContaining("another Sluice uses");
        assertThatThrownBy(new HomeLock(folder, Role.UP)::start).hasMessageContaining("another Sluice uses");

        runner.close();
        gateway.close();
    }

    @Test
    void makesANewHomeForItsOwnerAlone() throws IOException {
        Path home = folder.resolve("private");
        HomeLock lock = new HomeLock(home, Role.UP);

        lock.start();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
                .isEqualTo("rwx------");
        lock.close();
    }

    @Test
    void saysWhatToDoWhereTheHomeCannotBeWritten() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(new HomeLock(file, Role.UP)::start)
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("cannot write to " + file, "--home DIR");
    }

    @Test
    void mayBeClosedTwiceAndWithoutAStart() throws IOException {
        HomeLock lock = new HomeLock(folder, Role.UP);
        lock.close();
        lock.start();
        lock.close();

        assertThatCode(lock::close).doesNotThrowAnyException();
    }
}
