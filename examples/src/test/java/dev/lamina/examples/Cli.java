package dev.lamina.examples;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/// What one run of the command line gave.
record Cli(int exit, String out, String err) {
    static Cli run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exit = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Cli(exit, out.toString(), err.toString());
    }

    /// The last line of standard output, which must be an object.
    Map<String, Object> json() throws IOException {
        return JSON.std.mapFrom(out.strip().lines().toList().getLast());
    }

    double number(String key) throws IOException {
        return ((Number) json().get(key)).doubleValue();
    }
}
