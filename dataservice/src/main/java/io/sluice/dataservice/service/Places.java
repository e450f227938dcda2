package io.sluice.dataservice.service;

import io.sluice.common.PartialConfig;
import java.nio.file.Path;

/** Says where in a service file something stands: {@code file:line: key: what is wrong}. */
record Places(Path file, PartialConfig<?> read) {

    /** @param key for example {@code resources[0].get.sql} */
    String at(String key, String problem) {
        int line = read.lineOf(key);
        return file + (line > 0 ? ":" + line : "") + ": " + key + ": " + problem;
    }
}
