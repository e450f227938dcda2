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
 * Where a running Sluice can be reached, for the commands beside it: {@code home/run.json} or, for a process that is only a part, {@code home/run-gateway.json}
 * and so on; written when all is ready, deleted at the stop.
 *
 * @param gateway base address of the gateway, for example {@code http://127.0.0.1:8080}, or empty
 * @param runner base address of the runner's admin API, or empty
 * @param kafka bootstrap address of the embedded broker, or empty
 * @param management base address of health and metrics
 * @param apis the streaming APIs that the gateway serves
 * @param pid process id
 */
record RunFile(String gateway, String runner, String kafka, String management, List<Api> apis, long pid) {

    /** Where the commands look, in this order. */
    private static final List<Role> ROLES = List.of(Role.UP, Role.GATEWAY, Role.RUNNER, Role.DATASERVICE);

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
    void write(Path home, Role role) {
        Path target = home.resolve(role.runFile());
        Path draft = home.resolve(role.runFile() + ".tmp");
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
    static void delete(Path home, Role role) {
        try {
            Files.deleteIfExists(home.resolve(role.runFile()));
        } catch (IOException trouble) {
            throw new UncheckedIOException("cannot delete " + home.resolve(role.runFile()), trouble);
        }
    }

    /**
     * Reads what the running process wrote; where several share the home, the one with the gateway.
     *
     * @throws CommandFailure if nothing runs with that home, or the file cannot be read
     */
    static RunFile read(Path home) {
        Role role = ROLES.stream()
                .filter(each -> Files.exists(home.resolve(each.runFile())))
                .findFirst()
                .orElse(Role.UP);
        RunFile found = parse(home, home.resolve(role.runFile()));
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
