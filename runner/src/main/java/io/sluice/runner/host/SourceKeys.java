package io.sluice.runner.host;

import io.sluice.siddhi.kit.PositionListener;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names the source threads of one app: the stream, and from the second thread of a stream on a number. A number is given again once its source
 * thread is gone, so that a source that connects anew does not add names without end. Thread-safe.
 */
final class SourceKeys {

    private final Map<String, List<WeakReference<PositionListener>>> byStream = new HashMap<>(); // guarded by this

    synchronized String of(String stream, PositionListener listener) {
        List<WeakReference<PositionListener>> known = byStream.computeIfAbsent(stream, unknown -> new ArrayList<>());
        int free = known.size();
        for (int number = known.size() - 1; number >= 0; number--) {
            PositionListener other = known.get(number).get();
            if (other == listener) {
                return name(stream, number);
            }
            if (other == null) {
                free = number;
            }
        }
        WeakReference<PositionListener> reference = new WeakReference<>(listener);
        if (free == known.size()) {
            known.add(reference);
        } else {
            known.set(free, reference);
        }
        return name(stream, free);
    }

    private static String name(String stream, int number) {
        return number == 0 ? stream : stream + "#" + number;
    }
}
