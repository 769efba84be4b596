package dev.lamina.peers;

/// The process that runs one section: `SECTION SECONDS`, where the second is the time of one duel.
final class Duels {
    private Duels() {}

    public static void main(String[] args) {
        var section = Section.valueOf(args[0]);
        int threads = Integer.getInteger("lamina.threads");
        section.run(new Duel(Double.parseDouble(args[1])), threads, line -> System.out.println(line.encode()));
        System.exit(0); // engines leave threads that are not daemons
    }
}
