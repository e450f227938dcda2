package io.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Where a running Sluice can be reached, for the commands beside it: {@code home/run.json}, written when all is ready, deleted at the stop.
 *
 * @param gateway base address of the gateway, for example {@code http://127.0.0.1:8080}, or empty
 * @param kafka bootstrap address of the embedded broker, or empty
 * @param management base address of health and metrics
 * @param apis the streaming APIs that the gateway serves
 * @param pid process id
 */
record RunFile(String gateway, String kafka, String management, List<Api> apis, long pid) {

    private static final String NAME = "run.json";
    private static final ObjectReader READER = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .readerFor(RunFile.class);

    /**
     * One served API.
     *
     * @param name the name in its file
     * @param address {@code ws://host:port/context/version}
     */
    record Api(String name, String address) {}

    /** Writes atomically. */
    void write(Path home) {
        Path target = home.resolve(NAME);
        Path draft = home.resolve(NAME + ".tmp");
        try {
            Files.createDirectories(home);
            Files.writeString(
                    draft, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(this));
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException trouble) {
            throw new UncheckedIOException("cannot write " + target + ": check that the folder is writable", trouble);
        }
    }

    /** Says that nothing runs here any more. */
    static void delete(Path home) {
        try {
            Files.deleteIfExists(home.resolve(NAME));
        } catch (IOException trouble) {
            throw new UncheckedIOException("cannot delete " + home.resolve(NAME), trouble);
        }
    }

    /**
     * Reads what the running process wrote.
     *
     * @throws CommandFailure if nothing runs with that home, or the file cannot be read
     */
    static RunFile read(Path home) {
        Path file = home.resolve(NAME);
        RunFile found = parse(home, file);
        if (ProcessHandle.of(found.pid).isEmpty()) {
            throw new CommandFailure("no Sluice runs with home " + home.toAbsolutePath() + " (process " + found.pid
                    + " is gone). Start it with `sluice up --home " + home + "`");
        }
        return found;
    }

    private static RunFile parse(Path home, Path file) {
        try {
            RunFile found = READER.readValue(Files.readString(file));
            if (found != null) {
                return found;
            }
        } catch (NoSuchFileException missing) {
            throw new CommandFailure(
                    "no Sluice runs with home " + home.toAbsolutePath() + ". Start it with `sluice up --home " + home
                            + "`, or name the home of the running one with --home DIR");
        } catch (JsonProcessingException | CharacterCodingException damaged) {
            throw damaged(file);
        } catch (IOException unreadable) {
            throw new CommandFailure("cannot read " + file + " (" + unreadable
                    + "): run this as the user that runs Sluice, or name another home with --home DIR");
        }
        throw damaged(file);
    }

    private static CommandFailure damaged(Path file) {
        return new CommandFailure(file + " is damaged: stop Sluice, delete the file and start again");
    }
}
