package dev.lamina;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static List<String> members(Link<String> ring) {
        var found = new ArrayList<String>();
        ring.forEach(found::add);
        return found;
    }

    @Test
    void membersLeaveFromAnywhereAndMayComeBack() {
        Link<String> ring = Link.head();
        Link<String> other = Link.head();
        var a = Link.of("a");
        var b = Link.of("b");
        var c = Link.of("c");
        assertNull(ring.first());
        a.leave();
        ring.add(a);
        ring.add(b);
        ring.add(c);
        assertEquals(List.of("a", "b", "c"), members(ring));
        b.leave();
        b.leave();
        other.add(b);
        assertEquals(List.of("a", "c"), members(ring));
        assertEquals("b", other.first());
        a.leave();
        ring.add(a);
        assertEquals(List.of("c", "a"), members(ring));
        c.leave();
        a.leave();
        assertNull(ring.first());
        assertEquals(List.of(), members(ring));
    }
}
