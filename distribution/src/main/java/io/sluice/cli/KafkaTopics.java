package io.sluice.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds the topics that the apps of a folder read or write, so that the embedded broker has them before the apps start. */
final class KafkaTopics {

    private KafkaTopics() {}
}
