package dev.lamina;

import java.util.function.Consumer;

/// A member of a ring, which leaves it without a search. A link that heads a ring has no value of its own.
final class Link<T> {
    private final T value;
    private Link<T> previous = this;
    private Link<T> next = this;

    private Link(T value) {
        this.value = value;
    }

    /// An empty ring.
    static <T> Link<T> head() {
        return new Link<>(null);
    }

    /// A link that is in no ring yet.
    static <T> Link<T> of(T value) {
        return new Link<>(value);
    }

    /// Puts `link`, which is in no ring, last in the ring that this heads.
    void add(Link<T> link) {
        link.previous = previous;
        link.next = this;
        previous.next = link;
        previous = link;
    }

    /// Does nothing in no ring.
    void leave() {
        previous.next = next;
        next.previous = previous;
        previous = next = this;
    }

    /// The first member, or null.
    T first() {
        return next.value;
    }

    /// In the order they came, of the ring that this heads.
    void forEach(Consumer<T> action) {
        for (Link<T> l = next; l != this; l = l.next) action.accept(l.value);
    }
}
