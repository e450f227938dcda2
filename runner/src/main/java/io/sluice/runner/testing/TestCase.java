package io.sluice.runner.testing;

import java.time.Instant;
import java.util.List;

/**
 * One case of a test file.
 *
 * @param name what it shows, unique in its file
 * @param line where it begins, from 1
 * @param start the time at which the app starts
 * @param steps in the order in which they are taken
 */
record TestCase(String name, int line, Instant start, List<Step> steps) {}
