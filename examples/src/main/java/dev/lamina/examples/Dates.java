package dev.lamina.examples;

import dev.lamina.DataException;
import dev.lamina.Rng;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Made-up pairs for translation from one string to another: a date as people write it, and the same date as
/// `2026-03-09`. Days of 1900 to 2099 in 16 ways of writing, with and without the day of the week, in
/// capitals or not. A day is either trained on or held out, in all ways of writing it, so what is held out
/// cannot be looked up.
///
/// @param train pairs to learn from
/// @param test pairs of other days
record Dates(List<Pair> train, List<Pair> test) {
    private static final String[] MONTHS = {
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december"
    };
    private static final LocalDate FIRST = LocalDate.of(1900, 1, 1);
    private static final int DAYS = (int) (LocalDate.of(2100, 1, 1).toEpochDay() - FIRST.toEpochDay());

    /// @param written such as `Monday, March 9th 2026`
    /// @param normal such as `2026-03-09`
    record Pair(String written, String normal) {}

    /// Draws different days: one seed gives one set.
    static Dates of(long seed, int train, int test) {
        if (train < 1 || test < 1 || (long) train + test > DAYS)
            throw new DataException("dates: there are " + DAYS + " days, from which 1 or more to train on and to test"
                    + " with can be drawn, not " + train + " and " + test);
        var rng = new Rng(seed);
        int[] days = rng.permutation(DAYS);
        var pairs = new ArrayList<Pair>();
        for (int i = 0; i < train + test; i++) pairs.add(pair(FIRST.plusDays(days[i]), rng));
        return new Dates(List.copyOf(pairs.subList(0, train)), List.copyOf(pairs.subList(train, train + test)));
    }

    private static Pair pair(LocalDate d, Rng rng) {
        String s = written(d, rng.nextInt(16), rng);
        if (rng.nextInt(4) == 0) s = weekday(d.getDayOfWeek(), rng) + " " + s;
        return new Pair(cased(s, rng.nextInt(3)), d.toString());
    }

    private static String weekday(DayOfWeek day, Rng rng) {
        String name = day.name().toLowerCase(Locale.ROOT);
        return switch (rng.nextInt(3)) {
            case 0 -> name + ",";
            case 1 -> name.substring(0, 3) + ".";
            default -> name;
        };
    }

    private static String cased(String s, int how) {
        return switch (how) {
            case 0 -> s;
            case 1 -> s.toUpperCase(Locale.ROOT);
            default -> {
                var out = new StringBuilder(s);
                for (int i = 0; i < s.length(); i++)
                    if (i == 0 || s.charAt(i - 1) == ' ') out.setCharAt(i, Character.toUpperCase(s.charAt(i)));
                yield out.toString();
            }
        };
    }

    private static String written(LocalDate d, int how, Rng rng) {
        int day = d.getDayOfMonth();
        int year = d.getYear();
        int number = d.getMonthValue();
        String month = MONTHS[number - 1];
        String brief = rng.nextInt(2) == 0 ? month.substring(0, 3) : month.substring(0, 3) + ".";
        return switch (how) {
            case 0 -> day + " " + month + " " + year;
            case 1 -> month + " " + day + ", " + year;
            case 2 -> month + " " + ordinal(day) + " " + year;
            case 3 -> "the " + ordinal(day) + " of " + month + " " + year;
            case 4 -> "the " + ordinal(day) + " of " + month + ", " + year;
            case 5 -> day + " " + brief + " " + year;
            case 6 -> brief + " " + day + " " + year;
            case 7 -> brief + " " + ordinal(day) + ", " + year;
            case 8 -> day + "." + number + "." + year;
            case 9 -> "%02d.%02d.%d".formatted(day, number, year);
            case 10 -> "%d/%d/%02d".formatted(year, number, day);
            case 11 -> year + " " + month + " " + day;
            case 12 -> year + ", " + brief + " " + ordinal(day);
            case 13 -> day + "-" + month.substring(0, 3) + "-" + year;
            case 14 -> ordinal(day) + " " + month + " in the year " + year;
            default -> "in " + year + ", on " + month + " " + ordinal(day);
        };
    }

    private static String ordinal(int day) {
        int last = day % 10;
        boolean teen = day / 10 == 1;
        return day + (teen ? "th" : last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
    }
}
