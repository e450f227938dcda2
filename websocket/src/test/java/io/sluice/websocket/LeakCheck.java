package io.sluice.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class after which a buffer was collected without having been released. Needs
 * {@code -Dio.netty.leakDetection.level=paranoid}.
 */
final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    private final List<String> leaks = new CopyOnWriteArrayList<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((resourceType, records) -> leaks.add(resourceType + records));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        assertThat(leaksUntilNow()).isEmpty();
    }

    /** A leak is seen when the collector found the buffer and another one is allocated after that. */
    List<String> leaksUntilNow() {
        for (int round = 0; round < 3; round++) {
            System.gc();
            ByteBufAllocator.DEFAULT.directBuffer(16).release();
        }
        return leaks;
    }
}
