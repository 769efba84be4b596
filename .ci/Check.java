import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/// What the build itself does not check: no Java file over 400 lines, and no test skipped without a reason.
final int longest = 400;

record Source(Path path, String module, boolean test, long lines) {}

void main() throws Exception {
    var sources = sources();
    printSizes(sources);
    var complaints = new ArrayList<String>();
    for (var source : sources) {
        if (source.lines() > longest) {
            complaints.add("%s has %d lines, over %d: split it".formatted(source.path(), source.lines(), longest));
        }
    }
    for (var entry : skipsByReason().entrySet()) {
        var tests = entry.getValue();
        IO.println("skipped %d: %s (%s%s)".formatted(
                tests.size(), entry.getKey(), tests.getFirst(), tests.size() > 1 ? ", ..." : ""));
        if (isNoReason(entry.getKey())) {
            complaints.add("skipped without a reason: " + String.join(", ", tests));
        }
    }
    complaints.forEach(complaint -> System.err.println("FAILED: " + complaint));
    System.exit(complaints.isEmpty() ? 0 : 1);
}

List<Source> sources() throws Exception {
    try (var files = Files.walk(Path.of(""))) {
        var found = new ArrayList<Source>();
        for (var path : files.filter(this::isSource).toList()) {
            try (var lines = Files.lines(path)) {
                found.add(new Source(path, path.getName(0).toString(), path.getName(2).toString().equals("test"),
                        lines.count()));
            }
        }
        found.sort(Comparator.comparingLong(Source::lines).reversed());
        return found;
    }
}

boolean isSource(Path path) {
    return path.toString().endsWith(".java") && path.getNameCount() > 3 && path.getName(1).toString().equals("src");
}

void printSizes(List<Source> sources) {
    var format = "%-16s %8s %8s";
    IO.println(format.formatted("Java lines", "main", "test"));
    for (var module : sources.stream().map(Source::module).distinct().sorted().toList()) {
        IO.println(format.formatted(module, lines(sources, module, false), lines(sources, module, true)));
    }
    IO.println(format.formatted("all", lines(sources, "", false), lines(sources, "", true)));
    IO.println("largest: " + sources.stream().limit(5).map(s -> s.path().getFileName() + " " + s.lines())
            .collect(Collectors.joining(", ")));
}

long lines(List<Source> sources, String module, boolean test) {
    return sources.stream().filter(s -> s.module().startsWith(module) && s.test() == test).mapToLong(Source::lines).sum();
}

Map<String, List<String>> skipsByReason() throws Exception {
    var byReason = new TreeMap<String, List<String>>();
    try (var files = Files.walk(Path.of(""))) {
        for (var report : files.filter(f -> f.toString().matches("[^/]+/target/surefire-reports/TEST-.*\\.xml")).toList()) {
            var cases = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile())
                    .getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                var test = (Element) cases.item(i);
                if (test.getElementsByTagName("skipped").item(0) instanceof Element skipped) {
                    byReason.computeIfAbsent(reason(skipped), _ -> new ArrayList<>())
                            .add(test.getAttribute("classname") + "." + test.getAttribute("name"));
                }
            }
        }
    }
    return byReason;
}

/// Surefire writes the reason of `@Disabled` as an attribute, and an aborted test's as a stack trace.
String reason(Element skipped) {
    if (skipped.hasAttribute("message")) {
        return skipped.getAttribute("message").strip();
    }
    return skipped.getTextContent().lines().takeWhile(line -> !line.startsWith("\tat ")).map(String::strip)
            .collect(Collectors.joining(" ")).replaceFirst("^[\\w.$]+(: ?|$)", "").strip();
}

boolean isNoReason(String reason) {
    return reason.isEmpty() || reason.endsWith("is @Disabled") || reason.equals("Assumption failed: assumption is not true")
            || reason.equals("Assumption failed: assumption is not false");
}
