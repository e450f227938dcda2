package io.sluice.runner;

import io.siddhi.annotation.Extension;
import io.siddhi.core.SiddhiManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The extensions that users drop into a folder, as jars with the index {@code META-INF/annotations/io.siddhi.annotation.Extension} that Siddhi's build writes.
 *
 * <ol>
 *   <li>The jars see each other and all that Sluice ships; where both have a class, that of Sluice is used.
 *   <li>An extension that has the name of one that ships takes its place; of two jars the first by file name wins. Either is logged as a warning.
 *   <li>A jar or class that cannot be used is logged, and takes nothing else down.
 * </ol>
 *
 * <p>Thread-safe once opened. Closed after the last app has ended.
 */
public final class ExtensionJars implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ExtensionJars.class);
    private static final String INDEX = "META-INF/annotations/io.siddhi.annotation.Extension";

    private record Found(Class<?> type, Path jar) {}

    private final Map<String, Found> extensions = new LinkedHashMap<>();
    private final URLClassLoader loader;

    private ExtensionJars(List<Path> jars) throws IOException {
        this.loader = new URLClassLoader("extensions", addresses(jars), ExtensionJars.class.getClassLoader());
        jars.forEach(this::load);
    }

    /**
     * Reads the jars of a folder.
     *
     * @param folder need not exist
     * @throws IOException if it exists but cannot be read
     */
    public static ExtensionJars in(Path folder) throws IOException {
        List<Path> jars = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
                found.forEach(jars::add);
            }
        }
        Collections.sort(jars);
        return new ExtensionJars(jars);
    }

    /** Makes them known to an engine. */
    public void addTo(SiddhiManager manager) {
        extensions.forEach((name, found) -> manager.setExtension(name, found.type()));
    }

    /** Names of extensions that take the place of one that ships, each with its jar; logged by whoever starts. */
    public Map<String, Path> replacing(SiddhiManager shipped) {
        Map<String, Path> replacing = new LinkedHashMap<>();
        extensions.forEach((name, found) -> {
            if (shipped.getExtensions().containsKey(name)) {
                replacing.put(name, found.jar());
            }
        });
        return replacing;
    }

    private void load(Path jar) {
        try {
            for (String type : index(jar)) {
                load(jar, type);
            }
        } catch (IOException unreadable) {
            LOG.atError()
                    .addKeyValue("jar", jar)
                    .addKeyValue("error", unreadable.toString())
                    .log("jar of extensions cannot be read and is left out");
        }
    }

    private void load(Path jar, String name) {
        try {
            Class<?> type = Class.forName(name, false, loader);
            Extension declared = type.getAnnotation(Extension.class);
            if (declared == null) {
                throw new ClassNotFoundException(name + " has no @Extension");
            }
            String key =
                    declared.namespace().isEmpty() ? declared.name() : declared.namespace() + ":" + declared.name();
            Found first = extensions.putIfAbsent(key, new Found(type, jar));
            if (first == null) {
                LOG.atInfo()
                        .addKeyValue("extension", key)
                        .addKeyValue("jar", jar)
                        .log("extension loaded");
            } else {
                LOG.atWarn()
                        .addKeyValue("extension", key)
                        .addKeyValue("used", first.jar())
                        .addKeyValue("ignored", jar)
                        .log("two jars have an extension of the same name");
            }
        } catch (ClassNotFoundException | LinkageError unusable) {
            LOG.atError()
                    .addKeyValue("extension", name)
                    .addKeyValue("jar", jar)
                    .addKeyValue("error", unusable.toString())
                    .log("extension cannot be loaded and is left out");
        }
    }

    private static List<String> index(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            JarEntry entry = file.getJarEntry(INDEX);
            if (entry == null) {
                return List.of(); // a library that others need
            }
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(file.getInputStream(entry), StandardCharsets.UTF_8))) {
                return lines.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
            }
        }
    }

    private static URL[] addresses(List<Path> jars) throws MalformedURLException {
        List<URL> addresses = new ArrayList<>();
        for (Path jar : jars) {
            addresses.add(jar.toUri().toURL());
        }
        return addresses.toArray(URL[]::new);
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
