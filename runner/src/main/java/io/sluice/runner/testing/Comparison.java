package io.sluice.runner.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Compares two lists and shows the difference as a diff does: {@code -} was expected and did not come, {@code +} came and was not expected.
 *
 * @param <E> what is expected
 * @param <F> what is found
 */
final class Comparison<E, F> {

    private static final int MOST_LINES = 40;

    private final BiPredicate<E, F> equal;
    private final Function<E, String> expectedText;
    private final Function<F, String> foundText;

    Comparison(BiPredicate<E, F> equal, Function<E, String> expectedText, Function<F, String> foundText) {
        this.equal = equal;
        this.expectedText = expectedText;
        this.foundText = foundText;
    }

    /** Lines of difference; none if both are the same. */
    List<String> ordered(List<E> expected, List<F> found) {
        int[][] common = common(expected, found);
        List<String> lines = new ArrayList<>();
        boolean same = true;
        int e = 0;
        int f = 0;
        while (e < expected.size() || f < found.size()) {
            if (e < expected.size() && f < found.size() && equal.test(expected.get(e), found.get(f))) {
                lines.add("  " + foundText.apply(found.get(f)));
                e++;
                f++;
            } else if (f == found.size() || (e < expected.size() && common[e + 1][f] >= common[e][f + 1])) {
                lines.add("- " + expectedText.apply(expected.get(e++)));
                same = false;
            } else {
                lines.add("+ " + foundText.apply(found.get(f++)));
                same = false;
            }
        }
        return same ? List.of() : limited(lines);
    }

    /** The same where the order does not count: each expected one needs a found one of its own. */
    List<String> unordered(List<E> expected, List<F> found) {
        int[] takenBy = new int[found.size()];
        Arrays.fill(takenBy, -1);
        List<String> lines = new ArrayList<>();
        for (int e = 0; e < expected.size(); e++) {
            if (!assign(e, expected, found, takenBy, new boolean[found.size()])) {
                lines.add("- " + expectedText.apply(expected.get(e)));
            }
        }
        for (int f = 0; f < found.size(); f++) {
            if (takenBy[f] < 0) {
                lines.add("+ " + foundText.apply(found.get(f)));
            }
        }
        return limited(lines);
    }

    /** Finds a partner for {@code e}, moving others to another one of theirs where that helps. */
    private boolean assign(int e, List<E> expected, List<F> found, int[] takenBy, boolean[] tried) {
        for (int f = 0; f < found.size(); f++) {
            if (!tried[f] && equal.test(expected.get(e), found.get(f))) {
                tried[f] = true;
                if (takenBy[f] < 0 || assign(takenBy[f], expected, found, takenBy, tried)) {
                    takenBy[f] = e;
                    return true;
                }
            }
        }
        return false;
    }

    /** Lengths of the longest common subsequences of the rests. */
    private int[][] common(List<E> expected, List<F> found) {
        int[][] common = new int[expected.size() + 2][found.size() + 2];
        for (int e = expected.size() - 1; e >= 0; e--) {
            for (int f = found.size() - 1; f >= 0; f--) {
                common[e][f] = equal.test(expected.get(e), found.get(f))
                        ? common[e + 1][f + 1] + 1
                        : Math.max(common[e + 1][f], common[e][f + 1]);
            }
        }
        return common;
    }

    private static List<String> limited(List<String> lines) {
        if (lines.size() <= MOST_LINES) {
            return lines;
        }
        List<String> shown = new ArrayList<>(lines.subList(0, MOST_LINES));
        shown.add("… and " + (lines.size() - MOST_LINES) + " lines more");
        return shown;
    }
}
