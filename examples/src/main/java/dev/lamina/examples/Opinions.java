package dev.lamina.examples;

import dev.lamina.DataException;
import dev.lamina.Rng;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// Made-up sentences with an opinion, good or bad, from a small grammar; nobody ever wrote them, and a model
/// that is right about them knows nothing about real reviews. What they ask for is word order: a sentence
/// says something good and something bad, in the same words whichever wins.
///
/// - Of two clauses that after "but" or "and yet" counts, and not that after "although": "the food was good ,
///   but the service was bad" is bad, and "the service was bad , but the food was good" is good.
/// - A negation turns its clause round: "was not good", "was hardly good", "nobody found the food good".
/// - Words without an opinion may follow, so that lengths differ.
///
/// Half of the sentences are good. No sentence is in both parts.
///
/// @param train sentences to learn from
/// @param test others
record Opinions(List<Sentence> train, List<Sentence> test) {
    private static final String[] THINGS = {
        "food", "service", "film", "book", "hotel", "room", "music", "story", "acting", "ending", "price", "staff",
        "view", "garden", "sound", "picture", "plot", "cast", "menu", "wine"
    };
    private static final String[] GOOD = {
        "good", "great", "lovely", "brilliant", "excellent", "charming", "superb", "pleasant", "fine", "wonderful"
    };
    private static final String[] BAD = {
        "bad", "awful", "dull", "terrible", "poor", "dreadful", "boring", "horrible", "weak", "disappointing"
    };
    private static final String[] DEGREES = {"", "", "really", "quite", "very", "truly", "rather"};
    private static final String[] NOT = {"not", "never", "hardly", "by no means"};
    private static final String[] ASIDES = {
        "",
        "",
        "last night",
        "on our first day",
        "as far as i could tell",
        "to tell the truth",
        "when we were there",
        "from start to end",
        "if you ask me"
    };

    /// @param text words with one space between
    /// @param good the label
    record Sentence(String text, boolean good) {}

    /// Draws different sentences: one seed gives one set.
    static Opinions of(long seed, int train, int test) {
        if (train < 1 || test < 1 || (long) train + test > 100_000)
            throw new DataException("opinions: the grammar gives up to 100,000 different sentences here, 1 or more of"
                    + " each kind, not " + train + " and " + test);
        var rng = new Rng(seed);
        var all = new LinkedHashSet<Sentence>();
        while (all.size() < train + test) all.add(sentence(rng, all.size() % 2 == 0));
        var list = new ArrayList<>(all);
        return new Opinions(List.copyOf(list.subList(0, train)), List.copyOf(list.subList(train, train + test)));
    }

    private static Sentence sentence(Rng rng, boolean good) {
        String counts = clause(rng, good);
        String other = clause(rng, !good);
        String text = switch (rng.nextInt(5)) {
            case 0 -> counts;
            case 1 -> other + " , but " + counts;
            case 2 -> "although " + other + " , " + counts;
            case 3 -> counts + " , although " + other;
            default -> other + " ; and yet " + counts;
        };
        return new Sentence(joined(text, pick(rng, ASIDES)), good);
    }

    /// A clause that says something good or bad, half of the time by denying the opposite.
    private static String clause(Rng rng, boolean good) {
        boolean negated = rng.nextInt(2) == 0;
        String word = pick(rng, good != negated ? GOOD : BAD);
        String thing = pick(rng, THINGS);
        String degree = pick(rng, DEGREES);
        if (!negated) return joined("the", thing, "was", degree, word);
        return rng.nextInt(4) == 0
                ? joined("nobody found the", thing, degree, word)
                : joined("the", thing, "was", pick(rng, NOT), degree, word);
    }

    private static String pick(Rng rng, String[] from) {
        return from[rng.nextInt(from.length)];
    }

    private static String joined(String... parts) {
        var out = new StringBuilder();
        for (String p : parts)
            if (!p.isEmpty()) out.append(out.isEmpty() ? "" : " ").append(p);
        return out.toString();
    }
}
