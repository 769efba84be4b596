package dev.lamina;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Prints why tests were skipped, one line a reason: Maven only counts them, and unsupported never passes
/// silently.
public final class SkippedTests implements TestExecutionListener {
    private final Map<String, List<String>> testsByReason = new LinkedHashMap<>();

    @Override
    public synchronized void executionSkipped(TestIdentifier test, String reason) {
        testsByReason.computeIfAbsent(reason, _ -> new ArrayList<>()).add(test.getDisplayName());
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == Status.ABORTED) {
            executionSkipped(
                    test, result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
        }
    }

    @Override
    public synchronized void testPlanExecutionFinished(TestPlan plan) {
        testsByReason.forEach((reason, tests) -> System.out.println("skipped: " + reason.strip() + " ("
                + tests.getFirst() + (tests.size() > 1 ? " and " + (tests.size() - 1) + " more)" : ")")));
        testsByReason.clear();
    }
}
