package io.sluice.common;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A process with two services, for {@link LauncherIT}; tells on standard output what it does. */
final class LauncherProcess {

    private LauncherProcess() {}

    public static void main(String[] args) {
        String mode = args[0];
        Service first = service("first", () -> {}, mode.equals("hanging-close") ? LauncherProcess::hang : () -> {});
        Service second = service(
                "second",
                switch (mode) {
                    case "slow-start" -> LauncherProcess::hang;
                    case "failing-start" ->
                        () -> {
                            throw new IllegalStateException("port 1 is in use: set second.port");
                        };
                    default -> () -> {};
                },
                () -> {});
        Runnable ready = () -> {
            System.out.println("ready");
            if (mode.equals("exit-elsewhere")) {
                new Thread(() -> System.exit(7)).start();
            }
        };
        System.exit(new Launcher().run(List.of(first, second), ready, Duration.ofSeconds(60)));
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private static void hang() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    private static Service service(String name, Step start, Step close) {
        return new Service() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void start() throws InterruptedException {
                System.out.println("start " + name);
                start.run();
            }

            @Override
            public void close() {
                System.out.println("close " + name);
                try {
                    close.run();
                } catch (InterruptedException interrupted) {
                    System.out.println("interrupted " + name);
                }
            }
        };
    }
}
