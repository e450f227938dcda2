package io.sluice.siddhi.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of numbers, kept as ranges. Not thread-safe. */
final class NumberRanges {

    private final TreeMap<Long, Long> ranges = new TreeMap<>(); // first → last

    /** Adds all numbers from first to last; they must not be in the set yet. */
    void add(long first, long last) {
        ranges.put(first, last);
    }

    /** Takes a number out, and tells whether it was in. */
    boolean remove(long number) {
        Map.Entry<Long, Long> range = ranges.floorEntry(number);
        if (range == null || range.getValue() < number) {
            return false;
        }
        ranges.remove(range.getKey());
        if (range.getKey() < number) {
            ranges.put(range.getKey(), number - 1);
        }
        if (number < range.getValue()) {
            ranges.put(number + 1, range.getValue());
        }
        return true;
    }

    /** How many ranges there are. */
    int size() {
        return ranges.size();
    }

    /** Takes the lowest range out, and tells how many numbers were in it. */
    long removeLowest() {
        Map.Entry<Long, Long> lowest = ranges.pollFirstEntry();
        return lowest == null ? 0 : lowest.getValue() - lowest.getKey() + 1;
    }

    /** First and last number of each range, one after the other, lowest first. */
    List<Long> bounds() {
        List<Long> bounds = new ArrayList<>();
        ranges.forEach((first, last) -> {
            bounds.add(first);
            bounds.add(last);
        });
        return bounds;
    }
}
